import { setTimeout as delay } from 'node:timers/promises';

/** Until the time is over or the signal fires, whichever is first. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
