/** `/srv/x/notes with spaces.txt`, written without quotes. */
import { isReserved } from './markers';
import type { Cursor } from './cursor';

const MAX_WORDS = 6;
const EXTENSION = /\.[A-Za-z][A-Za-z0-9]{0,7}$/;
/** Words of the language that names hold; all others end the search, so that "/a and b.txt" stays two things. */
const IN_NAMES = new Set([
  'with',
  'of',
  'for',
  'on',
  'the',
  'a',
  'an',
  'my',
  'our',
  'left',
  'good',
  'fine',
  'done',
  'no',
]);

/**
 * The path with the words after it, up to one that ends like a file name. The reading is a guess ("/srv/app with config.json"), so
 * what comes of it is `ambiguous`. Null if the path ends in an extension itself.
 */
export function takePathWithBlanks(cursor: Cursor): string | null {
  return cursor.attempt(() => {
    const first = cursor.peek();
    if (first?.kind !== 'path' || first.text.endsWith('/') || EXTENSION.test(first.text)) return null;
    cursor.at += 1;
    for (let count = 0; count < MAX_WORDS; count += 1) {
      const before = cursor.tokens[cursor.at - 1];
      const token = cursor.peek();
      if (token?.kind !== 'word' || before === undefined || cursor.text.slice(before.end, token.start) !== ' ')
        return null;
      if (token.text.includes(':') || (isReserved(token.lower) && !IN_NAMES.has(token.lower))) return null;
      cursor.at += 1;
      if (EXTENSION.test(token.text)) return cursor.text.slice(first.start, token.end);
    }
    return null;
  });
}
