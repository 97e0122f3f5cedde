/** Eight times the text: 8 is linear, 64 quadratic. The room between is for collectors of garbage and for neighbours. */
export const LINEAR_AT_MOST = 24;
const TIMES = 8;
const FEWEST_ROUNDS = 3;
const MOST_ROUNDS = 20;

/**
 * How many times as long eight times the text takes: 8 when the time is linear, 64 when it is quadratic. The best of each, rounds
 * interleaved, so that what shares the machine falls out; more rounds only while it looks bad, which helps a busy machine and
 * never a slow algorithm. Below a millisecond nothing can be told, and it counts as one.
 */
export function growth(run: (text: string) => void, make: (length: number) => string, length: number): number {
  const [small, large] = [make(Math.floor(length / TIMES)), make(length)];
  const best = { small: Infinity, large: Infinity };
  for (let round = 1; ; round += 1) {
    best.small = Math.min(best.small, timeOf(run, small));
    best.large = Math.min(best.large, timeOf(run, large));
    const ratio = best.large / Math.max(best.small, 1);
    if (round >= MOST_ROUNDS || (round >= FEWEST_ROUNDS && ratio < LINEAR_AT_MOST)) return ratio;
  }
}

/** Milliseconds of this process's own CPU: what waits for a core does not count. */
function timeOf(run: (text: string) => void, text: string): number {
  const from = process.cpuUsage();
  run(text);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}
