/** The text that a ledger row's hash is made of; `wingman.append` in SQL makes the same. */
export interface LedgerEntryForm {
  readonly seq: number;
  readonly tenant: string;
  readonly kind: string;
  /** `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
  readonly at: string;
  /** Hex. */
  readonly prev_hash: string;
}

export const GENESIS_HASH = '0'.repeat(64);

/** No field may hold a newline (the database checks it), so no two rows have the same text. */
export function ledgerPreimage(row: LedgerEntryForm, bodySha256: string): string {
  return ['wingman-ledger-v1', String(row.seq), row.tenant, row.kind, row.at, row.prev_hash, bodySha256].join('\n');
}
