/** A Docker engine that answers on its socket. A `docker` command alone is no engine, so it is the socket that is asked. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { dataDirectory } from './root.mjs';
import { runProgram } from './run-program.mjs';
import { say, whileSaying } from './screen.mjs';

const PACKAGES = ['docker.io', 'iptables', 'busybox-static', 'docker-compose'];
const READY_MS = 60_000;
const ANSWER_MS = 3_000;

export function engineSocket(env = process.env) {
  if (env.WINGMAN_DOCKER_SOCKET) return env.WINGMAN_DOCKER_SOCKET;
  const host = env.DOCKER_HOST ?? '';
  return host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock';
}

/** @returns {Promise<{status: number, body: Buffer}>} rejects when nobody answers */
export function askEngine(method, path, { body, type = 'application/json', timeoutMs = ANSWER_MS, socketPath = engineSocket() } = {}) {
  return new Promise((done, fail) => {
    const headers = body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const call = request({ socketPath, method, path, headers, timeout: timeoutMs }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.once('error', fail);
      answer.once('end', () => done({ status: answer.statusCode, body: Buffer.concat(chunks) }));
    });
    call.once('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.once('error', fail);
    call.end(body);
  });
}

export async function engineProblem() {
  try {
    const { status } = await askEngine('GET', '/_ping');
    return status === 200 ? null : `the engine answered ${status}`;
  } catch (error) {
    return `${engineSocket()}: ${error.code ?? error.message}`;
  }
}

/**
 * Installs and starts an engine where that is possible and allowed: root, Debian's apt, WINGMAN_NO_ENGINE_SETUP not set, and a
 * yes where a person can be asked.
 *
 * @returns {Promise<string|null>} null when an engine answers, else why there is none
 */
export async function ensureEngine({ mayAsk }) {
  const problem = await engineProblem();
  if (problem === null) return null;
  const hindrance = setupHindrance();
  if (hindrance !== null) return `${problem}; ${hindrance}`;
  if (mayAsk && process.stdin.isTTY && process.stdout.isTTY && !(await isWanted())) return `${problem}; not set up, as you chose`;
  const failure = (await installEngine()) ?? (await startEngine());
  return failure === null ? null : `${problem}; ${failure}`;
}

function setupHindrance() {
  if (flag('WINGMAN_NO_ENGINE_SETUP')) return 'not set up, because WINGMAN_NO_ENGINE_SETUP is set';
  // Another socket is another machine's business, or a test's.
  if (engineSocket() !== '/var/run/docker.sock') return 'only the engine at /var/run/docker.sock can be set up from here';
  if (process.platform !== 'linux') return 'start Docker Desktop, Colima or OrbStack';
  if (process.getuid() !== 0) return 'only root can set one up: `sudo apt-get install docker.io`, then `sudo usermod -aG docker $USER` and log in again';
  if (!commandExists('dockerd') && !existsSync('/usr/bin/apt-get')) return 'install Docker for this system: https://docs.docker.com/engine/install/';
  return null;
}

async function isWanted() {
  const question = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const what = commandExists('dockerd') ? 'start dockerd' : `install and start one (apt-get install ${PACKAGES.join(' ')})`;
    const answer = await question.question(`No Docker engine answers. Shall I ${what}? [Y/n] `);
    return !/^\s*n/i.test(answer);
  } finally {
    question.close();
  }
}

async function installEngine() {
  if (commandExists('dockerd')) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => runProgram('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], { env });
  const { code, output } = await whileSaying(`installing a Docker engine (apt-get install ${PACKAGES.join(' ')})`, async () => {
    const first = await install();
    if (first.code === 0) return first;
    // A fresh machine has no package lists.
    await runProgram('apt-get', ['update'], { env });
    return install();
  });
  return code === 0 ? null : `apt-get install failed: ${lastLine(output)}`;
}

async function startEngine() {
  const directory = join(dataDirectory(), 'engine');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logFile = join(directory, 'dockerd.log');
  const log = openSync(logFile, 'a', 0o600);
  // Detached: the engine's containers are the user's, and must not end with us.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log], cwd: '/', env });
  let ended = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `dockerd ended with ${code ?? signal}`));
  child.unref();
  const answered = await whileSaying('starting dockerd', async () => {
    for (const until = Date.now() + READY_MS; Date.now() < until && ended === null; ) {
      if ((await engineProblem()) === null) return true;
      await new Promise((done) => setTimeout(done, 200));
    }
    // The package may have started one through the system's own init.
    return (await engineProblem()) === null;
  });
  if (!answered) return `${ended ?? 'dockerd did not answer within a minute'}: ${lastLine(readFileSync(logFile, 'utf8'))} (${logFile})`;
  say(`Docker engine: started, log in ${logFile}`);
  return null;
}

function commandExists(name) {
  return `${process.env.PATH}:/usr/sbin:/sbin`.split(':').some((directory) => existsSync(join(directory, name)));
}

const lastLine = (text) => text.trim().split('\n').at(-1).slice(0, 300);

/** Set to anything but nothing, 0 and false. */
export function flag(name, env = process.env) {
  return !['', '0', 'false', 'no'].includes((env[name] ?? '').toLowerCase());
}
