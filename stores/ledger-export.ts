/** The chain as it is exported, and its checkpoints. */
import type { Pool } from 'pg';

export interface ExportedRow {
  readonly seq: number;
  readonly tenant: string;
  readonly kind: string;
  readonly body: string;
  readonly at: string;
  readonly prev_hash: string;
  readonly hash: string;
}

const PAGE = 1_000;

/** In pages, so that a chain of any length is read in bounded memory. */
export async function* streamLedger(pool: Pool, after = 0): AsyncGenerator<ExportedRow, void, undefined> {
  for (let last = after; ; ) {
    const { rows } = await pool.query<ExportedRow>({
      name: 'ledger-page',
      text: 'select seq::float8 as seq, tenant, kind, body, at, prev_hash, hash from wingman.ledger_page($1, $2)',
      values: [last, PAGE],
    });
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.seq ?? last;
  }
}

export async function listCheckpoints(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ note: string }>('select note from wingman.checkpoints order by size');
  return rows.map(({ note }) => note);
}
