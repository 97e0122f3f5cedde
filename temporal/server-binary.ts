/** Finds, or makes, the program that serves Temporal on one machine. Nothing is downloaded whose digest is not pinned. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { WingmanError } from '../domain/errors';
import type { Env } from '../platform/required-env';
import { buildTemporal, goRefusal } from './go-build';
import { fetchGoToolchain } from './go-toolchain';
import { downloadTemporal, temporalRelease } from './server-download';

export interface TemporalBinaryOptions {
  /** Told what is being done, a line at a time; a build takes minutes. */
  readonly log: (line: string) => void;
  /** Else `wingman` in the user's cache directory. */
  readonly cacheDir?: string;
  readonly env?: Env;
  /** Ends a build that runs: nobody wants to wait minutes for what he has stopped. */
  readonly signal?: AbortSignal;
}

/** One way of getting the binary: where it is, or why not. */
type Try = { readonly found: string } | { readonly refused: string };

/**
 * Looks at WINGMAN_TEMPORAL_BIN, PATH and our cache, then downloads the pinned release, then builds the pinned module.
 *
 * @throws WingmanError CONFIG_MISSING that lists every try and its reason; CONFIG_INVALID when WINGMAN_TEMPORAL_BIN names something
 * that does not serve: what was asked for is never silently replaced.
 */
export async function findTemporalBinary({ log, cacheDir, env = process.env, signal }: TemporalBinaryOptions): Promise<string> {
  const cache = cacheDir ?? cacheDirectory(env);
  const refusals: string[] = [];
  const tries: readonly (readonly [string, () => Try | Promise<Try>])[] = [
    ['WINGMAN_TEMPORAL_BIN', () => named(env)],
    ['PATH', () => onPath(env)],
    [`cache ${cache}`, () => cached(cache)],
    ['download', () => downloaded(cache, env, log)],
    ['Go build', () => built(cache, env, log, signal)],
  ];
  for (const [name, look] of tries) {
    const outcome = await look();
    if ('found' in outcome) return outcome.found;
    refusals.push(`  ${name}: ${outcome.refused}`);
  }
  throw new WingmanError(
    'CONFIG_MISSING',
    `no Temporal server was found:\n${refusals.join('\n')}\n  Fix one of these; the quickest is Go 1.25 or later, or WINGMAN_TEMPORAL_BIN=/path/to/temporal.`,
  );
}

export type TemporalOutlook =
  | { readonly kind: 'here'; readonly file: string }
  /** The first start can make it; how, in words. */
  | { readonly kind: 'obtainable'; readonly how: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** What `findTemporalBinary` would find, without downloading or building. @throws WingmanError CONFIG_INVALID as it does */
export function temporalOutlook(env: Env = process.env): TemporalOutlook {
  const cache = cacheDirectory(env);
  for (const look of [named, onPath]) {
    const outcome = look(env);
    if ('found' in outcome) return { kind: 'here', file: outcome.found };
  }
  const outcome = cached(cache);
  if ('found' in outcome) return { kind: 'here', file: outcome.found };
  const go = goRefusal('go', env);
  if (go === null) return { kind: 'obtainable', how: 'the first start builds it (3 minutes on 2 cores)' };
  return temporalRelease() === null ? { kind: 'absent', reason: go } : { kind: 'obtainable', how: 'the first start downloads it, if that host can be reached' };
}

/** `wingman` in XDG_CACHE_HOME or ~/.cache. An account without a home gets one beside the product. */
export function cacheDirectory(env: Env): string {
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && xdg.startsWith('/')) return join(xdg, 'wingman');
  const home = env['HOME'] ?? accountHome();
  return home.startsWith('/') && home !== '/nonexistent' ? join(home, '.cache', 'wingman') : join(moduleDirectory(), '..', '..', '.wingman-cache');
}

/** An account that only a number names (a container's) has no home, and asking for it throws. */
function accountHome(): string {
  try {
    return homedir();
  } catch {
    return '/nonexistent';
  }
}

/** Versions and the digest of go.sum: another pin is another file, and an old one is never taken for a new one. */
export function binaryName(moduleDir = moduleDirectory()): string {
  const mod = readFileSync(join(moduleDir, 'go.mod'), 'utf8');
  const digest = createHash('sha256').update(readFileSync(join(moduleDir, 'go.sum'))).digest('hex').slice(0, 12);
  return `temporal-${pinned(mod, 'github.com/temporalio/cli')}-server-${pinned(mod, 'go.temporal.io/server')}-${process.platform}-${process.arch}-${digest}`;
}

