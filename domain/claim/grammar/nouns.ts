/** Things that claims are about: "the container web", "/srv/x/a.txt", "ports 80 and 443", "the nginx service". */
import { isPort, readAddress, readHostPort, readUrl } from './address';
import { takeAttributes } from './attributes';
import { takeCommand } from './commands';
import { DEBIAN_PROGRAM } from './debian-programs';
import { KINDS, looksLikeImage } from './kinds';
import { isReserved } from './markers';
import { NOTHING_SAID } from './states';
import { readPath } from './path';
import { takePathWithBlanks } from './path-with-blanks';
import { isRelativePath } from './relative-path';
import { takeSize } from './quantity';
import { toSubject } from './to-subject';
import type { ClaimSubject } from '../claim';
import type { SubjectKind } from '../predicates';
import type { Cursor } from './cursor';
import type { KindWord } from './kind-word';
import type { Noun } from './noun';
import type { Said } from './said';

export interface Hints {
  /** Kind of a bare name, from the verb: "installed curl". */
  readonly bare?: SubjectKind | undefined;
  /** Kind of the thing before in the same list. */
  readonly inherit?: KindWord | undefined;
}

/** Adjectives that say nothing that could be false. */
const PLAIN = ['new', 'following', 'regular', 'given'];

/** One or more things: "A", "A and B", "A, B and C", "both A and B", "neither A nor B", "A but not B". */
export function takeNouns(cursor: Cursor, hints: Hints = {}): readonly Noun[] | null {
  if (cursor.peekWord() === 'it' || cursor.peekWord() === 'they' || cursor.peekWord() === 'them') return cursor.attempt(() => takePronoun(cursor));
  // Many rules look for the same things at the same place, and a list may be long.
  const key = `${String(cursor.at)} ${hints.bare ?? ''} ${hints.inherit?.kind ?? ''} ${String(hints.inherit?.many ?? '')}`;
  const known = cursor.seen.get(key);
  if (known !== undefined) {
    if (known.problem !== null) cursor.problem ??= known.problem;
    if (known.nouns !== null) cursor.at = known.end;
    return known.nouns;
  }
  const before = cursor.problem;
  cursor.problem = null;
  const nouns = cursor.attempt(() => takeList(cursor, hints));
  cursor.seen.set(key, { nouns, end: cursor.at, problem: cursor.problem });
  cursor.problem = before ?? cursor.problem;
  return nouns;
}

/** More things at once than a claim may have parts are no list that anybody reads. */
const MOST_NOUNS = 64;

function takeList(cursor: Cursor, hints: Hints): readonly Noun[] | null {
  const neither = cursor.take('neither');
  cursor.take('both');
  const first = takeNoun(cursor, hints);
  if (first === null) return null;
  const nouns: Noun[] = [neither ? { ...first, negated: true } : first];
  while (nouns.length < MOST_NOUNS) {
    const next = cursor.attempt(() => takeFurther(cursor, nouns.at(-1)?.kind ?? first.kind, hints, neither));
    if (next === null) break;
    nouns.push(next);
  }
  return neither && nouns.length < 2 ? null : nouns;
}

function takeFurther(cursor: Cursor, kind: KindWord, hints: Hints, neither: boolean): Noun | null {
  const listEnd = cursor.at;
  const comma = cursor.mark(',');
  const nor = cursor.take('nor');
  const and = !nor && cursor.take('and', '&', 'plus');
  const but = !nor && !and && cursor.take('but');
  if (neither ? !nor : nor || !(comma || and || but)) return null;
  const negated = neither || (and || but ? cursor.take('not') : false);
  if (but && !negated) return null;
  const noun = takeNoun(cursor, { ...hints, inherit: kind });
  return noun === null ? null : { ...noun, listEnd, ...(negated ? { negated: true } : {}) };
}

function takePronoun(cursor: Cursor): readonly Noun[] | null {
  const single = cursor.take('it');
  if (!single) cursor.take('they', 'them');
  const meant = cursor.last;
  if (meant.length === 0 || single !== (meant.length === 1))
    return cursor.refuse('REFERS_BACK', 'it is not clear what is meant: name it');
  return meant.map(({ subject, ambiguous }) => ({
    subject,
    extras: [],
    kind: { kind: subject.kind },
    ...(ambiguous === undefined ? {} : { ambiguous }),
  }));
}

