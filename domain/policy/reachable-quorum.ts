/** Whether the people that there are can say yes at all: a gate that nobody can satisfy waits until it expires. */
import type { ReviewerId } from '../ids';
import type { Policy } from './policy';
import { mayDecide, type ReviewerFacts } from './reviewer';
import type { RiskLevel } from './risk';

export interface Waiting {
  readonly environment: string;
  readonly risk_level: RiskLevel;
  readonly agent_owner: ReviewerId | null;
  readonly quorum: number;
}

/** Null: enough of them may decide. Else one line that says who may, and how many are needed. */
export function quorumShortfall(policy: Policy, reviewers: readonly ReviewerFacts[], { environment, risk_level, agent_owner, quorum }: Waiting): string | null {
  const able = reviewers.filter((reviewer) => mayDecide(policy, reviewer, { environment, risk_level, requested_by: null, agent_owner }) === null);
  if (able.length >= quorum) return null;
  const who = able.length === 0 ? 'nobody may' : `only ${able.map(({ id }) => id).join(', ')} may`;
  return `it needs ${String(quorum)} reviewer${quorum === 1 ? '' : 's'}, and ${who} decide this: it will expire unless a reviewer is added (\`wingman reviewers add\`) or the policy is changed`;
}
