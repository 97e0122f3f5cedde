/**
 * Subject and floor in one run, interleaved, so that what else the machine does falls on both. A ratio is taken within each round;
 * what counts is the median of the rounds, and their spread stands beside it.
 */
import { cpuMicros, ownCpuMicros } from './cpu-time';
import { many, type Side } from './side';
import { median } from './statistics';

export interface Figure {
  /** Subject over floor. */
  readonly ratio: number;
  /** Lowest and highest of the rounds. */
  readonly spread: readonly [number, number];
  /** Median of the rounds, in `unit`. */
  readonly subject: number;
  readonly floor: number;
  readonly unit: string;
  /** CPU microseconds an operation: of this process alone where operations alternate, with the servers' where blocks do. */
  readonly cpu: { readonly subject: number; readonly floor: number } | null;
  readonly rounds: number;
  /** Of each side in each round. */
  readonly operations: number;
  /** For a profile, when the figure misses its target. */
  readonly again?: Side;
}

export interface Plan {
  readonly rounds: number;
  /** For all rounds together. A slow or busy machine does fewer operations, and never fewer than `least`. */
  readonly seconds: number;
  readonly least: number;
  readonly most: number;
  /** Of the servers whose CPU belongs to an operation. */
  readonly pids: readonly number[];
}

export interface Round {
  readonly ratio: number;
  readonly subject: number;
  readonly floor: number;
  readonly cpu: { readonly subject: number; readonly floor: number };
}

type Name = 'subject' | 'floor';
const ABBA = ['subject', 'floor', 'floor', 'subject'] as const;
const BAAB = ['floor', 'subject', 'subject', 'floor'] as const;

/** One after the other, the two sides in turn, operation by operation: p50 in milliseconds. */
export async function latency(subject: Side, floor: Side, plan: Plan): Promise<Figure> {
  const sides = { subject, floor };
  return rounds(plan, subject, 'ms', async (operations) => {
    await subject.prepare?.(operations);
    await floor.prepare?.(operations);
    const taken: Record<Name, number[]> = { subject: [], floor: [] };
    const cpu = { subject: 0, floor: 0 };
    for (let index = 0; index < operations * 2; index += 1) {
      // The one that follows the other of its kind finds warm caches; in this order both do as often.
      const name = (Math.floor(index / 4) % 2 === 0 ? ABBA : BAAB)[index % 4] ?? 'floor';
      const before = ownCpuMicros();
      const from = performance.now();
      await sides[name].once();
      taken[name].push(performance.now() - from);
      await sides[name].settle?.();
      cpu[name] += (ownCpuMicros() - before) / operations;
    }
    const [one, other] = [median(taken.subject), median(taken.floor)];
    return { ratio: one / other, subject: one, floor: other, cpu };
  });
}

interface Blocks {
  /** Subject over floor. */
  readonly time: number;
  readonly cost: number;
  readonly seconds: Readonly<Record<Name, number>>;
  readonly cpu: Readonly<Record<Name, number>>;
}

/**
 * Many at once, in groups of four small blocks that alternate: what one block suffers from outside, its neighbour suffers too.
 * Of the groups' ratios the median counts, so that one that something else broke into does not decide the round.
 */
async function blocks(sides: Readonly<Record<Name, Side>>, operations: number, plan: Plan & { readonly concurrency: number }, turn: number): Promise<Blocks> {
  const groups: { readonly seconds: Record<Name, number>; readonly cpu: Record<Name, number> }[] = [];
  const least = evenUp(plan.least);
  const count = Math.max(1, Math.floor(operations / least));
  for (let group = 0; group < count; group += 1) {
    const one = { seconds: { subject: 0, floor: 0 }, cpu: { subject: 0, floor: 0 } };
    const each = Math.floor(operations / count / 2);
    for (const name of (turn + group) % 2 === 0 ? ABBA : BAAB) {
      await sides[name].prepare?.(each);
      const before = cpuMicros(plan.pids);
      const from = performance.now();
      await many(sides[name], each, plan.concurrency);
      await sides[name].settle?.();
      one.seconds[name] += (performance.now() - from) / 1_000 / each / 2;
      one.cpu[name] += (cpuMicros(plan.pids) - before) / each / 2;
    }
    groups.push(one);
  }
  const middle = (of: (one: (typeof groups)[number]) => number): number => median(groups.map(of));
  const mean = (of: (one: (typeof groups)[number]) => number): number => groups.reduce((sum, one) => sum + of(one), 0) / count;
  const cpu = { subject: mean((one) => one.cpu.subject), floor: mean((one) => one.cpu.floor) };
  return {
    time: middle(({ seconds }) => seconds.subject / seconds.floor),
    // The kernel counts CPU time in hundredths of a second: over one group that is too coarse, over a round it is not.
    cost: cpu.subject / cpu.floor,
    seconds: { subject: middle(({ seconds }) => seconds.subject), floor: middle(({ seconds }) => seconds.floor) },
    cpu,
  };
}

/** Many at once: operations a second. More is better. */
export async function throughput(subject: Side, floor: Side, plan: Plan & { readonly concurrency: number }): Promise<Figure> {
  let turn = 0;
  return rounds(plan, subject, 'op/s', async (operations) => {
    const { time, seconds, cpu } = await blocks({ subject, floor }, operations, plan, (turn += 1));
    return { ratio: 1 / time, subject: 1 / seconds.subject, floor: 1 / seconds.floor, cpu };
  });
}

/** As {@link throughput}, judged by what an operation costs: CPU microseconds of this process and the servers. */
export async function cpuPerOperation(subject: Side, floor: Side, plan: Plan & { readonly concurrency: number }): Promise<Figure> {
  let turn = 0;
  return rounds(plan, subject, 'CPU µs', async (operations) => {
    const { cost, cpu } = await blocks({ subject, floor }, operations, plan, (turn += 1));
    return { ratio: cost, subject: cpu.subject, floor: cpu.floor, cpu };
  });
}

/** A first round of the least size warms both sides, does not count, and says how many operations fit. */
async function rounds(plan: Plan, again: Side, unit: string, round: (operations: number) => Promise<Round>): Promise<Figure> {
  const least = evenUp(plan.least);
  const from = performance.now();
  await round(least);
  const operations = operationsFor(plan, (performance.now() - from) / 1_000 / least);
  const all: Round[] = [];
  while (all.length < plan.rounds) all.push(await round(operations));
  return { ...figureOf(all, unit, operations), again };
}

const evenUp = (value: number): number => Math.ceil(value / 2) * 2;

/** @param secondsEach of one operation of both sides with what prepares it */
export function operationsFor({ rounds: count, seconds, least, most }: Pick<Plan, 'rounds' | 'seconds' | 'least' | 'most'>, secondsEach: number): number {
  return evenUp(Math.min(most, Math.max(least, Math.floor(seconds / count / secondsEach))));
}

export function figureOf(all: readonly Round[], unit: string, operations: number): Figure {
  const ratios = all.map(({ ratio }) => ratio);
  const cpu = { subject: median(all.map((one) => one.cpu.subject)), floor: median(all.map((one) => one.cpu.floor)) };
  return {
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    subject: median(all.map(({ subject }) => subject)),
    floor: median(all.map(({ floor }) => floor)),
    unit,
    cpu: cpu.subject === 0 && cpu.floor === 0 ? null : cpu,
    rounds: all.length,
    operations,
  };
}
