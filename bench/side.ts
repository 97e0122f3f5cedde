/** What a row measures: one side of it, how it is called, and what a profile of it is made of. */
export interface Sample {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly hitCount?: number | undefined;
}

export interface Profiler {
  start(): Promise<void>;
  stop(): Promise<readonly Sample[]>;
}

/** One side of a row. `prepare` is not timed. */
export interface Side {
  /** Makes what so many more operations use up, before the clock starts. */
  prepare?(operations: number): Promise<void>;
  once(): Promise<void>;
  /** What goes on after the answers has ended: it must not fall on the other side. Not part of a latency; part of a throughput. */
  settle?(): Promise<void>;
  /** Where callers are a process of their own, which is told a number once and not each time. */
  many?(operations: number, concurrency: number): Promise<void>;
  /** Of the process that does the work, where that is not this one. */
  readonly profiler?: Profiler;
}

export async function many(side: Side, operations: number, concurrency: number): Promise<void> {
  if (side.many !== undefined) return side.many(operations, concurrency);
  let left = operations;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await side.once();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, operations) }, lane));
}
