/** A policy's outcome in words, for `wingman policy explain` and for the answer of a refused request. */
import type { PolicyOutcome } from './evaluate';

export function explainOutcome(outcome: PolicyOutcome): readonly string[] {
  return [
    `${outcome.outcome} in ${outcome.environment} under policy ${outcome.policy}`,
    `risk ${outcome.risk_level}`,
    ...outcome.risk_reasons.map((reason) => `  because ${reason}`),
    ...(outcome.matched_rules.length === 0
      ? ['no rule of the policy matched']
      : outcome.matched_rules.map((name) => `matched rule ${name}`)),
    ...outcome.refusals.map(({ code, message }) => `refused ${code}: ${message}`),
    ...(outcome.refusals.length === 0 ? outcome.reasons.map((reason) => `${outcome.outcome} because ${reason}`) : []),
    ...(outcome.outcome === 'PENDING' ? pendingLines(outcome) : []),
  ];
}

function pendingLines({ quorum, validity }: PolicyOutcome): readonly string[] {
  const people = quorum === 1 ? '1 reviewer' : `${quorum} different reviewers`;
  return [
    `needs ${people} within ${validity.request_minutes} minutes`,
    `once approved it may be executed for ${validity.execution_minutes} minutes, with tokens of ${validity.token_ttl_seconds} seconds`,
  ];
}