/** One thing with what is said of it on the way. */
function takeNoun(cursor: Cursor, hints: Hints): Noun | null {
  return cursor.attempt(() => {
    cursor.take('the', 'a', 'an', 'my', 'our');
    const extras: Said[] = [];
    while (cursor.take(...PLAIN));
    if (cursor.peek(1)?.kind === 'url') cursor.take('get');
    if (cursor.take('empty')) extras.push({ predicate: 'empty' });
    const size = takeSize(cursor);
    if (size !== null) extras.push({ predicate: 'size', expected: size });
    const described = takeDescription(cursor);
    const noun = takeByKind(cursor) ?? takeCommandNoun(cursor) ?? takeByForm(cursor, hints);
    if (noun === null) return null;
    if (described !== null && !isInName(described, noun.subject)) return null;
    return takeAttributes(cursor, { ...noun, extras: [...extras, ...noun.extras] });
  });
}

/** "the JSON file", "the config file": a word that the name itself must bear out. */
function takeDescription(cursor: Cursor): string | null {
  const next = cursor.peekWord(1);
  const word = cursor.peekWord();
  if (word === undefined || !['file', 'files', 'directory', 'folder'].includes(next ?? '') || isReserved(word))
    return null;
  if (cursor.peek(2) === undefined || !/^[a-z]{2,16}$/.test(word)) return null;
  cursor.at += 1;
  return word;
}

function isInName(word: string, subject: ClaimSubject): boolean {
  return 'path' in subject && subject.path.toLowerCase().includes(word);
}

/** Kind first: "container web", "the file named x.txt in /srv", "port 8080". */
function takeByKind(cursor: Cursor): Noun | null {
  return cursor.attempt(() => {
    const kind = cursor.phrase(KINDS);
    if (kind === undefined) return null;
    const isNamed = cursor.take('named', 'called');
    if (kind.kind === 'service' || kind.kind === 'http') {
      const at = cursor.attempt(() => {
        cursor.take('at', 'on', 'under', 'behind');
        return cursor.peek()?.kind === 'url' ? true : null;
      });
      if (at !== null) return takeByForm(cursor, {});
    }
    if (kind.kind === 'file' || kind.kind === 'directory') cursor.take('at', 'in', 'under');
    return takeNamed(cursor, kind, isNamed || kind.many === true);
  });
}

/** The name after its kind, or after another of the same kind. */
function takeNamed(cursor: Cursor, kind: KindWord, isNamed: boolean): Noun | null {
  const token = cursor.peek();
  if (token === undefined || token.kind === 'mark') return null;
  if (kind.kind === 'file' || kind.kind === 'directory') return takeFile(cursor, kind);
  if (kind.kind === 'http') return token.kind === 'url' ? takeByForm(cursor, {}) : null;
  if (kind.kind === 'port') return takePort(cursor, kind);
  if (kind.kind === 'execution') {
    const command = takeCommandNoun(cursor);
    if (command !== null) return command;
  }
  if (token.kind === 'path' || token.kind === 'url') return null;
  if (token.kind === 'word' && isReserved(token.lower)) return null;
  const subject = toSubject(cursor, kind.kind, token, { isAfterKind: true, isNamed });
  if (subject === null) return null;
  cursor.at += 1;
  return { subject, extras: [], kind };
}

function takeFile(cursor: Cursor, kind: KindWord): Noun | null {
  const token = cursor.peek();
  if (token === undefined || token.kind === 'mark' || token.kind === 'url') return null;
  const noun = takePathNoun(cursor, kind);
  if (noun !== null || token.kind === 'path') return noun;
  if (kind.kind === 'directory' && kind.many !== true && cursor.world.registered?.workspace !== undefined && /^[a-z][\w-]{1,60}$/.test(token.text) && !isReserved(token.lower)) {
    cursor.at += 1;
    return toFile(cursor, token.text, kind);
  }
  // "the file q1.json in /srv/x": the name first, the place after it.
  if (token.kind === 'word' && isReserved(token.lower)) return null;
  cursor.at += 1;
  cursor.take('in', 'under', 'inside');
  cursor.take('the');
  cursor.take('directory', 'folder');
  const place = cursor.peek();
  if (place?.kind !== 'path' || token.text.includes('/')) return null;
  cursor.at += 1;
  return toFile(cursor, `${place.text}/${token.text}`, kind);
}

