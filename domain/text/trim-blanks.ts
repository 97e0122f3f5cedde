/**
 * Blanks and tabs taken from both ends, and nothing else: `trim()` would also take no-break spaces and marks that nobody
 * sees. By hand, since `/ +$/` takes quadratic time over a long run of blanks inside a line.
 */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';
