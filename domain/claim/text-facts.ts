/** What a text holds, as facts: a prober reads the file, and these rules say what is in it. Linear in the length of the text. */

/** How many lines hold it, and whether the first one begins with it. */
export function literalFacts(content: string, literal: string): { readonly literal_lines: number; readonly literal_first: boolean } {
  const wanted = literal.trim();
  // Whole words only: "eval" is not in "evaluate", and nobody learns a secret letter by letter.
  const [opens, closes] = [/^\w/.test(wanted), /\w$/.test(wanted)];
  const lines = content.split('\n');
  const holds = (line: string): boolean => {
    for (let at = line.indexOf(wanted); at !== -1; at = line.indexOf(wanted, at + 1)) {
      if (!(opens && /\w/.test(line.charAt(at - 1))) && !(closes && /\w/.test(line.charAt(at + wanted.length)))) return true;
    }
    return false;
  };
  return { literal_lines: wanted === '' ? 0 : lines.filter(holds).length, literal_first: wanted !== '' && (lines[0] ?? '').trim().startsWith(wanted) };
}

const MOST_VALUES = 10;
const MOST_VALUE = 200;

/** `key: value`, `key = value`, `KEY=value`, `"key": value`, `key value;` at the beginning of a line or after `{`, `,` or blanks. */
function settingsIn(content: string, key: string): readonly string[] {
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

/** How many lines set the key, and how many of them to that value. The values themselves are nobody's to tell. */
export function settingFacts(content: string, key: string, value: string): { readonly settings: number; readonly settings_equal: number } {
  const values = settingsIn(content, key);
  const wanted = plainValue(value);
  return { settings: values.length, settings_equal: values.filter((one) => plainValue(one) === wanted).length };
}

/** The same value in other words: 30, "30", 30s; on, true, yes. */
function plainValue(written: string): string {
  const plain = written.toLowerCase().replace(/^["'`]|["'`,;]+$/g, '').replace(/["'`]$/, '');
  if (/^(?:on|true|yes|enabled|1)$/.test(plain)) return 'on';
  if (/^(?:off|false|no|disabled|0)$/.test(plain)) return 'off';
  return plain.replace(/^[\^~=]+(?=\d)/, '').replace(/^(\d+)(?:s|sec|secs|seconds?)$/, '$1');
}
