/** Data goes to stdout, talk to stderr; colour only where somebody looks. */

export interface Output {
  readonly json: boolean;
}

const coloured = (stream: NodeJS.WriteStream): boolean => stream.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code: number, text: string, stream: NodeJS.WriteStream): string => (coloured(stream) ? `\u001b[${String(code)}m${text}\u001b[0m` : text);

export const say = (text: string): void => void process.stderr.write(`${text}\n`);
export const bold = (text: string): string => paint(1, text, process.stdout);
export const red = (text: string): string => paint(31, text, process.stdout);

/** With `--json` the value itself, else what `show` makes of it. */
export function print<T>(output: Output, value: T, show: (value: T) => string): void {
  process.stdout.write(`${output.json ? JSON.stringify(value, null, 2) : show(value)}\n`);
}

export function table(headers: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [headers, ...rows.map((row) => row.map(cell))];
  const widths = headers.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  const [head = [], ...body] = cells;
  return [bold(line(head)), ...body.map(line)].join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
