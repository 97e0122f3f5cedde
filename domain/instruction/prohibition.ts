/**
 * Which parts of a text forbid what they name, or tell it of somebody else: "never run rm -rf, never use --force" speaks of
 * dangerous commands and orders none. Agents write these texts, so the reading is narrow: a prohibition is a negator with a verb of doing, it
 * ends where the sentence turns ("but", "then", ", run"), and turns of phrase that only look negative ("do not hesitate to",
 * "never mind", "no … without") forbid nothing.
 *
 * Every pattern is applied once over each sentence, so the work is linear in the text.
 */

/** Start and end (exclusive) of a part of the text. */
export type Range = readonly [start: number, end: number];

const DOING =
  'run(?:ning)?|us(?:e|ing|age of)|execut(?:e|ing)|typ(?:e|ing)|call(?:ing)?|pass(?:ing)?|add(?:ing)?|issu(?:e|ing)|appl(?:y|ying)|perform(?:ing)?|invok(?:e|ing)|try(?:ing)?|attempt(?:ing)?|includ(?:e|ing)|employ(?:ing)?|touch(?:ing)?|delet(?:e|ing)|remov(?:e|ing)|destroy(?:ing)?|chang(?:e|ing)|modify(?:ing)?|drop(?:ping)?|wip(?:e|ing)|purg(?:e|ing)|prun(?:e|ing)|restart(?:ing)?|stop(?:ping)?|kill(?:ing)?|deploy(?:ing)?|print(?:ing)?|log(?:ging)?|expos(?:e|ing)|access(?:ing)?|read(?:ing)?|writ(?:e|ing)|send(?:ing)?|pip(?:e|ing)|fetch(?:ing)?|download(?:ing)?|allow(?:ing)?|let(?:ting)?|permit(?:ting)?|have|be used|be run|be executed|force(?:-\\w+)?|commit(?:ting)?|push(?:ing)?|do';
const ADVERBS =
  '(?:(?:ever|under any circumstances|at any time|directly|also|simply|blindly|again|you|we|the agent|it|to) ){0,3}';
/** "do not remove the --force flag" orders force. */
const KEEPING = '(?!(?:remov|drop|delet|stop)\\w* (?:the )?(?:-|force|flag|using|running))';
const THING =
  '(?:[`\'"]?-{1,2}\\w|[`\'"]?(?:rm|rmi|sudo|docker|dd|mkfs|curl|wget|git|chmod|chown|kubectl|shutdown|reboot|force|forced|forcing|dangerous|destructive|hard-?coded|production|prod|secrets?|passwords?|tokens?|deletions?|delet\\w+|drop|truncate|shell)\\b)';

