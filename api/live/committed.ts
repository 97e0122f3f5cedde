/**
 * An answer when the row is committed. The ledger's row is what stands, whatever becomes of the workflow's own bookkeeping after it;
 * the engine needs some more writes until it tells the same, and nobody has to wait for those.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isWingmanError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { readApprovals, readDecidedBy, type ApprovalRow } from '../../stores/approvals';
import type { Feed } from '../../stores/feed';

export interface Committed {
  /** The row of a request with this id, as soon as there is one. */
  opened(tenant: TenantId, id: string, signal: AbortSignal): Promise<ApprovalRow>;
  /** The row of a request that ended by exactly this signed decision, as soon as it did. */
  decided(tenant: TenantId, id: string, attestation: string, signal: AbortSignal): Promise<ApprovalRow>;
}

/** A notice that was lost costs nothing but time: the engine's own answer comes as well. */
const LOOK_MS = 1_000;

export function createCommitted({ pool, feed }: { readonly pool: Pool; readonly feed: Feed }): Committed {
  const asked = new Map<TenantId, Map<string, (row: ApprovalRow) => void>>();
  let looking = false;

  /** One statement after each growth for all who wait in a tenant. */
  const look = async (): Promise<void> => {
    looking = true;
    let seen = feed.growth();
    while (asked.size > 0) {
      if (feed.growth() === seen) await feed.wait(LOOK_MS);
      seen = feed.growth();
      for (const [tenant, ids] of asked) {
        // Whoever waits has the engine's answer too: a database that is away is told by that.
        const rows = await readApprovals(pool, tenant, [...ids.keys()]).catch(() => []);
        for (const row of rows) ids.get(row.request_id)?.(row);
      }
    }
    looking = false;
  };

  return {
    opened: (tenant, id, signal) =>
      new Promise((resolve) => {
        const ids = asked.get(tenant) ?? new Map<string, (row: ApprovalRow) => void>();
        asked.set(tenant, ids.set(id, resolve));
        signal.addEventListener('abort', () => {
          ids.delete(id);
          if (ids.size === 0 && asked.get(tenant) === ids) asked.delete(tenant);
        }, { once: true });
        if (!looking) void look();
      }),

    async decided(tenant, id, attestation, signal) {
      let seen = feed.growth();
      while (!signal.aborted) {
        if (feed.growth() === seen) await feed.wait(LOOK_MS, signal);
        seen = feed.growth();
        const row = signal.aborted ? null : await readDecidedBy(pool, tenant, id, attestation).catch(() => null);
        if (row !== null) return row;
      }
      // Nobody waits any more.
      return new Promise<never>(() => undefined);
    },
  };
}

/** Whichever comes first; the other one is let go. @throws what the engine answers, unless the row was there before */
export async function firstOf<T>(engine: Promise<T>, committed: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const done = new AbortController();
  // After the row nobody listens to it; see seeThrough().
  engine.catch(() => undefined);
  try {
    return await Promise.race([engine, committed(done.signal)]);
  } finally {
    done.abort();
  }
}

/** An hour in all: longer than the engine may be away. */
const AGAIN_MS = 5_000;
const MOST_TIMES = 720;

/**
 * Somebody was told what the row says before the engine answered. Should the engine have lost the message (until a task is done it keeps
 * it in memory alone), the workflow is told again, until it knows or has ended.
 */
export async function seeThrough(engine: Promise<unknown>, again: () => Promise<unknown>): Promise<void> {
  let answer = engine;
  for (let time = 0; time < MOST_TIMES; time += 1) {
    const error: unknown = await answer.then(() => null, (thrown: unknown) => thrown);
    if (!isWingmanError(error) || (error.code !== 'TEMPORAL_UNAVAILABLE' && error.code !== 'DATABASE_UNAVAILABLE')) return;
    await sleep(AGAIN_MS, undefined, { ref: false });
    answer = again();
  }
}
