/** What a rule found: a verdict with the name of the rule and the reason in words. */
import type { Expected, JudgeContext, Observation, Probe, TypedClaim, Verdict } from '../claim';
import { isSameTarget } from '../facts';
import { probesOf } from '../probes-of';
import { parseUtc } from '../../text/utc-time';

export interface Finding {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly reason: string;
}

export type Rule = (part: TypedClaim, seen: Observation, context: JudgeContext) => Finding;

export const yes = (rule: string, reason: string): Finding => ({ verdict: 'TRUE', rule, reason });
export const no = (rule: string, reason: string): Finding => ({ verdict: 'FALSE', rule, reason });
export const unclear = (rule: string, reason: string): Finding => ({ verdict: 'UNVERIFIABLE', rule, reason });

/** A fact that the prober did not report proves nothing either way. */
export const unseen = (fact: string): Finding => unclear('FACT_NOT_SEEN', `the probe did not report ${fact}`);

/** TRUE or FALSE by a flag that may be unknown. */
export function byFlag(
  flag: boolean | undefined,
  rule: string,
  fact: string,
  whenTrue: string,
  whenFalse: string,
): Finding {
  if (flag === undefined) return unseen(fact);
  return flag ? yes(rule, whenTrue) : no(rule, whenFalse);
}

/** The other way round; what is unclear stays so. */
export function turned(finding: Finding): Finding {
  if (finding.verdict === 'UNVERIFIABLE') return finding;
  return { ...finding, verdict: finding.verdict === 'TRUE' ? 'FALSE' : 'TRUE' };
}

/** "is not running" is "is running" turned round. */
export function asExpected(part: TypedClaim, finding: Finding): Finding {
  return part.expected?.value === false ? turned(finding) : finding;
}

/** Within 5 per cent it is what was said; beyond 10 per cent and half of the written digit it is not; between it stays open. */
const NEAR = 0.05;
const FAR = 0.1;

/** A number against what was expected, in both readings of an unclear unit. */
export function byNumber(
  expected: Expected | undefined,
  seen: number | undefined,
  rule: string,
  fact: string,
): Finding {
  if (expected === undefined || typeof expected.value !== 'number')
    return unclear('VALUE_MISSING', 'the claim names no number');
  if (seen === undefined) return unseen(fact);
  const readings = [expected.value, ...(expected.or === undefined ? [] : [expected.or])];
  const holds = readings.map((value) => compare(expected, value, seen));
  const reason = `${fact} is ${String(seen)}, claimed ${expected.text ?? String(expected.value)}`;
  const isRange = ['lt', 'le', 'gt', 'ge', 'ne'].includes(expected.comparison);
  // "3 MB" is met in one of its readings; "less than 3 MB" must hold in both.
  const isMet = isRange ? holds.every((held) => held === true) : holds.some((held) => held === true);
  if (isMet) return yes(rule, reason);
  return holds.every((held) => held === false) ? no(rule, reason) : unclear('TOO_CLOSE_TO_TELL', reason);
}

function compare(expected: Expected, value: number, seen: number): boolean | null {
  switch (expected.comparison) {
    case 'eq':
      return seen === value;
    case 'ne':
      return seen !== value;
    case 'lt':
      return seen < value;
    case 'le':
      return seen <= value;
    case 'gt':
      return seen > value;
    case 'ge':
      return seen >= value;
    case 'about': {
      const off = Math.abs(seen - value);
      const half = (expected.grain ?? 0) / 2;
      const written = Math.abs(value);
      if (off <= Math.max(NEAR * written, Math.min(half, FAR * written))) return true;
      return off > Math.max(FAR * written, half) ? false : null;
    }
    default:
      return null;
  }
}

/** A text against what was expected, exactly. */
export function byText(expected: Expected | undefined, seen: string | undefined, rule: string, fact: string): Finding {
  if (expected === undefined) return unclear('VALUE_MISSING', 'the claim names no value');
  if (seen === undefined) return unseen(fact);
  const same = seen === String(expected.value);
  const reason = `${fact} is ${seen}, claimed ${String(expected.value)}`;
  return (expected.comparison === 'ne' ? !same : same) ? yes(rule, reason) : no(rule, reason);
}

/** What the same probe saw before or after, of those that saw anything. */
export function baselineOf(part: TypedClaim, context: JudgeContext, when: 'before' | 'after'): Observation | undefined {
  const probe: Probe | undefined = probesOf(part)[0];
  return context.baseline?.[when]?.find(
    (observation) => probe !== undefined && 'seen' in observation && isSameTarget(observation.probe, probe),
  );
}

/** Where a moment lies to the span of a claim; null if one of them is not known. */
export function toSpan(part: TypedClaim, moment: string | undefined): 'before' | 'inside' | 'after' | null {
  if (part.time === undefined || moment === undefined) return null;
  const [at, from, to] = [moment, part.time.from, part.time.to].map((time) => secondsOf(time));
  if (at == null || from == null || to == null) return null;
  if (at < Math.floor(from)) return 'before';
  return at > to + 1 ? 'after' : 'inside';
}

/** Seconds with their fraction; null for what is no time, such as docker's year 1 for "never". */
export function secondsOf(time: string | undefined): number | null {
  const parsed = time === undefined ? null : parseUtc(time);
  return parsed === null || parsed.seconds <= 0 ? null : parsed.seconds + parsed.nanos / 1e9;
}
