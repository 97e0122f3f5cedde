/**
 * Is the chain what it was? Needs rows, checkpoints and public keys, and nothing of ours that could be lying: no database,
 * no server. Streams, in one pass and constant memory. What it cannot see: rows cut off, or written by a superuser, after the
 * newest checkpoint; `anchored_rows` says how far the checkpoints reach.
 */
import { GENESIS_HASH, toLedgerRow, type LedgerRow } from '../../domain/ledger/entry';
import { verifyCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint';
import type { Keyset, VerificationKey } from '../keys/keyset';
import { createDiagnosis, type LedgerFinding } from './diagnosis';
import { ledgerHash } from './hash';
import type { SoundPiece } from './piece';
import { createMerkleTree } from './merkle';

export type { LedgerRow } from '../../domain/ledger/entry';
export type { FindingKind, LedgerFinding } from './diagnosis';

export interface LedgerReport {
  readonly ok: boolean;
  readonly rows: number;
  /** Hash of the last row. */
  readonly head: string;
  readonly checkpoints_verified: number;
  /** Signed by a key that was revoked since, and so no proof of anything. */
  readonly checkpoints_ignored: number;
  /** The largest size that a genuine checkpoint agrees with. */
  readonly anchored_rows: number;
  readonly first_bad_seq: number | null;
  /** By row; those about checkpoints after those about rows. */
  readonly findings: readonly LedgerFinding[];
}

export interface LedgerProof {
  /**
   * Notes from the database, from the file outside it and from witnesses together; the same one twice does no harm. Of a
   * ledger that grows, read them before the rows: a note that is newer than the last row read looks like a cut tail.
   */
  readonly checkpoints: readonly string[];
  readonly keyset: Keyset;
}

export interface LedgerVerifier {
  /** The next row, as it was read: anybody may have written it. */
  take(row: unknown): void;
  /** The next rows, that were looked at by themselves. False when they do not follow; then only reading each row says why. */
  join(piece: SoundPiece): boolean;
  /** How many of the first rows the tree asks for. */
  readonly newestCheckpoint: number;
  report(): LedgerReport;
}

export async function verifyLedger(rows: AsyncIterable<unknown>, proof: LedgerProof): Promise<LedgerReport> {
  const verifier = createLedgerVerifier(proof);
  for await (const row of rows) verifier.take(row);
  return verifier.report();
}

export function createLedgerVerifier({ checkpoints, keyset }: LedgerProof): LedgerVerifier {
  const signed = readCheckpoints(checkpoints, keyset);
  const ascending = [...signed.bySize.keys()].sort((one, other) => one - other);
  const tree = createMerkleTree();
  const leaf = Buffer.alloc(32);
  const diagnosis = createDiagnosis();
  const rewritten: LedgerFinding[] = [];
  let last: LedgerRow | null = null;
  let rows = 0;
  let verified = 0;
  let anchored = 0;
  let awaited = 0;

  const compareRoot = (size: number): void => {
    const root = tree.root().toString('base64');
    const notes = signed.bySize.get(size) ?? [];
    const agreeing = notes.filter((note) => note.root === root).length;
    if (agreeing > 0) {
      verified += agreeing;
      anchored = size;
    } else if (!diagnosis.isDisarranged && rewritten.length === 0) {
      const where = anchored + 1 === size ? `row ${String(size)}` : `one of the rows ${String(anchored + 1)} to ${String(size)}`;
      rewritten.push({ kind: 'REWRITTEN', seq: anchored + 1, message: `${where} is not what the checkpoint of ${String(size)} rows was signed over, and everything after it was hashed anew` });
    }
  };

  /** Beyond the newest checkpoint nothing asks for a root, and the tree is half of the work. */
  const isAsked = (): boolean => awaited < ascending.length;
  const grow = (seq: number, hash: Uint8Array): void => {
    tree.append(hash);
    while (isAsked() && (ascending[awaited] ?? 0) <= seq) {
      if (ascending[awaited] === seq) compareRoot(seq);
      awaited += 1;
    }
  };

  return {
    newestCheckpoint: ascending.at(-1) ?? 0,

    take(value) {
      const row = toLedgerRow(value);
      if (row === null) {
        diagnosis.malformed(last?.seq ?? 0);
        return;
      }
      rows += 1;
      const hash = ledgerHash(row);
      const isSound = hash === row.hash && row.seq === (last?.seq ?? 0) + 1 && row.prev_hash === (last?.hash ?? GENESIS_HASH);
      if (!isSound) diagnosis.unsound(row, hash, last);
      if (last !== null && row.seq <= last.seq) return;
      last = row;
      if (!isAsked()) return;
      // Short or odd hex leaves other bytes behind; such a row is unsound already.
      leaf.write(row.hash, 'hex');
      grow(row.seq, leaf);
    },

    join(piece) {
      if (piece.firstSeq !== (last?.seq ?? 0) + 1 || piece.firstPrevHash !== (last?.hash ?? GENESIS_HASH)) return false;
      rows += piece.rows;
      last = piece.last;
      for (let at = 0; at < piece.hashes.length; at += leaf.length) grow(piece.firstSeq + at / leaf.length, piece.hashes.subarray(at, at + leaf.length));
      return true;
    },

    report() {
      const findings = [...diagnosis.findings(anchored), ...rewritten, ...signed.findings];
      const largest = ascending.at(-1) ?? 0;
      const end = last === null ? 0 : Math.max(last.seq, diagnosis.lastOriginal ?? 0);
      if (largest > end) findings.push({ kind: 'TAIL_CUT', seq: end + 1, message: `a signed checkpoint has seen ${String(largest)} rows, and the last one here is row ${String(end)}` });
      const bad = findings.flatMap(({ seq, kind }) => (seq === null || kind === 'CHECKPOINT_FORGED' ? [] : [seq]));
      return {
        ok: findings.length === 0 && diagnosis.isEmpty,
        rows,
        head: last?.hash ?? GENESIS_HASH,
        checkpoints_verified: verified,
        checkpoints_ignored: signed.ignored,
        anchored_rows: anchored,
        first_bad_seq: bad.length === 0 ? null : Math.min(...bad),
        findings,
      };
    },
  };
}

interface SignedCheckpoints {
  readonly bySize: ReadonlyMap<number, readonly Checkpoint[]>;
  readonly ignored: number;
  readonly findings: readonly LedgerFinding[];
}

function readCheckpoints(notes: readonly string[], keyset: Keyset): SignedCheckpoints {
  const keys = [...keyset.values()].filter(({ purpose }) => purpose === 'checkpoint');
  const bySize = new Map<number, Checkpoint[]>();
  const findings: LedgerFinding[] = [];
  let ignored = 0;
  for (const text of new Set(notes)) {
    const checkpoint = openNote(text, keys.filter(({ status }) => status !== 'revoked'));
    if (checkpoint === null) {
      if (openNote(text, keys.filter(({ status }) => status === 'revoked')) !== null) ignored += 1;
      else findings.push({ kind: 'CHECKPOINT_FORGED', seq: sizeOf(text), message: 'a checkpoint carries no signature of a known checkpoint key' });
      continue;
    }
    const same = bySize.get(checkpoint.size) ?? [];
    bySize.set(checkpoint.size, [...same, checkpoint]);
    if (same.some(({ root }) => root !== checkpoint.root)) {
      findings.push({ kind: 'FORKED', seq: checkpoint.size, message: `two genuine checkpoints of ${String(checkpoint.size)} rows have different roots: somebody with the key signed two histories` });
    }
  }
  return { bySize, ignored, findings };
}

function openNote(text: string, keys: readonly VerificationKey[]): Checkpoint | null {
  try {
    return verifyCheckpoint(text, keys.map(({ publicKey }) => publicKey));
  } catch {
    // Whatever is wrong with it, nobody vouches for it.
    return null;
  }
}

/** Which of our checkpoints it claims to be is all that can be said of a forged one. */
function sizeOf(text: string): number | null {
  try {
    return parseCheckpoint(text).size;
  } catch {
    // Not even the form of one.
    return null;
  }
}
