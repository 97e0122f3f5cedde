/**
 * Experiments that mostly wait, a few beside each other: each lane has a world of its own, and each experiment is still a test of its
 * own that awaits its end.
 */
export interface Lanes<T> {
  /** Resolves when that experiment has ended; rejects with what it threw. */
  of(item: T): Promise<void>;
  /** All experiments have ended, and all worlds are closed. */
  readonly closed: Promise<void>;
}

export interface World {
  close(): Promise<void>;
}

export function openLanes<T, W extends World>(count: number, items: readonly T[], open: () => Promise<W>, act: (world: W, item: T) => Promise<void>): Lanes<T> {
  const ends = new Map(items.map((item) => [item, openEnd()]));
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    let world: W | null = null;
    try {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        try {
          world ??= await open();
          await act(world, item);
          ends.get(item)?.resolve();
        } catch (error) {
          ends.get(item)?.reject(error);
        }
      }
    } finally {
      await world?.close();
    }
  };
  const closed = Promise.all(Array.from({ length: Math.min(count, items.length) }, lane)).then(() => undefined);
  closed.catch(() => undefined);
  return {
    of: (item) => ends.get(item)?.promise ?? Promise.reject(new TypeError('no such experiment')),
    closed,
  };
}

interface End {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function openEnd(): End {
  let end: Omit<End, 'promise'> | null = null;
  const promise = new Promise<void>((resolve, reject) => (end = { resolve, reject }));
  // A test that awaits it later still sees the failure; until then it is nobody's unhandled rejection.
  promise.catch(() => undefined);
  if (end === null) throw new TypeError('a promise runs its executor at once');
  return { promise, ...(end as Omit<End, 'promise'>) };
}
