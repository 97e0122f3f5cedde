/** The lines of an exported ledger that begin in one stretch of the file: each line belongs to exactly one. */
import { isAscii } from 'node:buffer';
import { readSync } from 'node:fs';
import { LONGEST_LINE } from '../../security/ledger/export';
import { checkPiece, type PieceAnswer } from '../../security/ledger/piece';

export interface PieceTask {
  /** Open in this process; reading at a place moves nothing that another thread depends on. */
  readonly fd: number;
  readonly from: number;
  readonly to: number;
  /** Of the file. */
  readonly size: number;
  /** The newest checkpoint's size. */
  readonly asked: number;
}

const NEWLINE = 0x0a;
const OVERHANG = 16_384;

export function lookAtPiece({ fd, from, to, size, asked }: PieceTask): PieceAnswer {
  // The byte before tells whether a line begins right here.
  const origin = Math.max(0, from - 1);
  let bytes = Buffer.allocUnsafe(Math.min(size, to + OVERHANG) - origin);
  if (!fill(fd, bytes, origin)) return 'unsound';
  const start = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  if ((from > 0 && start === 0) || origin + start >= to) return 'empty';
  let end = bytes.indexOf(NEWLINE, to - 1 - origin);
  while (end === -1 && origin + bytes.length < size) {
    const longer = Math.min(size - origin, bytes.length * 2);
    if (longer > to - from + LONGEST_LINE) return 'unsound';
    bytes = Buffer.allocUnsafe(longer);
    if (!fill(fd, bytes, origin)) return 'unsound';
    end = bytes.indexOf(NEWLINE, to - 1 - origin);
  }
  return checkPiece(textOf(bytes.subarray(start, end === -1 ? bytes.length : end)), asked);
}

/** To look whether all is ASCII, and to copy it then, takes a sixth of what decoding takes. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');

/** False when the file has become shorter. */
function fill(fd: number, bytes: Buffer, position: number): boolean {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}