/** Negator, then what is not to be done. Scope runs on to the right. */
const FORBIDS = new RegExp(
  `\\b(?:${[
    `(?:never|(?:do|does|did|must|should|shall|will|would|may|can|is|are|to|need)(?: not|n['’]t)|cannot|can['’]t|won['’]t|don['’]t|mustn['’]t|shouldn['’]t) ${ADVERBS}${KEEPING}(?:${DOING})(?![\\w-])`,
    `(?:under no circumstances?|at no (?:time|point)|on no account|in no case) (?:[a-z]+ ){0,4}(?:${DOING})(?![\\w-])`,
    `never ${THING}`,
    `(?:no|without|nor|neither|avoid(?:ing)?|refrain(?:ing)? from|instead of|rather than) (?:(?:any|the|a|use of|usage of|using|running|executing|calling) ){0,2}${THING}`,
    `(?:forbidden|prohibited|banned|disallowed|not (?:allowed|permitted)|out of scope|off[- ]limits|avoid)(?: (?:commands?|actions?|flags?|options?|operations?|are|is|in this task)){0,3}:`,
    `(?:forbid|prohibit|ban|disallow)(?:s|den|bids)? (?:the )?(?:use of |using |running )?${THING}`,
  ].join('|')})`,
  'gi',
);

/** What was named before this is forbidden: "rm -rf and --force are prohibited". */
const FORBIDDEN_AFTER =
  /\b(?:(?:is|are|remains?|stays?) (?:strictly |absolutely |always |all )?(?:forbidden|prohibited|banned|disallowed|not (?:allowed|permitted|used|run|executed|acceptable|needed|required|touched|deleted|changed)|never (?:used|run|executed|allowed|touched|deleted)|off[- ]limits|out of scope)|(?:must|may|shall|should|will|can)(?: not|not) be (?:used|run|executed|touched|passed|called|changed|deleted))\b/gi;

/** Where a prohibition that runs to the right ends: the sentence turns, or a new order begins. */
const TURNS =
  /\b(?:but|then|instead|unless|until|except|however|afterwards?|rather|other than|besides|apart from|without|only|just|simply|so|because|and (?:also )?(?:run|use|execute|type|call|issue|perform|invoke|do|apply|force|fetch|delete|remove)|therefore|thereby|next|finally|first)\b|(?<!\b(?:or|nor|to|not|never|and|be|n['’]t),? )\b(?:run|use|execute|type|issue|invoke|perform|please|go ahead)\b|[—–]|->|=>/gi;

/** A sentence with one of these lifts or bends the rule that it quotes. */
const LIFTED =
  /\b(?:unless|until|except (?:when|if|for)|(?:is|are|was|were|be) (?:void|lifted|suspended|obsolete|outdated|wrong|ignored|a joke)|(?:does|do) not apply|no longer|ignore|disregard|not (?:true|forbidden|prohibited|banned|disallowed)|nothing is|isn['’]t (?:true|forbidden|prohibited)|anyway|nevertheless|this time)\b/i;

/** An order or a reason in front of "… is forbidden" means that the subject is something else. */
const OTHER_SUBJECT =
  /^\W*(?:please |then |now )*(?:run|use|execute|type|call|issue|apply|perform|invoke|do|fetch)\b|\b(?:because|since|(?<!such )as|when|where|while|if(?!=)|so|but|then|else|other|not|no|never|nothing)\b/i;

/** Nothing forbids without one of these; looked for first, because most sentences have none. */
const MAY_FORBID =
  /\bn(?:ever|o[rt]?|either)\b|n['’]t\b|cannot|without|avoid|refrain|instead of|rather than|forbid|forbidden|prohibit|\bban|disallow|off[- ]limits|out of scope|\b(?:some(?:one|body)|any(?:one|body)|attacker|intruder|operator|mistake|accident)/i;

/** Somebody else's act, told as a risk: "worst case someone types rm -rf". Scope runs on to the right. */
const TOLD =
  /\b(?:some(?:one|body)|any(?:one|body)|an? (?:attacker|intruder|operator|user|admin|person|script|human)) (?:(?:could|might|may|would|can|accidentally|mistakenly|else|also|then) ){0,3}(?:types?|typed|runs?|ran|uses?|used|executes?|executed|pass(?:es|ed)?|calls?|called|issues?|issued|enters?|entered)\b|\b(?:accidental(?:ly)?|by (?:mistake|accident)) (?:run(?:ning)?|us(?:e|ing)|typ(?:e|ing)|execut(?:e|ing))\b/gi;

const LEAD = /:[ \t*_]*$/;
const LIST_ITEM = /^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]/;
const FENCE = /^[ \t]*(?:```|~~~)/;
/** Lines shorter than this were not broken by a margin, so their end is the end of what they say. */
const WRAPPED_FROM = 50;

/** Parts of the text that are forbidden by it, in order, without overlaps. */
export function prohibitedRanges(text: string): readonly Range[] {
  if (!MAY_FORBID.test(text)) return [];
  const ranges: Range[] = [];
  let listed = false;
  let fenced = false;
  for (const [start, end] of paragraphs(text)) {
    const line = text.slice(start, end);
    if (FENCE.test(line)) {
      if (fenced) listed = false;
      fenced = !fenced;
      continue;
    }
    const continues = listed && (fenced || LIST_ITEM.test(line));
    if (line.trim() === '') continue;
    if (!continues && !fenced) listed = false;
    for (const sentence of sentences(line, start)) ranges.push(...sentenceRanges(text, sentence, continues));
    if (!continues && !fenced && LEAD.test(line)) listed = forbidsWhatFollows(ranges, end);
  }
  return ranges;
}

/** Binary search: texts can hold as many ranges as words. */
export function isWithin(ranges: readonly Range[], position: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [start, end] = ranges[middle] as Range;
    if (position < start) high = middle - 1;
    else if (position >= end) low = middle + 1;
    else return true;
  }
  return false;
}

function forbidsWhatFollows(ranges: readonly Range[], end: number): boolean {
  const last = ranges.at(-1);
  return last !== undefined && last[1] >= end;
}

/** Lines, with those put together that a margin broke inside a sentence. */
function* paragraphs(text: string): Generator<Range> {
  let start = 0;
  for (let at = 0; at <= text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const goesOn =
      newline !== -1 && end - at >= WRAPPED_FROM && /[\w,`'")]\r?$/.test(text.slice(Math.max(at, end - 2), end));
    if (
      !goesOn ||
      !/^[ \t]*[\w`'"(-]/.test(text.slice(end + 1, end + 40)) ||
      LIST_ITEM.test(text.slice(end + 1, end + 40))
    ) {
      yield [start, end];
      start = end + 1;
    }
    at = end + 1;
  }
}

function* sentences(line: string, offset: number): Generator<Range> {
  let start = 0;
  for (const { index, 0: mark } of line.matchAll(
    /(?<!\be\.g|\bi\.e|\bvs|\bcf|\betc)[.!?](?=["'`)\]]{0,2}(?:\s|$))|;/g,
  )) {
    yield [offset + start, offset + index + mark.length];
    start = index + mark.length;
  }
  if (start < line.length) yield [offset + start, offset + line.length];
}

function sentenceRanges(text: string, [start, end]: Range, listed: boolean): readonly Range[] {
  const sentence = text.slice(start, end);
  if (!listed && !MAY_FORBID.test(sentence)) return [];
  if (LIFTED.test(sentence)) return [];
  const turns = [...sentence.matchAll(TURNS)].map(({ index }) => index);
  // An item of a list of what is forbidden may begin with its verb: "- use --force".
  const found: Range[] = listed ? [[0, firstFrom(turns, sentence.search(/[A-Za-z]/) + 1) ?? sentence.length]] : [];
  for (const pattern of [FORBIDS, TOLD]) {
    for (const { index, 0: words } of sentence.matchAll(pattern)) {
      // "never … without --force" orders force.
      if (found.length > 0 && /^without/i.test(words)) continue;
      found.push([index, firstFrom(turns, index + words.length) ?? sentence.length]);
    }
  }
  for (const { index } of sentence.matchAll(FORBIDDEN_AFTER)) {
    const from = Math.max(lastBefore(turns, index), index - 400);
    if (!OTHER_SUBJECT.test(sentence.slice(from, index))) found.push([from, index]);
  }
  return merge(found).map(([a, b]) => [start + a, start + b] as const);
}

function firstFrom(sorted: readonly number[], from: number): number | undefined {
  return sorted[lowerBound(sorted, from)];
}

function lastBefore(sorted: readonly number[], before: number): number {
  return sorted[lowerBound(sorted, before) - 1] ?? 0;
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
