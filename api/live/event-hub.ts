/**
 * The newest rows of each tenant's ledger, read once however many follow them. A follower at the end is handed what is here; one that
 * lags reads its pages from the database, and those at one place share a page. So a thousand followers cost the database one question
 * for each time that the ledger grows, and memory one window a tenant: what a slow one has not taken is kept for nobody.
 */
import type { Pool } from 'pg';
import type { TenantId } from '../../domain/ids';
import type { Feed } from '../../stores/feed';
import { readFollowedRows, readLedgerSize, type FollowedRow } from '../../stores/followed-rows';
import { createTurns } from '../http/turns';

export interface Page {
  readonly rows: readonly FollowedRow[];
  /** There is more to read at once. */
  readonly more: boolean;
}

export interface EventHub {
  /** Rows after `after`, in order. @throws WingmanError DATABASE_UNAVAILABLE */
  read(tenant: TenantId, after: number): Promise<Page>;
  /** Questions to the database so far; for the tests that keep them from growing with the followers. */
  reads(): number;
}

export const PAGE = 200;
const WINDOW_ROWS = 500;
const WINDOW_CHARACTERS = 2_000_000;
/** Of those that lag, so many pages at once: a thousand that come back together must leave connections for everybody else. */
const LAGGARDS_ABREAST = 6;
const ALL = 'all';
/** A notice may be lost: what was read longer ago is read again. */
const FRESH_MS = 4_000;

interface Tail {
  rows: readonly FollowedRow[];
  /** Every row after this one, up to when it was read, is in the window. */
  from: number;
  /** Which growth of the ledger the last reading began after, and when. */
  heard: number;
  at: number;
  reading: Promise<void> | null;
}

export function createEventHub({ pool, feed, now }: { readonly pool: Pool; readonly feed: Feed; readonly now: () => number }): EventHub {
  const tails = new Map<TenantId, Promise<Tail>>();
  const pages = new Map<string, Promise<Page>>();
  const turns = createTurns(LAGGARDS_ABREAST);
  let reads = 0;

  const query = (tenant: TenantId, after: number): Promise<readonly FollowedRow[]> => {
    reads += 1;
    return readFollowedRows(pool, tenant, after, PAGE);
  };

  const tailOf = (tenant: TenantId): Promise<Tail> => {
    const known = tails.get(tenant);
    if (known !== undefined) return known;
    const made = readLedgerSize(pool).then((from): Tail => ({ rows: [], from, heard: -1, at: 0, reading: null }));
    tails.set(tenant, made);
    // Tried anew by the next who asks.
    made.catch(() => tails.delete(tenant));
    return made;
  };

  const extend = async (tenant: TenantId, tail: Tail): Promise<void> => {
    const [heard, at] = [feed.growth(), now()];
    for (;;) {
      const rows = await query(tenant, tail.rows.at(-1)?.seq ?? tail.from);
      if (rows.length > 0) Object.assign(tail, trimmed(tail.from, [...tail.rows, ...rows]));
      if (rows.length < PAGE) break;
    }
    Object.assign(tail, { heard, at });
  };
  const freshen = async (tenant: TenantId, tail: Tail): Promise<void> => {
    const [wanted, oldest] = [feed.growth(), now() - FRESH_MS];
    // One that is under way may have begun before the row that woke us: then once more, and no more than that on a busy ledger.
    while (tail.heard < wanted || tail.at < oldest) {
      tail.reading ??= extend(tenant, tail).finally(() => (tail.reading = null));
      await tail.reading;
    }
  };

  const lagging = (tenant: TenantId, after: number): Promise<Page> => {
    const key = `${tenant}:${String(after)}`;
    const known = pages.get(key);
    if (known !== undefined) return known;
    const made = turns.run(ALL, async () => {
      const rows = await query(tenant, after);
      return { rows, more: rows.length > 0 };
    }).finally(() => pages.delete(key));
    pages.set(key, made);
    return made;
  };

  return {
    reads: () => reads,
    async read(tenant, after) {
      const tail = await tailOf(tenant);
      if (after < tail.from) return lagging(tenant, after);
      await freshen(tenant, tail);
      // The window may have moved on past us while it was read.
      if (after < tail.from) return lagging(tenant, after);
      const { rows } = tail;
      const first = rows.findIndex(({ seq }) => seq > after);
      return first === -1 ? { rows: [], more: false } : { rows: rows.slice(first, first + PAGE), more: rows.length - first > PAGE };
    },
  };
}

function trimmed(from: number, rows: readonly FollowedRow[]): Pick<Tail, 'rows' | 'from'> {
  let first = Math.max(0, rows.length - WINDOW_ROWS);
  let characters = rows.slice(first).reduce((sum, { text }) => sum + text.length, 0);
  // The newest one stays, however large: followers at the end would miss it otherwise.
  while (characters > WINDOW_CHARACTERS && first < rows.length - 1) {
    characters -= rows[first]?.text.length ?? 0;
    first += 1;
  }
  return { rows: rows.slice(first), from: first === 0 ? from : (rows[first - 1]?.seq ?? from) };
}
