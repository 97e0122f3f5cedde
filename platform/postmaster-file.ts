/** What a Postgres server says of itself in its directory: `postmaster.pid`, line 1 its pid, line 4 its port, line 8 its state. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Null: there is no file, so none runs. */
function pidFileLines(dir: string): readonly string[] | null {
  try {
    return readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The server that already runs on this directory, by its own pid file. */
export function livePostmaster(dir: string): { pid: number; port: number } | null {
  const lines = pidFileLines(dir);
  if (lines === null) return null;
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return isAlive(pid) && port > 0 && commandOf(pid).includes(dir) ? { pid, port } : null;
}

const NOBODYS_PID = 2_147_483_647;

/**
 * After a reboot, or in a container that was started again, the pid in the file may be somebody else's, and Postgres would
 * refuse to start for ever. Only the pid is replaced: by the other lines Postgres still finds processes of a killed server.
 */
export function forgetForeignPid(dir: string): void {
  const lines = pidFileLines(dir);
  if (lines === null || !isAlive(Number(lines[0]))) return;
  writeFileSync(join(dir, 'postmaster.pid'), [String(NOBODYS_PID), ...lines.slice(1)].join('\n'));
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

export function isAlive(pid: number): boolean {
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

/** Whether this very process serves. */
export function isReady(dir: string, pid: number | undefined): boolean {
  const lines = pidFileLines(dir);
  return lines !== null && Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
