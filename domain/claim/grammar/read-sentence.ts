/**
 * One sentence into parts. Read for TRUE, every word must be understood. Where not, each stretch is read for FALSE on its own, and what was
 * read there can be refuted and no more.
 */
import { takeClause } from './clauses';
import { Cursor } from './cursor';
import { toPart } from './draft';
import { looseParts } from './loose';
import { REASONS, isQuestion, leftoverCode } from './markers';
import { takeNouns } from './nouns';
import { toStretches } from './scope';
import { takeTime } from './time';
import { shown } from './whole-text';
import type { ClaimWorld, TypedClaim, Unparsed, UnparsedCode } from '../claim';
import type { Problem } from './cursor';
import type { Token } from './tokens';

export interface SentenceReading {
  readonly parts: readonly TypedClaim[];
  readonly unparsed: readonly Unparsed[];
  /** What "it" means in the next sentence. */
  readonly last: Cursor['last'];
}

export function readSentence(text: string, tokens: readonly Token[], world: ClaimWorld, last: Cursor['last']): SentenceReading {
  const left = (from: readonly Token[], code: UnparsedCode, reason = REASONS[code] ?? REASONS.NOT_UNDERSTOOD ?? ''): Unparsed => ({ text: shown(textOf(text, from)), code, reason });
  if (isQuestion(tokens)) return { parts: [], unparsed: [left(tokens, 'QUESTION')], last };
  const stretches = toStretches(tokens);
  if (stretches.every(({ weak }) => weak === null)) {
    const whole = readStrictly(text, tokens, world, last);
    if (whole.rest.length === 0) return { parts: whole.parts, unparsed: whole.unparsed, last: whole.last };
  }
  const parts: TypedClaim[] = [];
  const unparsed: Unparsed[] = [];
  let before = last;
  for (const stretch of stretches) {
    if (stretch.weak !== null) {
      unparsed.push(left(stretch.tokens, stretch.weak));
      // A thing may be named in words that assert nothing of it: "shop-api is probably fine: it is running".
      before = namedIn(text, stretch.tokens, world) ?? before;
      continue;
    }
    const read = readStrictly(text, stretch.tokens, world, before);
    before = read.parts.length === 0 && read.last === before && stretches.length > 1 ? (namedIn(text, stretch.tokens, world) ?? before) : read.last;
    if (read.rest.length === 0) {
      parts.push(...read.parts);
      unparsed.push(...read.unparsed);
      continue;
    }
    const plain = leftoverCode(read.rest);
    const code = read.problem?.code ?? plain;
    unparsed.push(...read.unparsed, left(read.rest, code, read.problem?.reason));
    const isJoined = ['and', 'then', 'while', 'plus', '&', ','].includes(stretch.tokens[stretch.tokens.length - read.rest.length - 1]?.lower ?? '');
    if (plain === 'NOT_UNDERSTOOD' && isJoined) parts.push(...read.parts);
    else unparsed.push(...read.parts.map((part): Unparsed => ({ text: part.text, code: plain, reason: 'the words behind it were not understood' })));
    const from = plain === 'NOT_UNDERSTOOD' && isJoined ? read.rest : stretch.tokens;
    const loose = looseParts(text, from, world, before);
    parts.push(...loose.parts);
    before = loose.last.length > 0 ? loose.last : before;
  }
  return { parts, unparsed, last: before };
}

function namedIn(text: string, tokens: readonly Token[], world: ClaimWorld): Cursor['last'] | null {
  const nouns = takeNouns(new Cursor(text, tokens, world));
  return nouns === null ? null : nouns.map(({ subject, ambiguous }) => ({ subject, ...(ambiguous === undefined ? {} : { ambiguous }) }));
}

interface StrictReading {
  readonly parts: readonly TypedClaim[];
  readonly unparsed: readonly Unparsed[];
  /** The words from where nothing was understood. */
  readonly rest: readonly Token[];
  readonly problem: Problem | null;
  readonly last: Cursor['last'];
}

function readStrictly(text: string, tokens: readonly Token[], world: ClaimWorld, last: Cursor['last']): StrictReading {
  const cursor = new Cursor(text, tokens, world);
  cursor.last = last;
  const parts: TypedClaim[] = [];
  const unparsed: Unparsed[] = [];
  const stopped = (from: number): StrictReading => ({ parts, unparsed, rest: tokens.slice(from), problem: cursor.problem, last: cursor.last });
  const time = takeLeadingTime(cursor);
  while (!cursor.ended) {
    const from = cursor.at;
    cursor.problem = null;
    const clause = takeClause(cursor);
    if (clause === null) return stopped(from);
    const words = shown(cursor.slice(from));
    parts.push(...clause.drafts.map((draft) => toPart({ ...draft, time: draft.time ?? time ?? undefined }, words)));
    if (clause.unchecked !== undefined)
      unparsed.push({ text: shown(clause.unchecked), code: 'NOT_CHECKABLE', reason: 'that something is in the file can be seen, what it means cannot' });
    const end = cursor.at;
    if (!cursor.ended && !takeSeparator(cursor)) return stopped(end);
    if (cursor.ended && end < tokens.length) return stopped(end);
  }
  return stopped(tokens.length);
}

/** "Today, I created ...": for every clause of the sentence that names no other time. */
function takeLeadingTime(cursor: Cursor): ReturnType<typeof takeTime> {
  return cursor.attempt(() => {
    const time = takeTime(cursor);
    return time !== null && (cursor.mark(',') || cursor.peekWord() === 'i' || cursor.peekWord() === 'we') ? time : null;
  });
}

function takeSeparator(cursor: Cursor): boolean {
  const comma = cursor.mark(',');
  const dash = !comma && cursor.mark(':', '—', '–');
  const word = cursor.take('and', 'but', 'then', 'while', 'whereas', 'plus', '&', 'so');
  if (word) cursor.take('then', 'also');
  return comma || dash || word;
}

function textOf(text: string, tokens: readonly Token[]): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : text.slice(first.start, last.end);
}
