/** The shell lines in a file: a script, a shell's history, or a transcript of a coding agent (JSON, one object a line). */

/** A construct that is open at a line's end goes on in the next one; beyond this it was never closed. */
const MOST_JOINED = 200;

/** @param isWhole whether a text holds no open quote, bracket or here-document */
export function readCommands(text: string, isWhole: (line: string) => boolean): readonly string[] {
  const lines = text.split(/\r?\n/);
  const found: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const first = lines[at] ?? '';
    const said = fromTranscript(first);
    if (said !== null) {
      found.push(...said);
      continue;
    }
    let line = withoutPrompt(first);
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    let end = at;
    while (end + 1 < lines.length && end - at < MOST_JOINED && (/(?:^|[^\\])\\$/.test(line) || !isWhole(line))) {
      end += 1;
      line = /(?:^|[^\\])\\$/.test(line) ? line.slice(0, -1) + (lines[end] ?? '') : `${line}\n${lines[end] ?? ''}`;
    }
    // What is never closed is a line by itself, and those after it are as well.
    if (isWhole(line)) at = end;
    found.push(isWhole(line) ? line.trim() : withoutPrompt(first).trim());
  }
  return found;
}

/** `$ docker ps` of notes, `: 1700000000:0;docker ps` of zsh, `- cmd: docker ps` of fish. */
const withoutPrompt = (line: string): string => line.replace(/^(?:\s*[$%] (?=\S)|: \d+:\d+;|- cmd: )/, '');

/** Null: no JSON object. */
function fromTranscript(line: string): readonly string[] | null {
  if (!/^\s*\{.*\}\s*$/.test(line)) return null;
  const value = parseJson(line);
  return typeof value === 'object' && value !== null ? commandsIn(value, 0) : null;
}

/** Whatever its client: what is called `command` or `cmd` is one, as a text or as a list of words. */
function commandsIn(value: unknown, depth: number): readonly string[] {
  if (depth > 20 || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => commandsIn(item, depth + 1));
  return Object.entries(value).flatMap(([name, inner]: readonly [string, unknown]) => {
    if (name === 'command' || name === 'cmd') return toLine(inner);
    if (name === 'arguments' && typeof inner === 'string') return commandsIn(parseJson(inner), depth + 1);
    return commandsIn(inner, depth + 1);
  });
}

function toLine(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (!Array.isArray(value) || !value.every((word) => typeof word === 'string')) return [];
  const [shell = '', flag = '', script] = value;
  if (/(?:^|\/)(?:ba|z|da)?sh$/.test(shell) && /^-l?i?c$/.test(flag) && script !== undefined) return [script];
  return [value.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A line in braces that is no JSON is a shell's.
    return null;
  }
}
