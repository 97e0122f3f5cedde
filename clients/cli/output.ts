/** Data goes to stdout, talk to stderr; colour only where somebody looks. */
import { visible } from './visible';

export interface Style {
  bold(text: string): string;
  red(text: string): string;
}

export type Show<T> = (value: T, style: Style) => string;

export function styleOf(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>> = process.env): Style {
  const isColoured = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const paint = (code: number) => (text: string) => (isColoured ? `\u001b[${String(code)}m${text}\u001b[0m` : text);
  return { bold: paint(1), red: paint(31) };
}

/** Talk: what is being done, what to do next. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Shows a value on stderr, where a person is about to be asked about it. */
export function sayShown<T>(value: T, show: Show<T>): void {
  say(show(visible(value), styleOf(process.stderr)));
}

/** With `--json` the value itself, else what `show` makes of it; an empty text is not printed. */
export function printValue<T>(isJson: boolean, value: T, show: Show<T>): void {
  const text = isJson ? plainJson(value, 2) : show(visible(value), styleOf(process.stdout));
  if (text !== '') process.stdout.write(`${text}\n`);
}

/** JSON of the same value that no terminal obeys: C1 controls and the characters that turn text around are escaped too. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** For output of any length: waits until the reader has taken it. */
export async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

export function table(style: Style, headers: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => row.map(cell));
  const widths = headers.map((header, column) => Math.max(header.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  return [style.bold(line(headers)), ...cells.map(line)].join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(cell).join(',');
  if (typeof value === 'string') return value.replaceAll('\n', '⏎').replaceAll('\t', ' ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : JSON.stringify(value);
}
