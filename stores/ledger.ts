/**
 * The one writer of the ledger in a process. Entries that arrive while a flush is under way go together in the next one:
 * a natural batch, without a timer, so a single caller waits for nothing and sixty-four share one round trip.
 */
import type { Pool } from 'pg';
import type { Json } from '../domain/text/canonical-json';
import { isWingmanError, WingmanError } from '../domain/errors';
import { toDatabaseError } from './pool';

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
  readonly body: string;
  /** UTC with microseconds, as hashed. */
  readonly at: string;
  /** False: it was there already, and this is it. */
  readonly inserted: boolean;
}

export interface Ledger {
  /** @throws WingmanError DATABASE_UNAVAILABLE (repeat it: `idem` makes that safe), or the code of the projection's refusal */
  append(entry: LedgerEntry): Promise<readonly StoredEntry[]>;
  /**
   * All of them in their order, in one transaction, or none: a verdict, its incident and the quarantine. It does not share a flush.
   *
   * @throws WingmanError as `append` does
   */
  appendTogether(entries: readonly LedgerEntry[]): Promise<readonly StoredEntry[]>;
  /** Round trips to the database so far; for the tests that keep it one a flush. */
  flushes(): number;
}

const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 4_000_000;

interface Waiting {
  readonly entry: LedgerEntry;
  readonly json: string;
  readonly resolve: (rows: readonly StoredEntry[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The caller has what it sent: of a new row only what it cannot know comes back, and its body is null. */
const COLUMNS = 'seq::float8 as seq, body, at, inserted';

interface Statement {
  readonly name: string;
  readonly text: string;
}

const APPEND: Statement = { name: 'ledger-append', text: `select ${COLUMNS}, null as code, null as message from wingman.append($1::jsonb)` };
const APPEND_EACH: Statement = { name: 'ledger-append-each', text: `select ${COLUMNS}, code, message from wingman.append_each($1::jsonb)` };

type AnsweredRow =
  | (Omit<StoredEntry, 'body'> & { readonly body: string | null; readonly code: null })
  | { readonly code: string; readonly message: string };

function answer({ entry, resolve, reject }: Waiting, row: AnsweredRow | undefined): void {
  try {
    resolve([toStored(entry, row)]);
  } catch (error) {
    reject(error);
  }
}

function toStored(entry: LedgerEntry, row: AnsweredRow | undefined): StoredEntry {
  if (row === undefined) throw new TypeError('the ledger returned too few rows');
  if (row.code !== null) throw toDatabaseError(Object.assign(new Error(row.message), { code: row.code }));
  const { seq, at, inserted } = row;
  return { seq, body: row.body ?? entry.body, at, inserted };
}

const isAway = (error: unknown): boolean => isWingmanError(error) && error.code === 'DATABASE_UNAVAILABLE';

export function createLedger(pool: Pool): Ledger {
  const waiting: Waiting[] = [];
  let flushing = false;
  let flushes = 0;

  const send = async (statement: Statement, batch: readonly Waiting[]): Promise<readonly AnsweredRow[]> => {
    flushes += 1;
    const { rows } = await pool.query<AnsweredRow>({ ...statement, values: [`[${batch.map(({ json }) => json).join(',')}]`] });
    return rows;
  };

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const rows = await send(APPEND, batch).catch((error: unknown) => {
        // One entry was refused and took the others with it: once more, and each by itself.
        if (batch.length > 1 && !isAway(error)) return send(APPEND_EACH, batch);
        throw error;
      });
      for (const [index, one] of batch.entries()) answer(one, rows[index]);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  };

  const run = async (): Promise<void> => {
    flushing = true;
    while (waiting.length > 0) {
      const batch = takeBatch(waiting);
      await flush(batch);
      // Callers who were answered together come back together: without this turn the first of them would go alone.
      if (batch.length > 1) await new Promise(setImmediate);
    }
    flushing = false;
  };

  return {
    append: (entry) =>
      new Promise((resolve, reject) => {
        // Here and not in the flush: what cannot be written as JSON is its caller's mistake alone. What throws in here rejects.
        waiting.push({ entry, json: toJson(entry), resolve, reject });
        if (!flushing) void run();
      }),
    async appendTogether(entries) {
      const jsons = entries.map(toJson);
      flushes += 1;
      const { rows } = await pool.query<AnsweredRow>({ ...APPEND, values: [`[${jsons.join(',')}]`] });
      return entries.map((entry, index) => toStored(entry, rows[index]));
    },
    flushes: () => flushes,
  };
}

/** @throws TypeError, WingmanError BODY_TOO_LARGE: for what no row can hold */
function toJson({ tenant, kind, body, idem, projection }: LedgerEntry): string {
  // What is not there is null for the function, and most rows have neither: a tenth of what is sent and parsed.
  const json = JSON.stringify({ tenant, kind, body, idem: idem ?? undefined, projection: isEmpty(projection) ? undefined : projection });
  if (isUnstorable(json) || isUnstorable(body)) throw new TypeError(`a ${kind} row holds a NUL or half a surrogate pair, which Postgres cannot store`);
  if (json.length > MAX_BATCH_BYTES) throw new WingmanError('BODY_TOO_LARGE', 'this entry is too large for the ledger');
  return json;
}

const isEmpty = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Escapes that JSON has and jsonb refuses, and with them the whole batch: `\u0000`, and surrogates without their other half. */
const isUnstorable = (json: string): boolean => json.includes('\\u') && /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(json);

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && count < MAX_BATCH) {
    bytes += waiting[count]?.json.length ?? 0;
    if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
