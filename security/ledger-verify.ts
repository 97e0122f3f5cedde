/**
 * Is the chain what it was? Needs rows, checkpoints and public keys, and nothing of ours that could be lying: no database,
 * no server. Streams, in one pass and constant memory.
 */
import { createHash } from 'node:crypto';
import { GENESIS_HASH, ledgerPreimage, type LedgerEntryForm } from '../domain/ledger-entry';
import { parseCheckpoint, verifyCheckpoint, type Checkpoint } from './checkpoint';
import type { Keyset } from './keyset';
import { createMerkleTree } from './merkle';

export interface LedgerRow extends LedgerEntryForm {
  readonly body: string;
  readonly hash: string;
}

/**
 * EDITED: a row's content is not what its hash says. DELETED: sequence numbers are missing. INSERTED: a number is there twice,
 * or a row does not follow from the one before it. REORDERED: numbers go back. TAIL_CUT: a checkpoint has seen more rows.
 * REWRITTEN: the chain fits in itself but not to a checkpoint. CHECKPOINT_FORGED: a checkpoint that nobody of us signed.
 */
export type FindingKind = 'EDITED' | 'DELETED' | 'INSERTED' | 'REORDERED' | 'TAIL_CUT' | 'REWRITTEN' | 'CHECKPOINT_FORGED';

export interface LedgerFinding {
  readonly kind: FindingKind;
  readonly seq: number | null;
  readonly message: string;
}

export interface LedgerReport {
  readonly ok: boolean;
  readonly rows: number;
  readonly head: string;
  readonly checkpoints_verified: number;
  readonly findings: readonly LedgerFinding[];
}

/** A chain that was cut open has one cause and many symptoms: the first are the ones to read. */
const MAX_FINDINGS = 20;

export async function verifyLedger(
  rows: AsyncIterable<LedgerRow>,
  { checkpoints, keyset }: { readonly checkpoints: readonly string[]; readonly keyset: Keyset },
): Promise<LedgerReport> {
  const findings: LedgerFinding[] = [];
  const note = (kind: FindingKind, seq: number | null, message: string): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ kind, seq, message });
  };
  const expected = readCheckpoints(checkpoints, keyset, note);
  const tree = createMerkleTree();
  let last = { seq: 0, hash: GENESIS_HASH };
  let verified = 0;
  for await (const row of rows) {
    checkPlace(row, last, note);
    checkContent(row, note);
    tree.append(Buffer.from(row.hash, 'hex'));
    last = { seq: row.seq, hash: row.hash };
    for (const checkpoint of expected.filter(({ size }) => size === tree.size)) {
      if (tree.root().toString('base64') === checkpoint.root) verified += 1;
      else note('REWRITTEN', row.seq, `the first ${String(checkpoint.size)} rows are not those that the checkpoint was signed over`);
    }
  }
  const largest = Math.max(0, ...expected.map(({ size }) => size));
  if (largest > tree.size) note('TAIL_CUT', tree.size, `a signed checkpoint has seen ${String(largest)} rows, and there are ${String(tree.size)}`);
  return { ok: findings.length === 0, rows: tree.size, head: last.hash, checkpoints_verified: verified, findings };
}

type Note = (kind: FindingKind, seq: number | null, message: string) => void;

function checkPlace(row: LedgerRow, last: { readonly seq: number; readonly hash: string }, note: Note): void {
  if (row.seq === last.seq) note('INSERTED', row.seq, `row ${String(row.seq)} is there twice`);
  else if (row.seq < last.seq) note('REORDERED', row.seq, `row ${String(row.seq)} comes after row ${String(last.seq)}`);
  else if (row.seq > last.seq + 1) note('DELETED', last.seq + 1, `rows ${String(last.seq + 1)} to ${String(row.seq - 1)} are missing`);
  else if (row.prev_hash !== last.hash) note('INSERTED', row.seq, `row ${String(row.seq)} does not follow from row ${String(last.seq)}: one of them was put there later`);
}

function checkContent(row: LedgerRow, note: Note): void {
  const hash = sha256(ledgerPreimage(row, sha256(row.body)));
  if (hash !== row.hash) note('EDITED', row.seq, `the content of row ${String(row.seq)} (${row.kind}) is not what was hashed`);
}

function readCheckpoints(notes: readonly string[], keyset: Keyset, note: Note): readonly Checkpoint[] {
  const keys = [...keyset.values()].filter(({ purpose }) => purpose === 'checkpoint').map(({ publicKey }) => publicKey);
  return notes.flatMap((text) => {
    try {
      return [verifyCheckpoint(text, keys)];
    } catch {
      // Which of our checkpoints it claims to be is all that can be said of it.
      note('CHECKPOINT_FORGED', sizeOf(text), 'a checkpoint carries no signature of a known checkpoint key');
      return [];
    }
  });
}

function sizeOf(text: string): number | null {
  try {
    return parseCheckpoint(text).size;
  } catch {
    // Not even the form of one.
    return null;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
