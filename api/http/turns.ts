import { createCounts } from './counts';

/** So many at once for each key; the others wait for their turn, in their order. */
export interface Turns {
  run<T>(key: string, act: () => Promise<T>): Promise<T>;
}

export function createTurns(most: number): Turns {
  const running = createCounts();
  const waiting = new Map<string, (() => void)[]>();

  const begin = (key: string): Promise<void> | undefined => {
    if (running.of(key) >= most) {
      const queue = waiting.get(key) ?? [];
      waiting.set(key, queue);
      return new Promise((resolve) => queue.push(resolve));
    }
    running.add(key);
    return undefined;
  };

  /** The place goes to the next in the queue, or is free. */
  const end = (key: string): void => {
    const queue = waiting.get(key);
    const next = queue?.shift();
    if (queue?.length === 0) waiting.delete(key);
    if (next === undefined) running.take(key);
    else next();
  };

  return {
    async run(key, act) {
      await begin(key);
      try {
        return await act();
      } finally {
        end(key);
      }
    },
  };
}
