/**
 * An exported ledger in a file. Usually all is sound, so it is cut into pieces that this thread and others look at, and only
 * their ends are compared here. Whenever anything is not as it should be, whatever it is, the file is read again from its
 * beginning by the verifier that says what was done: so the report is the same on every machine.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { verifyLedgerExport } from '../../security/ledger/export';
import type { PieceAnswer } from '../../security/ledger/piece';
import { createLedgerVerifier, type LedgerProof, type LedgerReport } from '../../security/ledger/verify';
import { lookAtPiece, type PieceTask } from './export-piece';
import { cannotBeRead } from './read-text';

export interface PieceOptions {
  readonly pieceBytes: number;
  /** Besides this one. */
  readonly threads: number;
  /** The compiled `export-thread`. */
  readonly script: string;
}

const PIECE_BYTES = 1_000_000;
/** A thread that comes up takes 30 ms or more and is cold then: with fewer pieces for each it makes a verification slower. */
const PIECES_WORTH_A_THREAD = 16;
const MOST_THREADS = 3;
/** How far ahead of the joined pieces each thread may look: what bounds the memory. */
const AHEAD = 4;

export async function verifyExportFile(file: string, proof: LedgerProof, options?: PieceOptions): Promise<LedgerReport> {
  const handle = await open(file).catch((cause: unknown) => {
    throw cannotBeRead(file, cause);
  });
  try {
    const stat = await handle.stat();
    // A directory opens, and fails when it is read; a pipe has no size, and is read once.
    if (stat.isDirectory()) throw cannotBeRead(file, 'EISDIR');
    if (!stat.isFile()) return await verifyLedgerExport(handle.createReadStream({ autoClose: false }), proof);
    const report = await verifyPieces(handle, stat.size, proof, options ?? usualOptions(stat.size));
    return report ?? (await verifyLedgerExport(handle.createReadStream({ autoClose: false, start: 0 }), proof));
  } finally {
    await handle.close();
  }
}

const usualOptions = (size: number): PieceOptions => ({
  pieceBytes: PIECE_BYTES,
  threads: Math.min(availableParallelism() - 1, MOST_THREADS, Math.floor(size / PIECE_BYTES / PIECES_WORTH_A_THREAD)),
  script: join(__dirname, 'export-thread.js'),
});

/** Null when only reading from the beginning says what is wrong. */
export async function verifyPieces({ fd }: Pick<FileHandle, 'fd'>, size: number, proof: LedgerProof, { pieceBytes, threads, script }: PieceOptions): Promise<LedgerReport | null> {
  const verifier = createLedgerVerifier(proof);
  const count = Math.ceil(size / pieceBytes);
  const waiting = new Map<number, PieceAnswer>();
  const idle: Worker[] = [];
  const holds = new Map<Worker, number>();
  let next = 0;
  let joined = 0;
  let inDoubt = false;
  let wake = (): void => undefined;

  const mayTake = (): boolean => next < count && next - joined < AHEAD * (threads + 1);
  const taskOf = (index: number): PieceTask => ({ fd, from: index * pieceBytes, to: Math.min(size, (index + 1) * pieceBytes), size, asked: verifier.newestCheckpoint });
  const settle = (index: number, answer: PieceAnswer): void => {
    waiting.set(index, answer);
    for (let piece = waiting.get(joined); piece !== undefined && !inDoubt; piece = waiting.get(joined)) {
      waiting.delete(joined);
      joined += 1;
      if (piece === 'unsound' || (piece !== 'empty' && !verifier.join(piece))) inDoubt = true;
    }
    while (mayTake() && !inDoubt) {
      const worker = idle.pop();
      if (worker === undefined) break;
      handOut(worker);
    }
    wake();
  };
  const handOut = (worker: Worker): void => {
    holds.set(worker, next);
    worker.postMessage(taskOf(next));
    next += 1;
  };
  const doubt = (): void => {
    inDoubt = true;
    wake();
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(script);
    // Only what is up gets a piece: nothing waits for a thread that is still starting.
    worker.once('online', () => (mayTake() ? handOut(worker) : void idle.push(worker)));
    worker.on('message', (answer: PieceAnswer) => {
      idle.push(worker);
      settle(holds.get(worker) ?? 0, answer);
    });
    return worker.on('error', doubt).on('exit', doubt);
  });
  try {
    while (joined < count && !inDoubt) {
      if (mayTake()) {
        const index = next;
        next += 1;
        settle(index, lookAtPiece(taskOf(index)));
        await setImmediate();
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    // Here, before the threads are ended: afterwards each of them has exited.
    if (inDoubt) return null;
    const report = verifier.report();
    return report.ok ? report : null;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
