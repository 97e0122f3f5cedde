/** A thread that looks at pieces of an exported ledger, one after the other, until it is ended. */
import { parentPort } from 'node:worker_threads';
import { lookAtPiece, type PieceTask } from './export-piece';

const port = parentPort;
port?.on('message', (task: PieceTask) => {
  const answer = lookAtPiece(task);
  port.postMessage(answer, typeof answer === 'string' ? [] : [answer.hashes.buffer]);
});
