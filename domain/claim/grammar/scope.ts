/** How far a word that weakens reaches: its own stretch of the sentence, up to a colon, a dash or a "but" behind which something else is named. */
import { isNegation, markerOf } from './markers';
import { polarityOf } from './polarity';
import type { UnparsedCode } from '../claim';
import type { Token } from './tokens';

const BORDERS = new Set([':', '—', '–', '…']);
const CONTRARY = new Set(['but', 'however', 'whereas', 'nevertheless', 'nonetheless']);

export interface Stretch {
  readonly tokens: readonly Token[];
  /** Why nothing in it is asserted. */
  readonly weak: UnparsedCode | null;
}

export function toStretches(tokens: readonly Token[]): readonly Stretch[] {
  const pieces: Token[][] = [];
  let current: Token[] = [];
  for (const [at, token] of tokens.entries()) {
    const isBorder = isReason(tokens, at) || (token.kind === 'mark' || token.kind === 'word') && (BORDERS.has(token.text) || token.text === '-' || (token.kind === 'word' && CONTRARY.has(token.lower)));
    if (isBorder && current.length > 0) {
      pieces.push(current);
      current = [];
    }
    if (!isBorder) current.push(token);
  }
  if (current.length > 0) pieces.push(current);
  let before: UnparsedCode | null = null;
  return pieces.map((piece, at) => {
    const own: UnparsedCode | null = markerOf(piece) ?? (isOpenLabel(piece, at, pieces.length) ? 'NOT_ASSERTED' : null);
    // "I lied: web is running": what has no thing of its own is about what comes behind the colon.
    const weak = own ?? before;
    before = own !== null && !namesSomething(piece) ? own : before !== null && !namesSomething(piece) ? before : null;
    return { tokens: piece, weak };
  });
}

/** "Not yet done: ...", "Skipped: ...": a label that takes the assertion out of what stands behind it. */
function isOpenLabel(piece: readonly Token[], at: number, count: number): boolean {
  if (at > 0 || count < 2 || piece.length > 8 || namesSomething(piece)) return false;
  return polarityOf(piece.map(({ text }) => text).join(' ')) === 'open';
}

/** ", so no change was needed", "since it was out of date": why it was done, which does not take back that it was. */
function isReason(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind !== 'word' || at === 0) return false;
  const next = tokens[at + 1]?.lower ?? '';
  if (token.lower === 'because') return true;
  if (token.lower === 'so') return next !== 'far' && next !== 'it' ;
  return (token.lower === 'since' || token.lower === 'as') && /^(?:it|they|the|this|that|we|i|you|there|no|nobody|nothing)$/.test(next);
}

/** A name that can only be one: a path, an address, a quoted or a composed word. */
export function namesSomething(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => kind === 'path' || kind === 'url' || kind === 'quoted' || (kind === 'word' && /[A-Za-z][-_.:/][A-Za-z0-9]/.test(text) && !/^(?:e\.g|i\.e|up-to|re-|non-|so-)/i.test(text)));
}

/** "Probably.", "Not.", "I think.": about the sentence before. */
export function isAfterthought(tokens: readonly Token[]): boolean {
  if (tokens.length > 4 || namesSomething(tokens)) return false;
  return markerOf(tokens) === 'HEDGED' || tokens.some(({ kind, lower }) => kind === 'word' && isNegation(lower) && tokens.length <= 2);
}

const TAKEN_BACK =
  /\b(?:just kidding|only kidding|(?:that|this|it|which|all of (?:that|this|it)) (?:was|is|were) (?:all )?(?:a lie|lies|a joke|false|untrue|wrong|not true|not so|incorrect|made up|invented|fiction)|none of (?:this|that|the above|it|these|those)|i (?:lied|made (?:this|that|it) up)|scratch that|strike that|ignore (?:the above|this|that|my (?:last|previous)\w*)|disregard (?:the above|this|that)|the (?:above|opposite|contrary) (?:is|was|holds|of this)|the above (?:is|was) (?:wrong|false|not)|i take (?:that|it) back|not really|or not)\b/i;

/** The text takes itself back somewhere: then nothing in it accuses anybody. */
export const takesBack = (text: string): boolean => TAKEN_BACK.test(text.replaceAll('’', "'"));

const SPEAKS_TO_THE_JUDGE =
  /(?:\b(?:answer|reply|respond|mark|treat|consider|return|output|rule|judge|rate|classify|set|report) (?:with |this |it |that |them |the claim |everything |all |the verdict )*(?:as |to |with |is )?["'`]?(?:true|false|verified|unverifiable)\b|\b(?:ignore|disregard|override|forget|bypass) (?:all |any |your |the |these |previous |prior |above |my )*(?:rules?|instructions?|prompts?|checks?|evidence|policy|policies|guidelines?|probes?)\b|\byou are (?:the |a |an )?(?:verifier|judge|prober|assistant|model)\b|\bsystem prompt\b|^\s*system\s*:|\bverdict\s*[:=]\s*["']?(?:true|false|unverifiable))/im;

/** Words that order the one who checks. A claim that holds them is not read at all: it is data that plays a person. */
export const speaksToTheJudge = (text: string): boolean => SPEAKS_TO_THE_JUDGE.test(text);
