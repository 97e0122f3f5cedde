/**
 * English into typed claims, by rules. Hostile: written by an agent. A clause becomes parts only if every one of its words was
 * understood; all else is in `unparsed` with a code and a reason, so that nothing is dropped in silence and nothing is TRUE by accident.
 */
import { takeClause } from './grammar/clauses';
import { Cursor } from './grammar/cursor';
import { toPart } from './grammar/draft';
import { REACH, REASONS, isQuestion, leftoverCode, markerOf } from './grammar/markers';
import { splitSentences } from './grammar/sentences';
import { withoutSuperseded } from './grammar/superseded';
import { takeTime } from './grammar/time';
import { claimTokens } from './grammar/tokens';
import { refusedWhole, shown } from './grammar/whole-text';
import type { Reach } from './grammar/markers';
import type { Token } from './grammar/tokens';
import type { ClaimWorld, ParsedClaim, TypedClaim, Unparsed, UnparsedCode } from './claim';

const MAX_PARTS = 64;

/** Never throws. Linear in the length of the text. */
export function parseClaim(text: string, world: ClaimWorld): ParsedClaim {
  const refused = refusedWhole(text);
  if (refused !== null) return { parts: [], unparsed: [refused] };
  const parts: TypedClaim[] = [];
  const unparsed: Unparsed[] = [];
  let last: Cursor['last'] = [];
  for (const tokens of splitSentences(claimTokens(text))) {
    const cursor = new Cursor(text, tokens, world);
    cursor.last = last;
    const sentence = parseSentence(cursor);
    last = cursor.last;
    parts.push(...sentence.parts);
    unparsed.push(...sentence.unparsed);
    // Nothing beside it will be judged, so nothing beside it need be read.
    if (unparsed.some(({ code }) => REACH[code] === 'claim'))
      return { parts: [], unparsed: [...unparsed, whole(text, unparsed)] };
    if (parts.length > MAX_PARTS)
      return {
        parts: [],
        unparsed: [
          { text: shown(text), code: 'TOO_MANY_PARTS', reason: `a claim has at most ${String(MAX_PARTS)} parts` },
        ],
      };
  }
  if (parts.length === 0 && unparsed.length === 0)
    unparsed.push({ text: shown(text), code: 'EMPTY', reason: 'the claim says nothing' });
  return withoutSuperseded({ parts, unparsed });
}

function whole(text: string, unparsed: readonly Unparsed[]): Unparsed {
  const cause = unparsed.find(({ code }) => REACH[code] === 'claim');
  return {
    text: shown(text),
    code: cause?.code ?? 'NOT_UNDERSTOOD',
    reason: 'nothing else in the claim is judged because of it',
  };
}

function parseSentence(cursor: Cursor): ParsedClaim {
  const marked = isQuestion(cursor.tokens) ? 'QUESTION' : markerOf(cursor.tokens);
  if (marked !== null) return { parts: [], unparsed: [unparsedFrom(cursor, 0, marked, REASONS[marked])] };
  const parts: TypedClaim[] = [];
  const unparsed: Unparsed[] = [];
  const time = takeLeadingTime(cursor);
  while (!cursor.ended) {
    const from = cursor.at;
    cursor.problem = null;
    const clause = takeClause(cursor);
    if (clause === null) return withLeftover(cursor, parts, unparsed, from);
    const words = shown(cursor.slice(from));
    parts.push(...clause.drafts.map((draft) => toPart({ ...draft, time: draft.time ?? time ?? undefined }, words)));
    if (clause.unchecked !== undefined) {
      unparsed.push({
        text: shown(clause.unchecked),
        code: 'NOT_CHECKABLE',
        reason: 'that something is in the file can be seen, what it means cannot',
      });
    }
    const end = cursor.at;
    if (!cursor.ended && !takeSeparator(cursor)) return withLeftover(cursor, parts, unparsed, end);
    if (cursor.ended && end < cursor.tokens.length) return withLeftover(cursor, parts, unparsed, end);
  }
  return { parts, unparsed };
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
  const word = cursor.take('and', 'but', 'then', 'while', 'whereas', 'plus', '&');
  if (word) cursor.take('then', 'also');
  return comma || word;
}

/** What the rest of the sentence does to the parts before it: "and all tests passed" nothing, ", supposedly" all. */
function withLeftover(
  cursor: Cursor,
  parts: readonly TypedClaim[],
  unparsed: readonly Unparsed[],
  from: number,
): ParsedClaim {
  const rest = cursor.tokens.slice(from);
  const plain = leftoverCode(rest);
  const problem = cursor.problem;
  const stronger = problem === null || REACH[problem.code] !== 'words' || REACH[plain] === 'words' ? problem : null;
  const code = stronger?.code ?? plain;
  const entry = unparsedFrom(cursor, from, code, stronger?.reason ?? REASONS[code]);
  const joined = ['and', 'but', 'then', 'while', 'plus', '&'].includes(cursor.tokens[from - 1]?.lower ?? '');
  const reach: Reach = REACH[code] === 'words' && !joined && parts.length > 0 ? 'sentence' : REACH[code];
  if (reach === 'words') return { parts, unparsed: [...unparsed, entry] };
  return { parts: [], unparsed: [...unparsed, parts.length > 0 ? unparsedFrom(cursor, 0, code, entry.reason) : entry] };
}

function unparsedFrom(
  cursor: Cursor,
  from: number,
  code: UnparsedCode,
  reason = REASONS.NOT_UNDERSTOOD ?? '',
): Unparsed {
  const tokens: readonly Token[] = cursor.tokens;
  return { text: shown(cursor.slice(Math.min(from, tokens.length - 1), tokens.length)), code, reason };
}
