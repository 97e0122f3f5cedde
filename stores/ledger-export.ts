/** The chain as it is exported, and its checkpoints. */
import type { Pool } from 'pg';
import type { LedgerRow } from '../domain/ledger/entry';

const PAGE = 1_000;

/** In pages, so that a chain of any length is read in bounded memory. @throws WingmanError DATABASE_UNAVAILABLE */
export async function* streamLedger(pool: Pool, after = 0): AsyncGenerator<LedgerRow, void, undefined> {
  for (let last = after; ; ) {
    const { rows } = await pool.query<LedgerRow>({
      name: 'ledger-page',
      text: 'select seq::float8 as seq, tenant, kind, body, at, prev_hash, hash from wingman.ledger_page($1, $2)',
      values: [last, PAGE],
    });
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.seq ?? last;
  }
}

/** Oldest first. To verify a ledger that grows, ask for these first and for the rows then: a newer note would miss its rows. */
export async function listCheckpoints(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ note: string }>('select note from wingman.checkpoints order by size');
  return rows.map(({ note }) => note);
}
