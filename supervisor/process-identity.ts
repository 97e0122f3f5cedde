/** Which process a pid means. Pids are given again, after a reboot at the latest, so a pid counts only with its start time. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Compared, never interpreted. */
  readonly started: string;
}

/** Null: there is no such process, or it has ended and waits to be reaped. */
export function identityOf(pid: number): ProcessIdentity | null {
  if (!Number.isSafeInteger(pid) || pid < 2) return null;
  const started = process.platform === 'linux' ? startedByProc(pid) : startedByPs(pid);
  return started === null ? null : { pid, started };
}

export function isSameProcess(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.started === identity.started;
}

/** What a pid file or a lock holds. Whoever may write the data directory wrote it, a crash may have cut it. */
export function parseIdentity(text: string): ProcessIdentity | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Cut off, or not ours: it names nobody.
    return null;
  }
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return null;
  const { pid, started } = value;
  return Number.isSafeInteger(pid) && typeof started === 'string' ? { pid: pid as number, started } : null;
}

/** Signals this very process; a pid that was given again is left alone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isSameProcess(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** @returns whether it ended within that time */
export async function waitForEnd(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  for (const until = Date.now() + milliseconds; ; ) {
    if (!isSameProcess(identity)) return true;
    if (Date.now() >= until) return false;
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** Field 22 of /proc/<pid>/stat: ticks since boot, so the boot's own id goes with it. */
function startedByProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in brackets is the process's own choice and may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === 'Z' || ticks === undefined) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
  } catch {
    // No such process.
    return null;
  }
}

function startedByPs(pid: number): string | null {
  const { stdout, status } = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const line = status === 0 ? stdout.trim() : 'Z';
  return line.startsWith('Z') || line === '' ? null : line.replace(/^\S+\s+/, '');
}
