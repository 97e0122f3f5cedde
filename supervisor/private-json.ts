/** Small files of the data directory: whole or not at all, readable by their owner alone. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Null when there is none. @throws SyntaxError for a file that is not JSON: somebody edited it, and guessing would lose it */
export function readPrivateJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export function writePrivateJson(file: string, value: unknown): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
