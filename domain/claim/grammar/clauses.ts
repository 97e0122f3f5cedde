/** One clause: a deed, a thing and what is said of it, "there is ...", a count, an attribute of a thing. All of its words, or nothing. */
import { phrases } from './cursor';
import { draftsOf, sayAs } from './draft';
import { takeDeed } from './deeds';
import { isNameOf } from './kinds';
import { ATTRIBUTES, takeValueOf } from './measures';
import { takeForm } from './forms/take-form';
import { takeNouns } from './nouns';
import { takePredication } from './predication';
import { takeCount } from './quantity';
import { takeTime } from './time';
import type { Cursor } from './cursor';
import type { DeedClause } from './deeds';
import type { Draft } from './draft';
import type { Noun } from './noun';
import type { Said } from './said';
import type { Expected } from '../claim';

/** The clause that stands here, up to where a next one may begin; null if its words are not all understood. */
export function takeClause(cursor: Cursor): DeedClause | null {
  return firstClause(cursor, true);
}

/** The clause that stands here, whatever words follow it. */
export function takeClauseHere(cursor: Cursor): DeedClause | null {
  return firstClause(cursor, false);
}

function firstClause(cursor: Cursor, isWhole: boolean): DeedClause | null {
  const rules: readonly ((cursor: Cursor) => DeedClause | null)[] = [
    (at) => only(takeThere(at)),
    (at) => only(takeNone(at)),
    (at) => only(takeCounted(at)),
    (at) => only(takeAttributeOf(at)),
    takeDeed,
    (at) => only(takeSubjectFirst(at)),
    (at) => only(takeElliptic(at)),
    (at) => only(takeForm(at, () => !isWhole || isBoundary(at))),
  ];
  const from = cursor.at;
  for (const rule of rules) {
    const found = cursor.attempt(() => {
      const clause = rule(cursor);
      return clause !== null && (!isWhole || isBoundary(cursor)) && !hasCutPath(cursor, from) ? clause : null;
    });
    if (found !== null) return found;
  }
  return null;
}

