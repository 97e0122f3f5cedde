/** So many at once for each key; the others wait for their turn, in their order. */
export interface Turns {
  run<T>(key: string, act: () => Promise<T>): Promise<T>;
}

export function createTurns(most: number): Turns {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  const begin = (key: string): Promise<void> | undefined => {
    const now = running.get(key) ?? 0;
    if (now >= most) {
      const queue = waiting.get(key) ?? [];
      waiting.set(key, queue);
      return new Promise((resolve) => queue.push(resolve));
    }
    running.set(key, now + 1);
    return undefined;
  };

  /** The place goes to the next in the queue, or is free. */
  const end = (key: string): void => {
    const queue = waiting.get(key);
    const next = queue?.shift();
    if (queue?.length === 0) waiting.delete(key);
    if (next !== undefined) {
      next();
      return;
    }
    const left = (running.get(key) ?? 1) - 1;
    if (left === 0) running.delete(key);
    else running.set(key, left);
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