function takePathNoun(cursor: Cursor, kind: KindWord | null): Noun | null {
  const token = cursor.peek();
  if (token === undefined) return null;
  if (token.kind === 'path') {
    const joined = takePathWithBlanks(cursor);
    if (joined !== null) {
      const noun = toFile(cursor, joined, kind);
      return noun === null ? null : { ...noun, ambiguous: true };
    }
    cursor.at += 1;
    return toFile(cursor, token.text, kind);
  }
  const isPathlike = /[/\\]/.test(token.text) && /^(?:~|\$|\.{1,2}\/|%)/.test(token.text);
  const isQuotedPath = token.kind === 'quoted' && (token.text.startsWith('/') || isPathlike);
  const isRelative = isRelativePath(token, cursor.world);
  if (!isQuotedPath && !isPathlike && !(isRelative && (token.text.includes('/') || cursor.peekWord(1) !== 'in')))
    return null;
  cursor.at += 1;
  const noun = toFile(cursor, token.text, kind);
  // `cart.py` may lie in any directory below the workspace.
  const isBareName = isRelative && !token.text.includes('/') && noun !== null && 'path' in noun.subject;
  return isBareName ? { ...noun, subject: { ...noun.subject, described: 'word' } } : noun;
}

function toFile(cursor: Cursor, written: string, kind: KindWord | null): Noun | null {
  const read = readPath(written, cursor.world);
  if ('code' in read) return cursor.refuse(read.code, read.reason);
  const list = kind?.many === true ? kind : { kind: kind?.kind ?? 'file' };
  if (kind?.kind === 'directory') return { subject: { kind: 'directory', path: read.path }, extras: [], kind: list };
  if (kind?.kind === 'file') return { subject: { kind: 'file', path: read.path }, extras: [], kind: list };
  // A trailing slash says directory; a bare path says nothing.
  const subject: ClaimSubject = written.endsWith('/')
    ? { kind: 'directory', path: read.path }
    : { kind: 'file', path: read.path, bare: true };
  return { subject, extras: [], kind: list, ...(written.includes(',') ? { ambiguous: true } : {}) };
}

function takePort(cursor: Cursor, kind: KindWord): Noun | null {
  const match = /^(\d{1,5})(?:\/tcp)?$/.exec(cursor.peek()?.text ?? '');
  if (match === null || !isPort(Number(match[1]))) return null;
  cursor.at += 1;
  const address = cursor.attempt(() => {
    if (!cursor.take('on', 'at')) return null;
    const found = readAddress(cursor.peek()?.text ?? '');
    if (found !== null) cursor.at += 1;
    return found;
  });
  return {
    subject: { kind: 'port', port: Number(match[1]), ...(address === null ? {} : { address }) },
    extras: [],
    kind,
  };
}

function takeCommandNoun(cursor: Cursor): Noun | null {
  const command = takeCommand(cursor);
  return command === null ? null : { subject: { kind: 'execution', command }, extras: [], kind: { kind: 'execution' } };
}

/** No kind before it: its own form says what it is, or the kind stands after it, or the world knows the name. */
function takeByForm(cursor: Cursor, hints: Hints): Noun | null {
  const token = cursor.peek();
  if (token === undefined || token.kind === 'mark') return null;
  if (token.kind === 'url') {
    cursor.at += 1;
    const read = readUrl(token.text);
    return 'code' in read
      ? cursor.refuse(read.code, read.reason)
      : { subject: { kind: 'http', url: read.url }, extras: [], kind: { kind: 'http' } };
  }
  const asked = token.kind === 'quoted' ? /^(?:curl|wget|get|head|http)(?: -{1,2}[A-Za-z-]+){0,6} (https?:\/\/\S+)$/i.exec(token.text)?.[1] : undefined;
  if (asked !== undefined) {
    const read = readUrl(asked);
    if (!('code' in read)) {
      cursor.at += 1;
      return { subject: { kind: 'http', url: read.url }, extras: [], kind: { kind: 'http' } };
    }
  }
  const file = takePathNoun(cursor, hints.inherit?.many === true && isFileKind(hints.inherit) ? hints.inherit : null);
  if (file !== null) return withKindAfter(cursor, file);
  if (token.kind === 'path') return null;
  return takeBareName(cursor, hints);
}

