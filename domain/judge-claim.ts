/** From parts and evidence to a verdict, by rules that an auditor can replay. Nobody's words count here. */
import type { ClaimVerdict, JudgeContext, Observation, ParsedClaim, PartVerdict, TypedClaim } from './claim';

/** The verdict over one part. `observations` are those of its own probes (others are ignored). */
export function judgePart(part: TypedClaim, observations: readonly Observation[], context: JudgeContext): PartVerdict {
  return { part, verdict: 'UNVERIFIABLE', rule: 'NOT_JUDGED', reason: `${String(observations.length)} observations at ${context.now}` };
}

/** The verdict over the whole claim. `partVerdicts` are one for each of `parsed.parts`, in order. */
export function judgeClaim(parsed: ParsedClaim, partVerdicts: readonly PartVerdict[]): ClaimVerdict {
  return { verdict: 'UNVERIFIABLE', rule: 'NOT_JUDGED', reason: `${String(parsed.parts.length)} parts`, parts: partVerdicts };
}
