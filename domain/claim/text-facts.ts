/** What a text holds, as facts: a prober reads the file, and these rules say what is in it. Linear in the length of the text. */

/** Letters in other case are the same for a literal of words, and not for one with signs. */
export function literalFacts(content: string, literal: string): { readonly literal_lines: number; readonly literal_first: boolean } {
  const wanted = literal.trim();
  const isWord = /^[A-Za-z0-9_]+$/.test(wanted);
  const lines = content.split('\n');
  const holds = (line: string): boolean => {
    for (let at = line.indexOf(wanted); at !== -1; at = line.indexOf(wanted, at + 1)) {
      // "eval" is not in "evaluate": a whole word is meant by a word.
      if (!isWord || (!/[A-Za-z0-9_]/.test(line.charAt(at - 1)) && !/[A-Za-z0-9_]/.test(line.charAt(at + wanted.length)))) return true;
    }
    return false;
  };
  return { literal_lines: wanted === '' ? 0 : lines.filter(holds).length, literal_first: wanted !== '' && (lines[0] ?? '').trim().startsWith(wanted) };
}

const MOST_VALUES = 10;
const MOST_VALUE = 200;

/** `key: value`, `key = value`, `KEY=value`, `"key": value`, `key value;` at the beginning of a line or after `{`, `,` or blanks. */
export function settingsIn(content: string, key: string): readonly string[] {
  const values: string[] = [];
  for (const line of content.split('\n')) {
    if (/^\s*(?:#|\/\/|;|--)/.test(line)) continue;
    const value = valueIn(line, key);
    if (value !== null) values.push(value.slice(0, MOST_VALUE));
    if (values.length >= MOST_VALUES) break;
  }
  return values;
}

function valueIn(line: string, key: string): string | null {
  const lower = line.toLowerCase();
  const wanted = key.toLowerCase();
  const at = lower.indexOf(wanted);
  if (at === -1 || (at > 0 && !/[\s"'{,[]/.test(line.charAt(at - 1)))) return null;
  const rest = line.slice(at + wanted.length);
  const match = /^["']?\s*(?:==|~=|>=|[:=])\s*(.+?)\s*[,;]?\s*$/.exec(rest.slice(0, 400)) ?? /^\s+([^\s;]+);?\s*[}]?\s*$/.exec(rest.slice(0, 400));
  const value = match?.[1]?.replace(/\s+#.*$/, '').replace(/[;,}\s]+$/, '');
  return value === undefined || value === '' ? null : value.replace(/^["'](.*)["']$/, '$1');
}
