/** CPU time of processes and of what they started, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second on every platform that Node runs on. */
const MICROS_A_TICK = 10_000;

/** Of all threads of this process: microseconds so far. */
export function ownCpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Of this process and, with their children, of the processes named: microseconds so far. */
export function cpuMicros(pids: readonly number[]): number {
  const own = ownCpuMicros();
  if (pids.length === 0) return own;
  const wanted = new Set(pids);
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat !== null && (wanted.has(Number(name)) || wanted.has(stat.parent))) ticks += stat.ticks;
  }
  return own + ticks * MICROS_A_TICK;
}

function statOf(pid: string): { readonly parent: number; readonly ticks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything; what is wanted comes after the last of them.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
