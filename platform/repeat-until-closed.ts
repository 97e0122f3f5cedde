import type { Running } from './running';

/**
 * Has a round made, and another one `everyMs` after its end, until it is closed or a round says that it was the last. Closing waits for
 * the round that is under way; a long one looks at `isClosed` between its steps.
 *
 * @param round resolves with true when no other is needed
 * @param onError told of a round that failed; the next one comes all the same
 */
export function repeatUntilClosed(everyMs: number, round: (isClosed: () => boolean) => Promise<boolean | void>, onError: (error: unknown) => void): Running {
  let closed = false;
  let wake: () => void = () => undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = (async () => {
    while (!closed) {
      const isLast = await round(() => closed).catch(onError);
      if (isLast === true) return;
      if (!closed) await pause();
    }
  })();
  return {
    async close() {
      closed = true;
      wake();
      await loop;
    },
  };
}
