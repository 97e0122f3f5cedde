/** What the person in front of the terminal reads. */
export interface Screen {
  /** One line with the time since this process began, set-up included. */
  say(text: string): void;
  /** The same in yellow; a text that was just said is not said again. */
  warn(text: string): void;
  /** Lines as they are. */
  print(text: string): void;
}

export interface ScreenOptions {
  readonly write: (text: string) => void;
  readonly isColoured: boolean;
  /** Milliseconds since the process began. */
  readonly now?: () => number;
}

/** A part that is in trouble says the same thing every second. */
const REPEAT_MS = 30_000;
const MAX_REMEMBERED = 200;

export function createScreen({ write, isColoured, now = () => performance.now() }: ScreenOptions): Screen {
  const said = new Map<string, number>();
  const paint = (code: string, text: string): string => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const stamp = (): string => paint('2', `${(now() / 1_000).toFixed(1)} s`.padStart(8));
  return {
    say(text) {
      write(`${stamp()}  ${text}\n`);
    },
    warn(text) {
      const before = said.get(text);
      if (before !== undefined && now() - before < REPEAT_MS) return;
      if (said.size >= MAX_REMEMBERED) said.clear();
      said.set(text, now());
      write(`${stamp()}  ${paint('33', text)}\n`);
    },
    print(text) {
      write(`${text}\n`);
    },
  };
}

/** Columns as wide as their longest cell; the first row is the head. */
export function toTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}`).join('\n');
}
