/** Temporal's server from its pinned source: the way that works wherever the Go module proxy can be reached. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WingmanError } from '../domain/errors';
import type { Env } from '../platform/required-env';

/** From here on the `go` command fetches the toolchain that go.mod asks for by itself. */
const OLDEST_SELF_UPDATING_GO = [1, 21] as const;
/** Two and a half minutes on two idle cores; a small or busy machine takes a multiple. */
const BUILD_MS = 30 * 60_000;
const PROGRESS_MS = 5_000;
const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';

export interface GoBuildOptions {
  /** Holds go.mod and go.sum; nothing in it is written. */
  readonly moduleDir: string;
  /** Where the binary goes, by one rename: whoever finds it finds all of it. */
  readonly file: string;
  readonly cacheDir: string;
  /** The `go` command. */
  readonly go: string;
  readonly env: Env;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Says why this `go` cannot build the server, or null. */
export function goRefusal(go: string, env: Env): string | null {
  const { status, stdout, error } = spawnSync(go, ['version'], { encoding: 'utf8', env });
  if (error !== undefined || status !== 0) return 'no `go` command; install Go 1.25 or later';
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(stdout) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST_SELF_UPDATING_GO;
  const isEnough = Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  return isEnough ? null : `${stdout.trim()} is too old; install Go 1.25 or later`;
}

/** @throws WingmanError CONFIG_INVALID with the end of the compiler's output */
export async function buildTemporal({ moduleDir, file, cacheDir, go, env, log, signal }: GoBuildOptions): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${file}.${String(process.pid)}.tmp`;
  const started = Date.now();
  log('building the Temporal server from its pinned source, once; this takes 3 minutes on 2 cores');
  const progress = setInterval(() => log(`building the Temporal server: ${elapsed(started)}`), PROGRESS_MS);
  try {
    await runGo(go, ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', unfinished, PACKAGE], moduleDir, goEnvironment(env, cacheDir), signal);
    await rename(unfinished, file);
  } finally {
    clearInterval(progress);
    await rm(unfinished, { force: true });
  }
  log(`the Temporal server is built: ${elapsed(started)}`);
}

function runGo(go: string, args: readonly string[], moduleDir: string, env: Env, signal: AbortSignal | undefined): Promise<void> {
  const child = spawn(go, args, { cwd: moduleDir, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: BUILD_MS, ...(signal === undefined ? {} : { signal }) });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-2_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      if (code === 0) done();
      else fail(new WingmanError('CONFIG_INVALID', `go build ended with ${String(code ?? signal)}: ${output.trim().slice(-600)}`));
    });
  });
}

/** GOTOOLCHAIN=auto: an older Go may fetch the one that go.mod names. Without a HOME, Go has no place of its own for its caches. */
function goEnvironment(env: Env, cacheDir: string): Env {
  const hasHome = env['HOME'] !== undefined && env['HOME'] !== '';
  const own = { HOME: cacheDir, GOPATH: join(cacheDir, 'go'), GOCACHE: join(cacheDir, 'go-build') };
  return { ...env, ...(hasHome ? {} : own), GOTOOLCHAIN: 'auto', GOWORK: 'off', CGO_ENABLED: '0' };
}

const elapsed = (since: number): string => `${String(Math.round((Date.now() - since) / 1_000))} s`;
