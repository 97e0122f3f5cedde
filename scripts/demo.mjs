/**
 * The container `demo` for a first request, made without a registry: a busybox that is on this machine becomes an image of one
 * file. It sleeps, has no network and 32 MB, and obeys SIGTERM at once, so that a restart takes no ten seconds.
 * Run by hand: `npm run demo`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { askEngine, engineProblem } from './engine.mjs';
import { runScript, say, SetupProblem } from './screen.mjs';

const NAME = 'demo';
const IMAGE = 'wingman-demo:1';
const SHELL_LOOP = 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done';

/** @returns {Promise<'exists'|'made'>} @throws SetupProblem */
export async function ensureDemo() {
  if ((await askEngine('GET', `/containers/${NAME}/json`)).status === 200) return 'exists';
  if ((await askEngine('GET', `/images/${IMAGE}/json`)).status !== 200) await importImage();
  const body = {
    Image: IMAGE,
    Cmd: ['/bin/sh', '-c', SHELL_LOOP],
    Labels: { 'wingman.demo': 'true' },
    HostConfig: { NetworkMode: 'none', Memory: 33_554_432, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], ReadonlyRootfs: true },
  };
  await must(askEngine('POST', `/containers/create?name=${NAME}`, { body: JSON.stringify(body), timeoutMs: 30_000 }), 201);
  await must(askEngine('POST', `/containers/${NAME}/start`, { timeoutMs: 30_000 }), 204);
  return 'made';
}

async function importImage() {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path) && isStatic(readFileSync(path)));
  if (busybox === undefined) {
    throw new SetupProblem('there is no static busybox on this machine to make the container `demo` of.', '`apt-get install busybox-static`, or `docker run -d --name demo busybox sleep 86400` where a registry can be reached.');
  }
  await must(askEngine('POST', '/images/create?fromSrc=-&repo=wingman-demo&tag=1', { body: imageTar(readFileSync(busybox)), type: 'application/x-tar', timeoutMs: 60_000 }), 200);
}

/** A program that names an interpreter needs libraries that the image has not. */
const isStatic = (elf) => !/\/ld-(?:linux|musl)/.test(elf.subarray(0, 4_096).toString('latin1'));

function imageTar(busybox) {
  return Buffer.concat([
    header('bin/', { type: '5', mode: 0o755 }),
    header('bin/busybox', { mode: 0o755, size: busybox.length }),
    busybox,
    Buffer.alloc((512 - (busybox.length % 512)) % 512),
    header('bin/sh', { type: '2', link: 'busybox', mode: 0o777 }),
    header('bin/sleep', { type: '2', link: 'busybox', mode: 0o777 }),
    Buffer.alloc(1_024),
  ]);
}

/** One header of a POSIX ustar archive. */
function header(name, { type = '0', mode, size = 0, link = '' }) {
  const block = Buffer.alloc(512);
  const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257, 'latin1');
  block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

async function must(call, expected) {
  const { status, body } = await call;
  const text = body.toString();
  // An import fails inside its stream, under status 200.
  if (status !== expected || text.includes('"error"')) throw new SetupProblem(`the engine refused to make the container \`demo\`: ${status} ${text.trim().slice(0, 300)}`, 'see `docker info`, or make a container `demo` of your own.');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    const problem = await engineProblem();
    if (problem !== null) throw new SetupProblem(`no Docker engine answers (${problem}).`, 'start one, then run this again.');
    say((await ensureDemo()) === 'made' ? 'container `demo`: made' : 'container `demo`: there already');
    return 0;
  });
}
