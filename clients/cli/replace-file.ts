/**
 * A file replaced as a whole or not at all. The draft is made new, under a name that nobody can foresee: an operator may run
 * this in a directory where an agent can write, and a link that waits there would lead the draft to another file.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CliFailure } from './exit';

/** @throws CliFailure naming the file, when its folder is not there or may not be written */
export function replaceFile(file: string, text: string, mode: number): void {
  try {
    replace(file, text, mode);
  } catch (cause) {
    throw new CliFailure(`${file} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}): check its folder, and who may write there`, undefined, { cause });
  }
}

function replace(file: string, text: string, mode: number): void {
  const draft = `${file}.${randomUUID()}.tmp`;
  const descriptor = openSync(draft, 'wx', mode);
  try {
    try {
      // What the umask took away; by descriptor, since the name may be another file's by now.
      fchmodSync(descriptor, mode);
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
