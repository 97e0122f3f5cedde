/**
 * One follower of the feed. It is written to as fast as it takes it and no faster: what it has not taken is read again later, so a
 * slow one holds a place in the ledger and no memory, and nobody waits for it.
 */
import type { Response } from 'express';
import type { Feed } from '../../stores/feed';
import type { FollowedRow } from '../../stores/followed-rows';
import type { Principal } from '../identity/authenticate';
import type { EventFilter } from './event-filter';
import type { EventHub } from './event-hub';

export interface FollowParts {
  readonly hub: EventHub;
  readonly feed: Feed;
  readonly res: Response;
  readonly principal: Principal;
  readonly filter: EventFilter;
  readonly signal: AbortSignal;
}

const HEARTBEAT_MS = 15_000;
const LOOK_MS = 5_000;
/** One that takes nothing for so long is gone, whatever TCP believes; it comes back to its place. */
const STALLED_MS = 60_000;

/** Until the signal, the end of the follower's rights, or a fault of the database: the client keeps its place and comes back. */
export async function followEvents({ hub, feed, res, principal, filter, signal }: FollowParts, from: number): Promise<void> {
  let after = from;
  // Spread: those that one restart cut off do not all come back in one moment.
  const retry = 1_000 + Math.floor(Math.random() * 4_000);
  if (!(await write(res, `retry: ${String(retry)}\nid: ${String(after)}\n: following\n\n`, signal))) return;
  let quietSince = Date.now();
  while (!signal.aborted) {
    const woken = feed.wait(LOOK_MS, signal);
    const page = await hub.read(principal.tenant, after).catch(() => null);
    if (page === null) return;
    for (const row of page.rows) {
      if (filter(row)) {
        if (!(await write(res, row.text, signal))) return;
        quietSince = Date.now();
      }
      after = row.seq;
      if (endsRights(row, principal)) return;
    }
    if (page.more) continue;
    if (Date.now() - quietSince >= HEARTBEAT_MS) {
      // With its place, which moves on also past what the filter leaves out.
      if (!(await write(res, `id: ${String(after)}\n: still here\n\n`, signal))) return;
      quietSince = Date.now();
    }
    await woken;
  }
}

/** The feed itself tells when the key that opened it, or the person behind it, may no longer see it. */
function endsRights({ kind, subject }: FollowedRow, principal: Principal): boolean {
  if (kind === 'key.revoked') return subject === principal.keyId;
  return kind === 'reviewer.disabled' && principal.kind === 'reviewer' && subject === principal.reviewer;
}

/** False: the follower is gone. */
async function write(res: Response, text: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted || res.destroyed) return false;
  if (res.write(text)) return true;
  const isTaken = await new Promise<boolean>((resolve) => {
    const end = (value: boolean) => (): void => {
      clearTimeout(late);
      res.off('drain', drained);
      signal.removeEventListener('abort', gone);
      resolve(value);
    };
    const [drained, gone] = [end(true), end(false)];
    const late = setTimeout(gone, STALLED_MS);
    res.once('drain', drained);
    signal.addEventListener('abort', gone, { once: true });
  });
  if (!isTaken) res.destroy();
  return isTaken;
}
