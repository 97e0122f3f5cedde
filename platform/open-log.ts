/** The log file of a server that writes it by itself: it outlives whoever started it. */
import { openSync, renameSync, statSync } from 'node:fs';

const MAX_BYTES = 10 * 1_048_576;

/** Opened for appending, for its owner alone. One that has grown too large becomes `.1`, at a start: nothing else may move it. */
export function openLog(file: string, maxBytes: number = MAX_BYTES): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}
