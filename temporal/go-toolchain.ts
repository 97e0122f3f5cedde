/**
 * A Go compiler for machines without one: the toolchain that go.mod names is itself a module of the Go module proxy. It is used
 * for one build and removed again.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WingmanError } from '../domain/errors';
import type { Env } from '../platform/required-env';
import { unzip } from './unzip';

const MODULE = 'golang.org/toolchain';
const VERSION = 'v0.0.1-go1.25.11';
/** SHA-256 of the zips, of downloads whose h1 sum the `go` command had checked against sum.golang.org. Only what was tried. */
const DIGESTS: Readonly<Record<string, string>> = {
  'linux-amd64': 'dbf20d78a456c1a53fc52c06f1660851cb115be9b0807caf1abc4aedf8c77c1b',
};
const DEFAULT_PROXY = 'https://proxy.golang.org';
/** 64 MB. */
const DOWNLOAD_MS = 10 * 60_000;
const PROGRAM = /^(?:bin|pkg\/tool)\//;
const UNUSED = /(?:^|\/)testdata\//;

export interface GoToolchain {
  readonly go: string;
  /** For the build: its caches (3 GB) lie beside the toolchain and go with it, because nobody here uses Go otherwise. */
  readonly env: Env;
  remove(): Promise<void>;
}

/** Null: none is pinned for this platform. @throws WingmanError CONFIG_INVALID when it cannot be had or is another */
export async function fetchGoToolchain(cacheDir: string, env: Env, log: (line: string) => void): Promise<GoToolchain | null> {
  const target = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const digest = DIGESTS[target];
  if (digest === undefined) return null;
  const version = `${VERSION}.${target}`;
  log(`there is no Go here: fetching Go ${VERSION.slice(VERSION.indexOf('go') + 2)} from the module proxy, for one build (64 MB)`);
  const archive = await download(`${proxyOf(env)}/${MODULE}/@v/${version}.zip`, digest);
  await mkdir(cacheDir, { recursive: true });
  const directory = await mkdtemp(join(cacheDir, 'go-toolchain-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    // Zips carry no modes here; these are the ones that the go command gives.
    unzip(archive, `${MODULE}@${version}/`, directory, (path) => (UNUSED.test(path) ? null : PROGRAM.test(path) ? 0o755 : 0o644));
    const caches = { HOME: directory, GOPATH: join(directory, 'gopath'), GOCACHE: join(directory, 'gocache') };
    // Go makes its module cache read-only, and we could not remove it.
    return { go: join(directory, 'bin', 'go'), env: { ...env, ...caches, GOFLAGS: '-modcacherw' }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function download(url: string, digest: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!answer.ok) throw new WingmanError('CONFIG_INVALID', `${url} answered ${String(answer.status)}`);
    bytes = Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    if (error instanceof WingmanError) throw error;
    // `fetch failed` says nothing; its cause does (a name that is not found, a company's own certificate).
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new WingmanError('CONFIG_INVALID', `${new URL(url).host} cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`, {}, { cause: error });
  }
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== digest) throw new WingmanError('CONFIG_INVALID', `${url} is not the pinned file: its SHA-256 is ${actual}, not ${digest}`);
  return bytes;
}

/** The first proxy of GOPROXY that is one; a digest is pinned, so any proxy will do. */
function proxyOf(env: Env): string {
  const first = env['GOPROXY']?.split(/[,|]/).find((entry) => /^https?:\/\//.test(entry));
  return (first ?? DEFAULT_PROXY).replace(/\/+$/, '');
}
