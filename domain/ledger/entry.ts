/** The text that a ledger row's hash is made of; `wingman.append` in SQL makes the same. docs/ledger.md has the form in words. */
export interface LedgerEntryForm {
  readonly seq: number;
  readonly tenant: string;
  readonly kind: string;
  /** `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
  readonly at: string;
  /** Hex. */
  readonly prev_hash: string;
}

/** A row as it is stored and exported. */
export interface LedgerRow extends LedgerEntryForm {
  /** The exact canonical text (RFC 8785) that was hashed. */
  readonly body: string;
  /** Hex; SHA-256 of the preimage. */
  readonly hash: string;
}

export const GENESIS_HASH = '0'.repeat(64);

/** The database lets no newline into a field, and a row with one would have more than seven lines: no two rows have the same text. */
export function ledgerPreimage({ seq, tenant, kind, at, prev_hash }: LedgerEntryForm, bodySha256: string): string {
  return `wingman-ledger-v1\n${String(seq)}\n${tenant}\n${kind}\n${at}\n${prev_hash}\n${bodySha256}`;
}

/** Null for what has not the members of a row. Their forms need no look: what they hold is in the hash. */
export function toLedgerRow(value: unknown): LedgerRow | null {
  if (typeof value !== 'object' || value === null) return null;
  const { seq, tenant, kind, body, at, prev_hash, hash } = value as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(seq) || typeof tenant !== 'string' || typeof kind !== 'string' || typeof body !== 'string') return null;
  if (typeof at !== 'string' || typeof prev_hash !== 'string' || typeof hash !== 'string') return null;
  return value as LedgerRow;
}
