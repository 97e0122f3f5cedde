/** The words of a claim, with their places. One pass, left to right: time grows with the length and with nothing else. */

/** `quoted`: between backticks or quotes, taken as one name. `mark`: punctuation and line ends. */
export type TokenKind = 'word' | 'path' | 'url' | 'quoted' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  /** Without its quotes. */
  readonly text: string;
  readonly lower: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /[ \t\r]+/y;
const URL_LIKE = /[A-Za-z][A-Za-z0-9+.-]{0,31}:\/\/[^\s"`“”<>]+/y;
const PATH_LIKE = /\/[^\s"`“”]*/y;
const THOUSANDS = /\d{1,3}(?:,\d{3})+(?:\.\d+)?[A-Za-z]{0,9}(?=[\s.;:!?),]|$)/y;
const WORD = /[^\s,;()[\]{}"`“”!?<>]+/y;
const CLOSERS: Readonly<Record<string, string>> = { '`': '`', '"': '"', '“': '”' };
const TRAILING = new Set(['.', ',', ';', ':', '!', '?', ')', ']', '}']);
const AFTER_QUOTE = /^[\s.,;:!?)\]]?$/;

/** Tokens in order. Every character that is not a blank is in one of them. */
export function claimTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  /** Quotes known to have no end any more: looking again for each of them would make the whole quadratic. */
  const unclosed = new Set<string>();
  let at = 0;
  const add = (kind: TokenKind, start: number, end: number, content = text.slice(start, end)): void => {
    tokens.push({ kind, text: content, lower: content.toLowerCase().replaceAll('’', "'"), start, end });
    at = end;
  };
  while (at < text.length) {
    const blank = matchAt(BLANK, text, at);
    if (blank !== null) {
      at += blank.length;
      continue;
    }
    const start = at;
    const close = quoteEnd(text, start, unclosed);
    if (close !== null) {
      add('quoted', start, close + 1, text.slice(start + 1, close));
      continue;
    }
    const url = matchAt(URL_LIKE, text, start);
    const path = url === null ? matchAt(PATH_LIKE, text, start) : null;
    const found = url ?? path;
    if (found !== null) {
      const [body, possessive] = withoutTail(found, path !== null);
      add(path === null ? 'url' : 'path', start, start + body);
      if (possessive) add('word', at, at + 2);
      continue;
    }
    const word = matchAt(THOUSANDS, text, start) ?? matchAt(WORD, text, start);
    if (word === null) {
      add('mark', start, start + 1);
      continue;
    }
    addWord(word, start, add);
  }
  return tokens;
}

function addWord(word: string, start: number, add: (kind: TokenKind, start: number, end: number) => void): void {
  let length = word.length;
  while (length > 0 && (word[length - 1] === '.' || word[length - 1] === ':')) length -= 1;
  const possessive = length > 2 && /['’]s$/i.test(word.slice(length - 2, length)) ? 2 : 0;
  if (length > 0) add('word', start, start + length - possessive);
  if (possessive > 0) add('word', start + length - 2, start + length);
  for (let at = length; at < word.length; at += 1) add('mark', start + at, start + at + 1);
}

/** Where the quote that opens here closes; null if none opens here. An apostrophe inside a word opens nothing. */
function quoteEnd(text: string, start: number, unclosed: Set<string>): number | null {
  const open = text[start] ?? '';
  if (unclosed.has(open)) return null;
  const closer = CLOSERS[open];
  if (closer !== undefined) {
    const close = text.indexOf(closer, start + 1);
    if (close > start + 1) return close;
    if (close === -1) unclosed.add(open);
    return null;
  }
  if (open !== "'" && open !== '‘') return null;
  const end = open === "'" ? "'" : '’';
  for (let at = text.indexOf(end, start + 2); at !== -1; at = text.indexOf(end, at + 1)) {
    if (AFTER_QUOTE.test(text.charAt(at + 1))) return at;
  }
  unclosed.add(open);
  return null;
}

/** Length without the punctuation of the sentence around it, and whether a possessive `'s` follows. */
function withoutTail(found: string, isPath: boolean): readonly [number, boolean] {
  let length = found.length;
  while (length > 1 && TRAILING.has(found.charAt(length - 1))) length -= 1;
  // "/x/.." and "/x/..." keep their dots: what they mean is for the path's own rules to refuse.
  if (isPath && found.charAt(length - 1) === '/' && /^\.\.+/.test(found.slice(length, length + 3)))
    length = found.length;
  const tail = found.slice(length - 2, length);
  if (length > 3 && (tail === "'s" || tail === '’s')) return [length - 2, true];
  return [length, false];
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
