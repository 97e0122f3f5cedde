/** The result of a workflow, waited for as long as its caller waits and no longer. */
import type { Client } from '@temporalio/client';

/** @returns null once `waitMs` are over: the workflow goes on. @throws what `result()` throws */
export async function resultWithin<T>(client: Client, handle: { result(): Promise<T> }, waitMs: number): Promise<T | null> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), waitMs);
  try {
    return await client.connection.withAbortSignal(late.signal, () => handle.result());
  } catch (error) {
    // A long poll that nobody reads any more would be asked again and again until the workflow ends.
    if (late.signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