/**
 * Server 1.29.7 is what the product is tested with. Before it, and in 1.30.0 to 1.30.2, one namespace can act on another's
 * workflows (CVE-2026-5199).
 */
export function serverRefusal(versionOutput: string): string | null {
  const match = /Server (\d+)\.(\d+)\.(\d+)/.exec(versionOutput);
  if (match === null) return 'its version does not name a server';
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map(Number);
  const isOld = major < 1 || (major === 1 && (minor < 29 || (minor === 29 && patch < 7) || (minor === 30 && patch < 3)));
  return isOld ? `its server ${match.slice(1).join('.')} lacks security fixes; 1.29.7 or later is needed` : null;
}

function named(env: Env): Try {
  const file = env['WINGMAN_TEMPORAL_BIN'];
  if (file === undefined || file === '') return { refused: 'not set' };
  const reason = binaryRefusal(file);
  if (reason === null) return { found: file };
  throw new WingmanError('CONFIG_INVALID', `WINGMAN_TEMPORAL_BIN=${file}: ${reason}. Name another binary, or unset it.`);
}

function onPath(env: Env): Try {
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory.startsWith('/'));
  const file = directories.map((directory) => join(directory, 'temporal')).find(isExecutable);
  if (file === undefined) return { refused: 'no `temporal` there' };
  const reason = binaryRefusal(file);
  return reason === null ? { found: file } : { refused: `${file}: ${reason}` };
}

function cached(cacheDir: string): Try {
  const names = [binaryName(), temporalRelease()?.name].filter((name) => name !== undefined);
  const files = names.map((name) => join(cacheDir, name)).filter((file) => existsSync(file));
  let refused = 'empty';
  for (const file of files) {
    const reason = binaryRefusal(file);
    if (reason === null) return { found: file };
    refused = `${file}: ${reason}`;
  }
  return { refused };
}

async function downloaded(cacheDir: string, env: Env, log: (line: string) => void): Promise<Try> {
  // For a machine that has no way out, or may have none.
  if (env['WINGMAN_NO_DOWNLOAD'] === '1') return { refused: 'WINGMAN_NO_DOWNLOAD is set' };
  const release = temporalRelease();
  if (release === null) return { refused: `no release is pinned for ${process.platform} ${process.arch}` };
  try {
    const file = await downloadTemporal({ release, cacheDir, log });
    const reason = binaryRefusal(file);
    return reason === null ? { found: file } : { refused: `${file}: ${reason}` };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

async function built(cacheDir: string, env: Env, log: (line: string) => void, signal: AbortSignal | undefined): Promise<Try> {
  const refused = goRefusal('go', env);
  try {
    const toolchain = refused === null || env['WINGMAN_NO_DOWNLOAD'] === '1' ? null : await fetchGoToolchain(cacheDir, env, log);
    if (refused !== null && toolchain === null) return { refused };
    return await buildWith(toolchain?.go ?? 'go', cacheDir, toolchain?.env ?? env, log, signal).finally(() => toolchain?.remove());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { refused: refused === null ? reason : `${refused}; ${reason}` };
  }
}

async function buildWith(go: string, cacheDir: string, env: Env, log: (line: string) => void, signal: AbortSignal | undefined): Promise<Try> {
  const file = join(cacheDir, binaryName());
  await buildTemporal({ moduleDir: moduleDirectory(), file, cacheDir, go, env, log, signal });
  const reason = binaryRefusal(file);
  return reason === null ? { found: file } : { refused: `${file}: ${reason}` };
}

/** Why this file cannot be used, or null. */
function binaryRefusal(file: string): string | null {
  if (!isExecutable(file)) return 'there is no program that may be run';
  const { status, stdout, error } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 20_000, env: { HOME: '/', PATH: '/usr/bin:/bin' } });
  if (error !== undefined) return error.message;
  return status === 0 ? serverRefusal(stdout) : `--version ended with ${String(status)}`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not ours to run: the next way is tried.
    return false;
  }
}

function pinned(mod: string, path: string): string {
  const version = new RegExp(`^\\s*(?:require )?${path.replaceAll('.', '\\.')} v(\\S+)`, 'm').exec(mod)?.[1];
  if (version === undefined) throw new WingmanError('CONFIG_INVALID', `temporal/devserver/go.mod does not name ${path}`);
  return version;
}

/** From `dist/` as from the sources: beside package.json. */
function moduleDirectory(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const candidate = join(directory, 'temporal', 'devserver');
    if (existsSync(join(candidate, 'go.mod'))) return candidate;
    if (dirname(directory) === directory) throw new WingmanError('CONFIG_MISSING', 'the folder temporal/devserver was not found beside package.json');
  }
}
