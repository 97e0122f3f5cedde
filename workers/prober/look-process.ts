/** Which processes have a name, by /proc: how many and since when. Their arguments and environments are never read on. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Look } from '../../domain/claim/blind';

export interface ProcessTask {
  readonly kind: 'process';
  readonly proc: string;
  readonly name: string | null;
  readonly pid: number | null;
  /** Null: all. Of a process with any other name not even its absence is told. */
  readonly visible: readonly string[] | null;
}

/** Kernels have used 100 for user space on every architecture since 2.6. */
const TICKS_PER_SECOND = 100;
const MAX_TOLD = 32;
const ARGV0_BYTES = 4_096;

interface Seen {
  readonly pid: number;
  readonly names: readonly string[];
  readonly startTicks: number;
}

export function lookAtProcess({ proc, name, pid, visible }: ProcessTask): Look<'process'> {
  const boot = bootSeconds(proc);
  // Under hidepid the first process is hidden with all others: nobody's absence would mean anything.
  if (boot === null || typeof read(join(proc, '1', 'comm')) !== 'string') return { blind: 'PROCESS_INVISIBLE' };
  const pids = pid === null ? readdirSync(proc).filter((entry) => /^\d+$/.test(entry)).map(Number) : [pid];
  let isComplete = true;
  const found: Seen[] = [];
  for (const candidate of pids) {
    const seen = readProcess(proc, candidate);
    if (seen === 'unreadable') isComplete = false;
    else if (seen !== null && (name === null || seen.names.includes(name))) found.push(seen);
  }
  if (visible !== null && pid !== null && !found.some(({ names }) => names.some((one) => visible.includes(one)))) return { blind: 'PROCESS_NOT_REGISTERED' };
  if (found.length === 0 && !isComplete) return { blind: 'PROCESS_INVISIBLE' };
  const told = found.sort((a, b) => a.startTicks - b.startTicks).slice(0, MAX_TOLD);
  const [only, ...others] = told;
  return {
    seen: {
      count: found.length,
      complete: isComplete,
      pids: told.map((one) => String(one.pid)),
      // Of several, none of the times is that of the one that is meant.
      started_at: only === undefined || others.length > 0 ? null : new Date((boot + only.startTicks / TICKS_PER_SECOND) * 1_000).toISOString(),
    },
  };
}

/** Null for one that is gone or a zombie: it runs no more. */
function readProcess(proc: string, pid: number): Seen | 'unreadable' | null {
  const stat = read(join(proc, String(pid), 'stat'));
  if (typeof stat !== 'string') return stat === null ? null : 'unreadable';
  // The name in it is in brackets and may hold any of them: fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const startTicks = Number(fields[19]);
  if (/[ZXx]/.test(state) || !Number.isFinite(startTicks)) return null;
  const comm = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const argv0 = readArgv0(join(proc, String(pid), 'cmdline'));
  return { pid, names: [comm, ...(argv0 === '' ? [] : [basename(argv0)])], startTicks };
}

/** The first argument alone, cut off at its end: what follows may be a password. */
function readArgv0(file: string): string {
  try {
    const fd = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(ARGV0_BYTES);
      const length = readSync(fd, bytes, 0, ARGV0_BYTES, 0);
      const end = bytes.subarray(0, length).indexOf(0);
      const argv0 = end === -1 ? '' : bytes.toString('utf8', 0, end);
      // Some servers rewrite their title into one string with blanks: that is no name.
      return /\s/.test(argv0) ? '' : argv0;
    } finally {
      closeSync(fd);
    }
  } catch {
    // Ended in between; its name in `stat` was read already.
    return '';
  }
}

function bootSeconds(proc: string): number | null {
  const stat = read(join(proc, 'stat'));
  const found = typeof stat === 'string' ? /^btime (\d+)$/m.exec(stat) : null;
  return found === null ? null : Number(found[1]);
}

/** Null: not there. False: there, and not for us. */
function read(file: string): string | false | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? false : null;
  }
}
