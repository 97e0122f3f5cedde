import type { BenchArguments } from './arguments';
import type { Figure, Plan } from './measure';
import type { World } from './world';

export interface Row {
  readonly id: string;
  readonly subject: string;
  readonly floor: string;
  /** Which way is better, and how good it has to be. */
  readonly better: 'less' | 'more';
  readonly target: number;
  readonly stretch: number;
  /** Rows of one name share their servers: products of other rows that are idle still poll, and their work falls on what is measured. */
  readonly servers?: 'workers';
  measure(bench: Bench): Promise<Figure>;
}

export interface Bench {
  readonly size: BenchArguments['size'];
  /** Then a row gives its floor for both sides. */
  readonly floorVsFloor: boolean;
  world(): Promise<World>;
  say(line: string): void;
}

/** By size: quick, normal, full. */
export const sized = <T>({ size }: Pick<Bench, 'size'>, quick: T, normal: T, full: T): T => (size === 'quick' ? quick : size === 'normal' ? normal : full);

export const isMet = (row: Row, ratio: number, limit: number): boolean => (row.better === 'less' ? ratio <= limit : ratio >= limit);

/** Five rounds at least; the more time, the more operations in each. */
export const planOf = (bench: Pick<Bench, 'size'>, least: number, most: number, pids: readonly number[] = []): Plan => ({
  rounds: sized(bench, 5, 7, 9), seconds: sized(bench, 3.6, 12, 30), least, most, pids,
});
