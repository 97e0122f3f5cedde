/**
 * Assertions in words that were not all understood. Each is a clause of the strict grammar that stands where a clause begins, in a stretch
 * without a word that weakens, denies or moves it elsewhere. It can be refuted; TRUE it never is.
 */
import { takeClauseHere } from './clauses';
import { Cursor } from './cursor';
import { toPart } from './draft';
import { isNegation, markerOf } from './markers';
import { shown } from './whole-text';
import type { ClaimWorld, TypedClaim } from '../claim';
import type { Token } from './tokens';

const JOINTS = new Set([',', '(', ')', '|', '→', ';', ':', '—', '–', '-']);
const JOINING = new Set(['and', 'then', 'while', 'plus', '&', 'because', 'since', 'as', 'so']);
/** Behind an assertion they say where else, for whom else, or how much of it holds. */
const ELSEWHERE =
  /^(?:in|on|inside|within|at|under|to|into|of|for|from|elsewhere|other|another|instead|except|only|partly|half|example|examples|like|similar|initially|originally|previously|earlier|formerly|temporarily|temporary|briefly|locally|dry-run|dry|simulated|simulation|mock|mocked|mocks|pseudo|draft|copy|copies|version|versions|backup|until|till|before|during|after|or|via|through|over|behind)$/;
/** Phrases with such a word that move nothing. */
const HARMLESS = /^(?:(?:in|into) (?:smaller|small|separate|several|multiple|three|two|the background|place|one go|total|full|production|parallel|sync|line with|order|response)|for (?:the|this|you|your|our|a|an|all|better|later|future|both|each|every)\b|at (?:once|last|runtime|startup)|on (?:request|time|top|success|your behalf|the fly)|of (?:the|all|course|this|work)|to (?:the|fix|make|match|support|use|avoid|include|handle|reflect|ensure|improve|be|have|add|keep|allow|prevent|reduce|simplify|work|serve|store|hold|check|help|get|run|remove|address|resolve|enable|disable|set|meet|save|track|cover)\b|via (?:apt|apt-get|docker|compose|git|the)|through the|from (?:scratch|the|now)|over (?:the|http|https|tcp)|after (?:the|that|this|running|applying|installing|updating|making|i)|during (?:the|this)|as (?:the|a|an|part))/;
const MOST_TOKENS = 400;

export interface LooseReading {
  readonly parts: readonly TypedClaim[];
  readonly last: Cursor['last'];
}

export function looseParts(text: string, all: readonly Token[], world: ClaimWorld, last: Cursor['last']): LooseReading {
  const tokens = all.slice(0, MOST_TOKENS);
  const none: LooseReading = { parts: [], last: [] };
  if (markerOf(tokens) !== null) return none;
  const cursor = new Cursor(text, tokens, world);
  cursor.last = last;
  const parts: TypedClaim[] = [];
  let isStart = true;
  while (!cursor.ended) {
    const token = cursor.peek();
    if (token === undefined) break;
    if (isJoint(token)) {
      cursor.at += 1;
      isStart = true;
      continue;
    }
    const from = cursor.at;
    const clause = isStart ? takeClauseHere(cursor) : null;
    if (clause !== null && !isMoved(cursor)) {
      const words = shown(cursor.slice(from));
      parts.push(...clause.drafts.filter(({ ambiguous }) => ambiguous !== true).map((draft) => ({ ...toPart(draft, words), refutes: true as const })));
    } else if (clause === null) {
      // A denial that no rule understood may be about anything in this stretch.
      if (token.kind === 'word' && isNegation(token.lower)) {
        // ", nothing used it any more": a statement of its own, that denies nothing of the others.
        if (!isStart || !/^(?:nothing|nobody|none)$/.test(token.lower)) return none;
        while (cursor.peek() !== undefined && !isJoint(cursor.peek() ?? token)) cursor.at += 1;
        continue;
      }
      cursor.at = from + 1;
    }
    isStart = false;
  }
  return { parts, last: parts.length > 0 ? cursor.last : [] };
}

/** Whether the words up to the next joint put the assertion somewhere else or take part of it away. */
function isMoved(cursor: Cursor): boolean {
  for (let at = cursor.at; at < cursor.tokens.length; at += 1) {
    const token = cursor.tokens[at];
    if (token === undefined || isJoint(token)) return false;
    if (token.kind !== 'word') continue;
    if (isNegation(token.lower)) return true;
    if (!ELSEWHERE.test(token.lower)) continue;
    const phrase = cursor.tokens.slice(at, at + 4).map(({ lower }) => lower).join(' ');
    if (!HARMLESS.test(phrase)) return true;
    if (/\b(?:container|host|server|machine|vm|cluster|ci|pipeline|image|pod|volume|branch|repository|repo|database|remote|laptop|sandbox|staging|environment|env)\b/.test(phrase)) return true;
  }
  return false;
}

const isJoint = (token: Token): boolean => (token.kind === 'mark' && JOINTS.has(token.text)) || (token.kind === 'word' && (JOINING.has(token.lower) || JOINTS.has(token.text)));
