/**
 * The one writer of the ledger in a process. Entries that arrive while a flush is under way go together in the next one:
 * a natural batch, without a timer, so a single caller waits for nothing and sixty-four share one round trip.
 */
import type { Pool } from 'pg';
import type { Json } from '../domain/canonical-json';
import { isWingmanError, WingmanError } from '../domain/errors';
import type { TenantId } from '../domain/ids';
import { toDatabaseError, withTenant } from './pool';

export interface LedgerEntry {
  readonly tenant: string;
  readonly kind: string;
  /** Canonical JSON (RFC 8785). */
  readonly body: string;
  /** First write wins: the same key gives the stored row back. Null: every append is a row. */
  readonly idem: string | null;
  /** For the tables beside the ledger; not hashed. */
  readonly projection: Json;
}

export interface StoredEntry {
  readonly seq: number;
  readonly tenant: string;
  readonly kind: string;
  readonly body: string;
  /** UTC with microseconds, as hashed. */
  readonly at: string;
  readonly prev_hash: string;
  readonly hash: string;
  /** False: it was there already, and this is it. */
  readonly inserted: boolean;
}

export interface Ledger {
  /** @throws WingmanError DATABASE_UNAVAILABLE (repeat it: `idem` makes that safe), or the code of the projection's refusal */
  append(entry: LedgerEntry): Promise<readonly StoredEntry[]>;
  /** Round trips to the database so far; for the tests that keep it one a flush. */
  flushes(): number;
}

const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 4_000_000;

interface Waiting {
  readonly entry: LedgerEntry;
  readonly bytes: number;
  resolve(rows: readonly StoredEntry[]): void;
  reject(error: unknown): void;
}

export function createLedger(pool: Pool): Ledger {
  const waiting: Waiting[] = [];
  let flushing = false;
  let flushes = 0;

  const send = async (batch: readonly Waiting[]): Promise<readonly StoredEntry[]> => {
    flushes += 1;
    try {
      const { rows } = await pool.query<StoredEntry & { n: number }>({
        name: 'ledger-append',
        text: 'select n, seq::float8 as seq, tenant, kind, body, at, prev_hash, hash, inserted from wingman.append($1::jsonb) order by n',
        values: [JSON.stringify(batch.map(({ entry }) => entry))],
      });
      return rows;
    } catch (error) {
      throw toDatabaseError(error);
    }
  };

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const rows = await send(batch);
      batch.forEach((one, index) => {
        const row = rows[index];
        if (row === undefined) one.reject(new TypeError('the ledger returned too few rows'));
        else one.resolve([row]);
      });
    } catch (error) {
      const away = isWingmanError(error) && error.code === 'DATABASE_UNAVAILABLE';
      if (batch.length === 1 || away) {
        for (const one of batch) one.reject(error);
        return;
      }
      // One entry of the batch was refused and took the others with it: each again by itself.
      for (const one of batch) await flush([one]);
    }
  };

  const run = async (): Promise<void> => {
    flushing = true;
    while (waiting.length > 0) await flush(takeBatch(waiting));
    flushing = false;
  };

  return {
    append: (entry) =>
      new Promise((resolve, reject) => {
        const bytes = entry.body.length + JSON.stringify(entry.projection).length;
        if (bytes > MAX_BATCH_BYTES) {
          reject(new WingmanError('BODY_TOO_LARGE', 'this entry is too large for the ledger'));
          return;
        }
        waiting.push({ entry, bytes, resolve, reject });
        if (!flushing) void run();
      }),
    flushes: () => flushes,
  };
}

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && count < MAX_BATCH) {
    bytes += waiting[count]?.bytes ?? 0;
    if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** The feed: rows of one tenant after a sequence number, in order. */
export async function readFeed(pool: Pool, tenant: TenantId, after: number, limit: number): Promise<readonly Pick<StoredEntry, 'seq' | 'kind' | 'body' | 'at'>[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<Pick<StoredEntry, 'seq' | 'kind' | 'body' | 'at'>>({
      name: 'ledger-feed',
      text: `select seq::float8 as seq, kind, body, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
        from wingman.ledger where tenant = $1 and seq > $2 order by seq limit $3`,
      values: [tenant, after, limit],
    }),
  );
  return rows;
}
