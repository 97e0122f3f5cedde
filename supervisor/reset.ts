/** `wingman reset`: forgets everything of one data directory, after it has asked. */
import { existsSync, readFileSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dataPaths, type DataPaths } from './data-directory';
import { acquireLock } from './lock-file';
import { createPidFiles } from './pid-files';
import { identityOf, signalProcess, waitForEnd } from './process-identity';
import { setupRefusal } from './setup-refusal';

export type ResetOutcome =
  | { readonly kind: 'nothing there' }
  | { readonly kind: 'kept' }
  /** What was removed, by name within the directory. */
  | { readonly kind: 'removed'; readonly entries: readonly string[] };

const STOP_MS = 10_000;

/**
 * Removes what Wingman made there, by name: WINGMAN_DATA_DIR may have been pointed at a directory that holds other things too.
 * The engine's log stays, because the engine may still be running; a database of WINGMAN_DATABASE_OWNER_URL is not touched.
 *
 * @param confirm asked with the whole question; false changes nothing
 * @throws WingmanError CONFIG_INVALID while a supervisor runs on it
 */
export async function resetDataDir(directory: string, confirm: (question: string) => Promise<boolean>): Promise<ResetOutcome> {
  const paths = dataPaths(directory);
  const entries = entriesOf(paths);
  if (entries.length === 0) return { kind: 'nothing there' };
  // Held while it is asked: nothing may start on what is about to go.
  const lock = acquireLock(paths.lock);
  try {
    if (!(await confirm(questionOf(directory)))) return { kind: 'kept' };
    if (existsSync(paths.pids)) await createPidFiles(paths.pids).endOrphans();
    await endPostgres(paths.postgres);
    for (const entry of entries) rmSync(join(directory, entry), { recursive: true, force: true });
  } finally {
    lock.release();
  }
  if (readdirSync(directory).length === 0) rmdirSync(directory);
  return { kind: 'removed', entries };
}

function questionOf(directory: string): string {
  return (
    `This removes the ledger, all approvals and their histories, all keys and all credentials in ${directory}. ` +
    'What was signed or encrypted with those keys can be proven or read by nobody afterwards; exported ledgers stay, so export first. Remove it?'
  );
}

/** Only names that the product gives; the lock itself goes last, by its release. */
function entriesOf(paths: DataPaths): readonly string[] {
  const { pids, logs, keys, gateway, postgres, temporal, telegram, checkpoints, credentials, rolePasswords, ports } = paths;
  const own = new Set([pids, logs, keys, gateway, postgres, `${postgres}.password`, `${postgres}.log`, temporal, telegram, checkpoints, credentials, rolePasswords, ports].map((path) => basename(path)));
  const names = existsSync(paths.root) ? readdirSync(paths.root) : [];
  return names.filter((name) => own.has(name) || own.has(name.replace(/\.(?:draft|partial)$/, ''))).sort();
}

/** It may have outlived its supervisor: then it still writes into the directory. The pid is in its own file, line 1. */
async function endPostgres(directory: string): Promise<void> {
  const file = join(directory, 'postmaster.pid');
  if (!existsSync(file)) return;
  const identity = identityOf(Number(readFileSync(file, 'utf8').split('\n')[0]));
  if (identity === null || !isPostgresOf(identity.pid, directory)) return;
  signalProcess(identity, 'SIGINT');
  if (await waitForEnd(identity, STOP_MS)) return;
  throw setupRefusal(`Postgres (pid ${String(identity.pid)}) still runs on ${directory}.`, `end it with \`kill -INT ${String(identity.pid)}\`, then try again.`);
}

/** A pid is given again after a while: only a process that names this directory is its server. */
function isPostgresOf(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0').includes(directory);
  } catch {
    // No /proc on this system: the server's own lock on its directory is believed.
    return true;
  }
}