const isFileKind = ({ kind }: KindWord): boolean => kind === 'file' || kind === 'directory';

/** "/srv/x directory" */
function withKindAfter(cursor: Cursor, noun: Noun): Noun {
  if (!('path' in noun.subject) || noun.subject.bare !== true) return noun;
  const { path } = noun.subject;
  const described = noun.subject.described === undefined ? {} : { described: noun.subject.described };
  if (cursor.take('directory', 'folder')) return { ...noun, subject: { kind: 'directory', path, ...described } };
  return cursor.take('file') ? { ...noun, subject: { kind: 'file', path, ...described } } : noun;
}

function takeBareName(cursor: Cursor, hints: Hints): Noun | null {
  const token = cursor.peek();
  if (token === undefined || (token.kind === 'word' && isReserved(token.lower))) return null;
  const hostPort = readHostPort(token.text);
  if (hostPort !== null) {
    cursor.at += 1;
    return { subject: { kind: 'port', ...hostPort }, extras: [], kind: { kind: 'port' } };
  }
  const after = cursor.attempt(() => {
    cursor.at += 1;
    const kind = cursor.phrase(KINDS);
    const subject =
      kind === undefined || kind.many === true ? null : toSubject(cursor, kind.kind, token, { isAfterKind: false, isNamed: false });
    return kind === undefined || subject === null ? null : { subject, extras: [], kind };
  });
  if (after !== null) return after;
  if (hints.inherit !== undefined) {
    const noun = cursor.attempt(() => takeNamed(cursor, hints.inherit ?? { kind: 'container' }, hints.inherit?.many === true));
    // "container web and left": only a plural, a quoted or a known name says for sure that this is another one.
    if (noun !== null)
      return hints.inherit.many === true || token.kind === 'quoted' || /\d/.test(token.text) || isKnown(cursor, noun)
        ? noun
        : { ...noun, ambiguous: true };
  }
  const kind = hints.bare ?? (looksLikeImage(token.text) ? 'image' : knownKind(cursor, token.text));
  const subject = kind === null ? null : toSubject(cursor, kind, token, { isAfterKind: true, isNamed: false });
  if (token.kind === 'quoted' && /\s/.test(token.text))
    return cursor.refuse('REPORTED', 'a quotation is not said by the one who quotes it');
  if (kind === null || subject === null || NOTHING_SAID.has(token.lower)) {
    return cursor.refuse(
      'NAME_WITHOUT_KIND',
      `it is not clear what "${token.text.slice(0, 64)}" is: say container, process, service, file, ...`,
    );
  }
  cursor.at += 1;
  // "installed dependencies": a word after the verb need not be a name.
  const guessed =
    hints.bare !== undefined && token.kind !== 'quoted' && /^[A-Za-z]+$/.test(token.text) && kind !== 'commit' && !(kind === 'package' && DEBIAN_PROGRAM.test(token.text));
  return { subject, extras: [], kind: { kind }, ...(guessed ? { ambiguous: true } : {}) };
}

function isKnown(cursor: Cursor, noun: Noun): boolean {
  return (
    'name' in noun.subject &&
    noun.subject.name !== undefined &&
    knownKind(cursor, noun.subject.name) === noun.subject.kind
  );
}

/** The one kind that the world knows this name as; null if none or several. */
function knownKind(cursor: Cursor, name: string): SubjectKind | null {
  const { containers = [], services = [], processes = [] } = cursor.world.registered ?? {};
  const kinds: SubjectKind[] = [];
  if (containers.includes(name)) kinds.push('container');
  if (services.includes(name)) kinds.push('service');
  if (processes.includes(name)) kinds.push('process');
  return kinds.length === 1 ? (kinds[0] ?? null) : null;
}
