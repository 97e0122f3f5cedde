/** More than linear with much room for noise, and far from quadratic. */
export const LINEAR_AT_MOST = 9;
const FEWEST_ROUNDS = 3;
const MOST_ROUNDS = 20;

/**
 * How many times as long four times the text takes: 4 when the time is linear, 16 when it is quadratic. The best of each, rounds
 * interleaved, so that what shares the machine falls out; more rounds only while it looks bad, which helps a busy machine and
 * never a slow algorithm. Below a millisecond nothing can be told, and it counts as one.
 */
export function growth(run: (text: string) => void, make: (length: number) => string, length: number): number {
  const [small, large] = [make(Math.floor(length / 4)), make(length)];
  const best = { small: Infinity, large: Infinity };
  for (let round = 1; ; round += 1) {
    best.small = Math.min(best.small, timeOf(run, small));
    best.large = Math.min(best.large, timeOf(run, large));
    const ratio = best.large / Math.max(best.small, 1);
    if (round >= MOST_ROUNDS || (round >= FEWEST_ROUNDS && ratio < LINEAR_AT_MOST)) return ratio;
  }
}

function timeOf(run: (text: string) => void, text: string): number {
  const from = performance.now();
  run(text);
  return performance.now() - from;
}
