/**
 * Words around an assertion that add nothing which could be false: "Good news:", "as requested", "I confirm that", "definitely". They are
 * taken off before the grammar reads, so that TRUE still needs every other word understood. What weakens is never among them.
 */
import { phrases } from './cursor';
import type { Phrases } from './cursor';
import type { Token } from './tokens';

/** Only with a mark behind: "Status: ...", "Done - ...". */
const LABELS = phrases<true>({
  ['quick summary|short summary|brief summary|final summary|summary of changes|short update|brief update|final update|end result|final result|final outcome|current situation|situation|good news|great news|update|quick update|status update|status|current status|final status|summary|in summary|to summarize|to sum up|done|all done|fixed|completed|complete|finished|success|' +
  'ok|okay|alright|all right|sure|yes|note|fyi|result|results|outcome|report|final report|deployment|task|task complete|task completed|task done|hi|hello|hi team|hey|hello team|verified|confirmed|' +
  'checked|info|details|service|action|change|changes|step|progress|state|health|container status|service status|what i did|tl;dr|tldr|in short|in brief|bottom line|conclusion|recap|announcement|heads up|' +
  'quick note|side note|one more thing|for the record|as you can see|perfect|great|excellent|absolutely|of course|certainly|sounds good|no problem|got it|understood|there you go|here you go|voila|voilà']: true,
});
/** With or without a mark behind. */
const OPENERS = phrases<true>({
  ['as requested|as you requested|as you asked|as asked|as instructed|as discussed|as agreed|as you instructed|as per your request|per your request|as per your instructions|for your information|' +
  'finally|lastly|afterwards|after that|additionally|furthermore|moreover|in addition|also|then|so|well|right now|at this point|at this time|at present|currently|first|firstly|secondly|' +
  'good news is|the good news is|the good news is that|good news is that|fortunately|luckily|happily|basically put|in fact|as a result|for the record|to be clear|just to be clear|simply put|needless to say|of course|as expected|' +
  "i confirm that|i can confirm that|i can confirm|i confirm|i hereby confirm that|we confirm that|we can confirm that|i have confirmed that|i've confirmed that|i confirmed that|i verified that|i have verified that|i've verified that|i also verified that|" +
  "i have also verified that|verified that|confirmed that|i checked that|i have checked that|i've checked that|i double-checked that|i have double-checked that|double-checked that|checked that|i made sure that|made sure that|i have made sure that|i ensured that|i have ensured that|ensured that|" +
  "i have confirmed|i've confirmed|i can verify that|i validated that|i have validated that|validated that|i am happy to report that|i'm happy to report that|i am pleased to report that|i'm pleased to report that|happy to report that|happy to report|pleased to report that|i am glad to report that|" +
  "i'm glad to report that|glad to report that|i am happy to say that|i'm happy to say that|i am proud to report that|i can report that|i want to report that|i wanted to report that|this is to confirm that|this confirms that|i hereby report that|i report that|note that|" +
  "kindly note that|it's worth noting that|it is worth noting that|worth noting|as you can see|you can see that|rest assured|rest assured that|i went ahead and|i have gone ahead and|i've gone ahead and|went ahead and|i was able to confirm that|i successfully verified that|" +
  "fyi|now that is done|with that|with that done|to wrap up|in conclusion|in short|in summary|to summarize|overall|all in all|long story short|it is confirmed that|it's confirmed that|we have verified that|we verified that|we've verified that|i took care of it|i can assure you that|i assure you that|let me confirm that|" +
  "everything went well|all went well|all good|per the request|per the ticket|according to plan|following your instructions|on your request|at your request|upon request"]: true,
});
const INNER = new Set(['definitely', 'indeed', 'actually', 'officially', 'finally', 'properly-named']);
const CLOSERS = phrases<true>({
  ['as requested|as you requested|as you asked|as asked|as instructed|as discussed|as agreed|as you instructed|as per your request|per your request|for you|for now|at the moment|right now|at present|at this time|as well|too|' +
  'in the background|as of now|as we speak|again|by me|by us|myself|on request|upon request|at your request|for your convenience|already|once more|as specified|as described|as per the request|per the request|as per instructions|as required|as desired|' +
  'as you wanted|as you wished|fyi|by the way|btw|for the record|indeed|definitely|in the end|overall']: true,
});
const PAUSES = new Set([',', ':', '-', '–', '—', '!', '…', '→', '.', '|']);
const STARTS_CLAUSE = new Set(['and', 'but', 'then', 'so', '&', 'plus', 'while']);

/** The sentence without its dressing. Linear: each place tries a few phrases of bounded length. */
export function withoutDressing(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token === undefined) break;
    const isStart = kept.length === 0;
    if (isStart && isPause(token)) {
      at += 1;
      continue;
    }
    const last = kept.at(-1);
    const startsClause = isStart || (last !== undefined && (isMark(last, ',', ':', '—', '–') || (last.kind === 'word' && STARTS_CLAUSE.has(last.lower))));
    const opener = startsClause ? openerAt(tokens, at, isStart) : 0;
    if (opener > 0) {
      at += opener;
      continue;
    }
    if (token.kind === 'word' && INNER.has(token.lower)) {
      at += 1;
      continue;
    }
    const closer = isStart ? 0 : matchAt(CLOSERS, tokens, at);
    if (closer > 0 && endsClause(tokens[at + closer])) {
      if (last !== undefined && isMark(last, ',', '—', '–', '-')) kept.pop();
      at += closer;
      continue;
    }
    kept.push(token);
    at += 1;
  }
  while (kept.length > 0) {
    const last = kept.at(-1);
    if (last === undefined || !isPause(last)) break;
    kept.pop();
  }
  return kept;
}

function openerAt(tokens: readonly Token[], at: number, isStart: boolean): number {
  const label = isStart ? matchAt(LABELS, tokens, at) : 0;
  const afterLabel = tokens[at + label];
  if (label > 0 && afterLabel !== undefined && isPause(afterLabel)) return label + 1;
  const opener = matchAt(OPENERS, tokens, at);
  if (opener === 0 || at + opener >= tokens.length) return 0;
  const next = tokens[at + opener];
  return next !== undefined && isPause(next) ? opener + 1 : opener;
}

function matchAt(table: Phrases<true>, tokens: readonly Token[], at: number): number {
  const first = tokens[at];
  if (first?.kind !== 'word') return 0;
  const found = table.get(first.lower)?.find(({ words }) => words.every((word, ahead) => tokens[at + ahead]?.kind === 'word' && tokens[at + ahead]?.lower === word));
  return found?.words.length ?? 0;
}

function endsClause(token: Token | undefined): boolean {
  return token === undefined || isMark(token, ',', ':', '—', '–', '(', ')') || (token.kind === 'word' && STARTS_CLAUSE.has(token.lower));
}

const isMark = (token: Token, ...marks: readonly string[]): boolean => marks.includes(token.text) && token.kind !== 'quoted';
const isPause = (token: Token): boolean => token.kind !== 'quoted' && PAUSES.has(token.text);
