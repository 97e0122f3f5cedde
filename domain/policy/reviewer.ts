/** Who may decide what. Asked by the API before it signs a decision and by the worker before the decision is applied. */
import { refusal, type WingmanError } from '../errors';
import { matchesGlob } from '../text/glob';
import type { ReviewerId } from '../ids';
import type { Policy, ReviewerSelector } from './policy';
import { highestRisk, isAtLeast, type RiskLevel } from './risk';

export interface ReviewerFacts {
  readonly id: ReviewerId;
  readonly disabled: boolean;
}

export interface DecidedApproval {
  readonly environment: string;
  readonly risk_level: RiskLevel;
  /** The person who asked, if it was a person with a key of their own and not an agent. */
  readonly requested_by: ReviewerId | null;
  /** The person who owns the agent that asked; null if nobody is registered as its owner. */
  readonly agent_owner: ReviewerId | null;
}

/** The refusal that this reviewer gets for this approval, or null. The same answer for approving and for rejecting. */
export function mayDecide(policy: Policy, reviewer: ReviewerFacts, approval: DecidedApproval): WingmanError | null {
  if (reviewer.disabled) return refusal('REVIEWER_DISABLED', `${reviewer.id} is disabled and decides nothing`);
  if (approval.requested_by === reviewer.id) {
    return refusal('SELF_APPROVAL', 'nobody decides what they asked for themselves; another reviewer is needed');
  }
  if (!policy.reviewers.owner_may_decide && approval.agent_owner === reviewer.id) {
    return refusal(
      'SELF_APPROVAL',
      'the policy does not let an owner decide for their own agent; another reviewer is needed',
    );
  }
  return refuseByGrant(policy, reviewer, approval);
}

function refuseByGrant(policy: Policy, reviewer: ReviewerFacts, approval: DecidedApproval): WingmanError | null {
  if (!Object.hasOwn(policy.environments, approval.environment)) {
    return refusal('ENVIRONMENT_UNKNOWN', 'the environment of this request is no longer in the policy');
  }
  const personal = policy.reviewers.may_decide.filter(({ who }) => isSelected(policy, who, reviewer.id));
  const here = personal.filter(({ environments }) =>
    environments.some((pattern) => matchesGlob(pattern, approval.environment)),
  );
  if (here.length === 0) {
    return refusal('REVIEWER_NOT_ALLOWED', `the policy does not let ${reviewer.id} decide in ${approval.environment}`);
  }
  const limit = highestRisk(here.map(({ risk_up_to }) => risk_up_to));
  if (isAtLeast(limit, approval.risk_level)) return null;
  return refusal(
    'REVIEWER_NOT_ALLOWED',
    `${reviewer.id} decides up to ${limit} risk in ${approval.environment}; this is ${approval.risk_level}`,
  );
}

function isSelected(policy: Policy, who: ReviewerSelector, reviewer: ReviewerId): boolean {
  if ('everyone' in who) return true;
  if ('reviewer' in who) return who.reviewer === reviewer;
  const members = Object.hasOwn(policy.reviewers.groups, who.group) ? policy.reviewers.groups[who.group] : undefined;
  return members?.includes(reviewer) === true;
}
