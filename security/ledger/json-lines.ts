/**
 * The values of a text with one JSON value a line, in their order; `undefined` for a line that is no JSON. A blank line as it is on
 * Windows is as blank as any.
 *
 * @param take false ends it
 */
export function eachJsonLine(lines: string, take: (value: unknown) => boolean): void {
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf('\n', from);
    const to = end === -1 ? lines.length : end;
    const isBlank = to === from || (to === from + 1 && lines[from] === '\r');
    if (!isBlank && !take(parsed(lines.slice(from, to)))) return;
    from = to + 1;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
