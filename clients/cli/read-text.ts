/** Texts of the command line: as they stand, `@FILE`, or `-` for standard input. */
import { readFileSync } from 'node:fs';
import { CliFailure, EXIT } from './exit';

export function readText(value: string): string {
  if (value === '-') return readFileSync(0, 'utf8');
  return value.startsWith('@') ? readTextFile(value.slice(1)) : value;
}

/** @throws CliFailure naming the file */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw cannotBeRead(file, cause);
  }
}

/** @param cause an error of the file system, or its code where we refuse by ourselves */
export function cannotBeRead(file: string, cause: unknown): CliFailure {
  const code = typeof cause === 'string' ? cause : (cause as NodeJS.ErrnoException).code;
  return new CliFailure(`${file} cannot be read (${code ?? 'unknown'}): check the name`, EXIT.usage, { cause });
}
