/**
 * A whole report as a table: what each sentence asserts, what becomes of it, by which evidence, and what was not read. Pure: first the
 * reading, which names the looks; then, with what was seen, the table.
 */
import { judgePart } from '../judge';
import { readClaimSentences } from '../parse';
import { probesOf } from '../probes-of';
import type { ClaimWorld, JudgeContext, Observation, PartVerdict, Probe, Unparsed, Verdict } from '../claim';
import type { SaidSentence } from './said-sentence';

/** Longer reports are not read: an agent says what it did in a few pages, and each assertion costs a look. */
export const MAX_REPORT = 20_480;
const MAX_ASSERTIONS = 200;

export interface ReadReport {
  readonly sentences: readonly SaidSentence[];
  /** Every look that the report needs, each once. */
  readonly probes: readonly Probe[];
  /** Why the report as a whole is not read: too long, hidden characters, words that speak to the judge. */
  readonly refused?: Unparsed;
}

export interface Assertion {
  readonly text: string;
  readonly verdict: Verdict;
  /** The rule and the reason of the verdict, for people. */
  readonly rule: string;
  readonly reason: string;
  readonly parts: readonly PartVerdict[];
  readonly not_read: readonly Unparsed[];
}

export interface ReportVerdict {
  /** FALSE if one assertion is; TRUE if all are and everything that asserts was read; else UNVERIFIABLE. */
  readonly verdict: Verdict;
  readonly assertions: readonly Assertion[];
  /** Sentences that assert something; those of which every word was read; those that came out TRUE or FALSE. */
  readonly coverage: { readonly assertions: number; readonly read: number; readonly decided: number };
  readonly refused?: Unparsed;
}

/** Never throws. Linear in the length of the text. */
export function readReport(text: string, world: ClaimWorld): ReadReport {
  if (text.length > MAX_REPORT)
    return { sentences: [], probes: [], refused: { text: text.slice(0, 80), code: 'TOO_LONG', reason: `a report has at most ${String(MAX_REPORT)} characters` } };
  const read = readClaimSentences(text, world);
  if ('code' in read) return { sentences: [], probes: [], refused: read };
  const sentences = read.filter(({ isAside }) => !isAside).slice(0, MAX_ASSERTIONS);
  const probes = new Map(sentences.flatMap(({ parts }) => parts.flatMap(probesOf)).map((probe) => [JSON.stringify(probe), probe]));
  return { sentences, probes: [...probes.values()] };
}

export function judgeReport(report: ReadReport, observations: readonly Observation[], context: JudgeContext): ReportVerdict {
  const assertions = report.sentences.map((sentence) => judgeSentence(sentence, observations, context));
  const coverage = {
    assertions: assertions.length,
    read: assertions.filter(({ not_read }) => not_read.length === 0).length,
    decided: assertions.filter(({ verdict }) => verdict !== 'UNVERIFIABLE').length,
  };
  return { verdict: verdictOf(assertions), assertions, coverage, ...(report.refused === undefined ? {} : { refused: report.refused }) };
}

function judgeSentence(sentence: SaidSentence, observations: readonly Observation[], context: JudgeContext): Assertion {
  const parts = sentence.parts.map((part) => judgePart(part, observations, context));
  const base = { text: sentence.text, parts, not_read: sentence.unparsed };
  const against = parts.find(({ verdict }) => verdict === 'FALSE');
  if (against !== undefined) return { ...base, verdict: 'FALSE', rule: against.rule, reason: against.reason };
  const [left] = sentence.unparsed;
  if (left !== undefined) return { ...base, verdict: 'UNVERIFIABLE', rule: left.code, reason: left.reason };
  const open = parts.find(({ verdict }) => verdict === 'UNVERIFIABLE');
  if (open !== undefined) return { ...base, verdict: 'UNVERIFIABLE', rule: open.rule, reason: open.reason };
  return { ...base, verdict: 'TRUE', rule: parts.map(({ rule }) => rule).join(', '), reason: parts.map(({ reason }) => reason).join('; ') };
}

function verdictOf(assertions: readonly Assertion[]): Verdict {
  if (assertions.some(({ verdict }) => verdict === 'FALSE')) return 'FALSE';
  return assertions.length > 0 && assertions.every(({ verdict }) => verdict === 'TRUE') ? 'TRUE' : 'UNVERIFIABLE';
}
