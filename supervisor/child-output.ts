/** Reads what a part says: JSON lines of `platform/log.ts`, and whatever else a library or a crash writes. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type ChildLine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'other' };

/** A line may hold anything: a part passes on what agents and engines sent. Only three members are looked at. */
export function parseChildLine(line: string): ChildLine {
  if (!line.startsWith('{')) return { kind: 'other' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not one of our own lines.
    return { kind: 'other' };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'other' };
  const { event, level, message } = value as Readonly<Record<string, unknown>>;
  if (event === 'ready') return { kind: 'ready' };
  const text = printable(typeof message === 'string' ? message : line);
  if (level === 'warn') return { kind: 'warning', message: text };
  if (level === 'error' || level === 'fatal') return { kind: 'error', message: text };
  return { kind: 'other' };
}

/** Each whole line, until the stream ends. Null, for a process that could not be made: nothing to read. */
export function readLines(stream: Readable | null, take: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
}

/** What goes to a terminal: one line, no escape sequences, not endless. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 400);
}
