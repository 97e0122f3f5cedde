/** A part's log file of bounded size: when it is full it becomes `.1`, and the one before that is gone. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

export interface RotatingLog {
  readonly file: string;
  write(line: string): void;
  close(): void;
}

const MAX_BYTES = 10 * 1_048_576;

export function createRotatingLog(file: string, maxBytes: number = MAX_BYTES): RotatingLog {
  let fd = openSync(file, 'a', 0o600);
  let size = fstatSync(fd).size;
  let isClosed = false;

  function rotate(): void {
    closeSync(fd);
    renameSync(file, `${file}.1`);
    fd = openSync(file, 'a', 0o600);
    size = 0;
  }

  return {
    file,
    write(line) {
      if (isClosed) return;
      const text = `${line}\n`;
      try {
        if (size > 0 && size + text.length > maxBytes) rotate();
        // Synchronous: a line is on its way to the disk before the next crash can lose it; parts write few lines.
        size += writeSync(fd, text);
      } catch (error) {
        // A full disk must not end the supervisor: the database says so in its own words, and a log line is what we can spare.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    close() {
      if (!isClosed) closeSync(fd);
      isClosed = true;
    },
  };
}
