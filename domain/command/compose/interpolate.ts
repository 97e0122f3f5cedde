/** `${NAME}`, `${NAME:-default}` and `$NAME` in a text of a Compose file, as Compose fills them from the variables of its files. */

const PART = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}]|\{[^{}]*\})*))?\})/g;

export function interpolate(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(PART, (whole, plain: string | undefined, braced: string | undefined, how: string | undefined, word = '') => {
    const name = plain ?? braced;
    if (name === undefined) return whole === '$$' ? '$' : whole;
    const value = variables.get(name);
    const isSet = value !== undefined && (how?.startsWith(':') !== true || value !== '');
    if (how?.endsWith('-') === true) return isSet ? (value ?? '') : interpolate(String(word), variables);
    if (how?.endsWith('+') === true) return isSet ? interpolate(String(word), variables) : '';
    return value ?? '';
  });
}

/** Variables that a text needs and that have neither a value nor a default, each once. */
export function unsetVariables(text: string, variables: ReadonlyMap<string, string>): readonly string[] {
  const found = [...text.matchAll(PART)].flatMap(([, plain, braced, how]) => {
    const name = plain ?? braced;
    return name === undefined || how?.endsWith('-') === true || how?.endsWith('+') === true || variables.has(name) ? [] : [name];
  });
  return [...new Set(found)];
}

/** `NAME=value` a line; quotes around a value are not part of it. */
export function variablesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1] === undefined) continue;
    const value = match[2] ?? '';
    const quoted = /^(["'])(.*)\1$/.exec(value);
    found.set(match[1], quoted === null ? value.replace(/\s+#.*$/, '') : (quoted[2] ?? ''));
  }
  return found;
}