/** Whether a path may go on where it was cut: a name may hold quotes, brackets and colons, and its beginning is another file. */
function hasCutPath(cursor: Cursor, from: number): boolean {
  return cursor.tokens.slice(from, cursor.at).some(({ kind, text, end }) => {
    if (kind !== 'path') return false;
    const next = cursor.text.charAt(end);
    if (/["'`“”{}[\](<>]/.test(next) && !/^['’]s\b/.test(cursor.text.slice(end, end + 3))) return true;
    return next === ':' && /\S/.test(cursor.text.slice(end + 1)) && !/\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(text);
  });
}

const only = (drafts: readonly Draft[] | null): DeedClause | null => (drafts === null ? null : { drafts });

function isBoundary(cursor: Cursor): boolean {
  const next = cursor.peek();
  if (next === undefined) return true;
  return next.kind === 'mark'
    ? [',', ':', '—', '–'].includes(next.text)
    : ['and', 'but', 'then', 'while', 'whereas', 'plus', '&', 'so', '—', '–'].includes(next.lower);
}

/** "A and B are running", "neither A nor B exists", "A is running but not B", "/x: 120 bytes". */
function takeSubjectFirst(cursor: Cursor): readonly Draft[] | null {
  return cursor.attempt(() => {
    cursor.take('both', 'currently', 'now', 'also', 'then');
    const before = takeTime(cursor);
    const nouns = takeNouns(cursor);
    if (nouns === null) return null;
    cursor.take('both', 'all');
    if (cursor.ended && before === null) return null;
    const drafts = takePredication(cursor, nouns);
    if (drafts === null) return null;
    const timed = before === null ? drafts : drafts.map((draft) => ({ ...draft, time: draft.time ?? before }));
    return [...timed, ...takeExceptions(cursor, nouns)];
  });
}

/** "... but not db" after "web is running". */
function takeExceptions(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] {
  const found = cursor.attempt(() => {
    const said = cursor.lastSaid;
    if (said === null || !cursor.take('but', 'and') || !cursor.take('not')) return null;
    const others = takeNouns(cursor, { inherit: nouns.at(-1)?.kind });
    return others === null || !isBoundary(cursor) ? null : draftsOf(cursor, others, sayAs(cursor, said, true));
  });
  return found ?? [];
}

/** "and is healthy", "and has 10 lines", "and db is not": the subject or the state of the clause before. */
function takeElliptic(cursor: Cursor): readonly Draft[] | null {
  if (cursor.last.length === 0) return null;
  const before: readonly Noun[] = cursor.last.map(({ subject, ambiguous }) => ({
    subject,
    extras: [],
    kind: { kind: subject.kind },
    ...(ambiguous === undefined ? {} : { ambiguous }),
  }));
  return takePredication(cursor, before) ?? takeNamedLikeBefore(cursor, before);
}

const IS_NOT = phrases<boolean>({
  "is not|isn't|are not|aren't|does not|doesn't": true,
  'is|are|is too|are too': false,
});

function takeNamedLikeBefore(cursor: Cursor, before: readonly Noun[]): readonly Draft[] | null {
  return cursor.attempt(() => {
    const nouns = takeNouns(cursor, { inherit: before.at(-1)?.kind });
    if (nouns === null) return null;
    const full = takePredication(cursor, nouns);
    if (full !== null) return full;
    const said = cursor.lastSaid;
    const negated = cursor.phrase(IS_NOT);
    return said === null || negated === undefined ? null : draftsOf(cursor, nouns, sayAs(cursor, said, negated));
  });
}

/** "there is a file at /x", "there is no container named ghost", "there are 5 files in /x". */
function takeThere(cursor: Cursor): readonly Draft[] | null {
  return cursor.attempt(() => {
    if (!cursor.take('there') || !cursor.take('is', 'are', "'s", 'exists', 'exist', "isn't", "aren't")) return null;
    const negated = cursor.tokens[cursor.at - 1]?.lower.endsWith("n't") === true;
    cursor.take('now', 'currently');
    const counted = negated ? null : (takePlaceCount(cursor) ?? takeImageCount(cursor, true));
    if (counted !== null) return counted;
    const none = cursor.take('no', 'not') || negated;
    const nouns = takeNouns(cursor);
    if (nouns === null || nouns.length !== 1) return null;
    return draftsOf(cursor, nouns, sayAs(cursor, { predicate: 'exists' }, none));
  });
}

/** "no container named ghost exists", "nothing listens on port 8080". */
function takeNone(cursor: Cursor): readonly Draft[] | null {
  return cursor.attempt(() => {
    if (cursor.take('nothing')) {
      if (cursor.take('is')) {
        if (!cursor.take('listening')) return null;
      } else if (!cursor.take('listens')) return null;
      if (!cursor.take('on')) return null;
      const nouns = takeNouns(cursor);
      return nouns?.length === 1 ? draftsOf(cursor, nouns, sayAs(cursor, { predicate: 'listening' }, true)) : null;
    }
    if (!cursor.take('no')) return null;
    const nouns = takeNouns(cursor);
    if (nouns?.length !== 1) return null;
    return takePredication(
      cursor,
      nouns.map((noun) => ({ ...noun, negated: true })),
    );
  });
}

/** "5 files are in /x", "three containers run image nginx:1.27", "2 replicas of service web are running". */
function takeCounted(cursor: Cursor): readonly Draft[] | null {
  return takePlaceCount(cursor) ?? takeImageCount(cursor, false) ?? takeReplicas(cursor);
}

function takeAmount(cursor: Cursor): Expected | null {
  if (cursor.peekWord() === 'no') {
    cursor.at += 1;
    return { comparison: 'eq', value: 0, text: 'no' };
  }
  return takeCount(cursor);
}

const PLACED = phrases<'files' | 'directories' | 'entries' | 'rows'>({
  'files|file': 'files',
  'directories|directory|folders|subdirectories': 'directories',
  'entries|items': 'entries',
  'rows|row|records|record': 'rows',
});

function takePlaceCount(cursor: Cursor): readonly Draft[] | null {
  return cursor.attempt(() => {
    const count = takeAmount(cursor);
    const what = count === null ? undefined : cursor.phrase(PLACED);
    if (count === null || what === undefined) return null;
    cursor.take('are', 'is', 'exist', 'exists');
    if (!cursor.take('in', 'inside', 'under')) return null;
    const nouns = takeNouns(cursor);
    if (nouns?.length !== 1) return null;
    const said: Said =
      what === 'rows'
        ? { predicate: 'count', expected: count }
        : { predicate: 'entries', expected: { ...count, ...(what === 'entries' ? {} : { of: what }) } };
    return draftsOf(cursor, nouns, sayAs(cursor, said, false));
  });
}

/** Of containers that run: "3 containers run image X", "there are 3 containers running image X". */
function takeImageCount(cursor: Cursor, there: boolean): readonly Draft[] | null {
  return cursor.attempt(() => {
    const count = takeAmount(cursor);
    if (count === null) return null;
    cursor.take('running');
    if (!cursor.take('containers', 'container')) return null;
    cursor.take('are', 'is', 'currently');
    if (!cursor.take(...(there ? ['running', 'using'] : ['run', 'runs', 'running', 'use', 'uses', 'using'])))
      return null;
    cursor.take('the');
    const named = cursor.take('image');
    const name = cursor.peek()?.text ?? '';
    if (!isNameOf('image', name) || (!named && !/[:/]/.test(name))) return null;
    cursor.at += 1;
    const noun: Noun = { subject: { kind: 'image', name }, extras: [], kind: { kind: 'image' } };
    return draftsOf(cursor, [noun], sayAs(cursor, { predicate: 'instances', expected: count }, false));
  });
}

function takeReplicas(cursor: Cursor): readonly Draft[] | null {
  return cursor.attempt(() => {
    const count = takeAmount(cursor);
    if (count === null || !cursor.take('replicas', 'instances', 'replica', 'instance', 'processes', 'process'))
      return null;
    const plural = cursor.tokens[cursor.at - 1]?.lower.startsWith('process') === true;
    if (!cursor.take('of', ...(plural ? ['named', 'called'] : []))) return null;
    const name = cursor.peek();
    const nouns =
      plural && name !== undefined && isNameOf('process', name.text)
        ? processNamed(cursor, name.text)
        : takeNouns(cursor);
    if (nouns?.length !== 1 || !cursor.take('are', 'is') || !cursor.take('running', 'up', 'active')) return null;
    return draftsOf(cursor, nouns, sayAs(cursor, { predicate: 'instances', expected: count }, false));
  });
}

function processNamed(cursor: Cursor, name: string): readonly Noun[] {
  cursor.at += 1;
  return [{ subject: { kind: 'process', name }, extras: [], kind: { kind: 'process' } }];
}

/** "the size of /x is 3 MB", "sha256 of /x is ...", "/x's size is 120 bytes", "the exit code of `docker stop web` was 0". */
function takeAttributeOf(cursor: Cursor): readonly Draft[] | null {
  return cursor.attempt(() => {
    cursor.take('the');
    const owner = cursor.attempt(() => {
      const nouns = takeNouns(cursor);
      return nouns !== null && cursor.take("'s") ? nouns : null;
    });
    const rows = owner === null ? takeNumberOf(cursor) : null;
    const attribute = rows === null ? cursor.phrase(ATTRIBUTES) : undefined;
    if (rows === null && attribute === undefined) return null;
    if (owner === null && !cursor.take('of', 'for', 'in')) return null;
    const nouns = owner ?? takeNouns(cursor);
    if (nouns?.length !== 1) return null;
    const past = !cursor.take('is', 'are', 'equals') && cursor.take('was');
    if (past && attribute !== 'exit_code' && attribute !== 'status_code')
      return cursor.refuse('PAST_STATE', 'how it was is not to be seen any more: claim how it is');
    if (!['is', 'are', 'equals', 'was'].includes(cursor.tokens[cursor.at - 1]?.lower ?? '')) return null;
    if (rows !== null) {
      const count = takeCount(cursor);
      return count === null
        ? null
        : draftsOf(cursor, nouns, sayAs(cursor, { ...rows, expected: { ...count, ...rows.expected } }, false));
    }
    const said = attribute === undefined ? null : takeValueOf(cursor, attribute);
    return said === null ? null : draftsOf(cursor, nouns, sayAs(cursor, said, false), takeTime(cursor));
  });
}

/** "the number of files in" */
function takeNumberOf(
  cursor: Cursor,
): { predicate: 'entries' | 'count' | 'lines'; expected?: { of: 'files' | 'directories' } } | null {
  return cursor.attempt(() => {
    if (!cursor.take('number') || !cursor.take('of')) return null;
    if (cursor.take('lines')) return { predicate: 'lines' };
    const what = cursor.phrase(PLACED);
    if (what === undefined) return null;
    if (what === 'rows') return { predicate: 'count' };
    return what === 'entries' ? { predicate: 'entries' } : { predicate: 'entries', expected: { of: what } };
  });
}
