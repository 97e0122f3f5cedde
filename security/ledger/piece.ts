/** A stretch of an exported ledger looked at by itself, so that several can be looked at at once. Says whether it is sound, never what is wrong. */
import { toLedgerRow, type LedgerRow } from '../../domain/ledger/entry';
import { eachJsonLine } from './json-lines';
import { ledgerHash } from './hash';

export interface SoundPiece {
  readonly rows: number;
  readonly firstSeq: number;
  /** What the piece before has to end in. */
  readonly firstPrevHash: string;
  readonly last: LedgerRow;
  /** 32 bytes for each row that a checkpoint asks for. */
  readonly hashes: Uint8Array<ArrayBuffer>;
}

export type PieceAnswer = SoundPiece | 'empty' | 'unsound';

const HASH_BYTES = 32;

/** @param asked the newest checkpoint's size: hashes of later rows are of no use to anybody */
export function checkPiece(lines: string, asked: number): PieceAnswer {
  const hashes: string[] = [];
  const ends: { first: LedgerRow | null; last: LedgerRow | null } = { first: null, last: null };
  let rows = 0;
  let isSound = true;
  eachJsonLine(lines, (value) => {
    const row = toLedgerRow(value);
    const { last } = ends;
    isSound = row !== null && ledgerHash(row) === row.hash && (last === null || (row.seq === last.seq + 1 && row.prev_hash === last.hash));
    if (row === null || !isSound) return false;
    ends.first ??= row;
    ends.last = row;
    rows += 1;
    if (row.seq <= asked) hashes.push(row.hash);
    return true;
  });
  if (!isSound) return 'unsound';
  const { first, last } = ends;
  if (first === null || last === null) return 'empty';
  return { rows, firstSeq: first.seq, firstPrevHash: first.prev_hash, last, hashes: toBytes(hashes) };
}

function toBytes(hashes: readonly string[]): Uint8Array<ArrayBuffer> {
  // Not of Buffer's pool: it is handed to another thread whole.
  const bytes = Buffer.from(new ArrayBuffer(hashes.length * HASH_BYTES));
  hashes.forEach((hash, index) => bytes.write(hash, index * HASH_BYTES, 'hex'));
  return new Uint8Array(bytes.buffer);
}
