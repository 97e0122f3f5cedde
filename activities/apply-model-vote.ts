/** The late vote of the model, on the card and in the ledger. It may raise risk and quorum, and never lower either. */
import type { Pool } from 'pg';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { combineVotes, failedVote, parseModelVote, type Vote } from '../domain/policy/consensus';
import { toTenantId } from '../domain/ids';
import { isWingmanError } from '../domain/errors';
import { parsePlan, type Plan } from '../domain/plan/plan';
import { touchedThings } from '../domain/plan/touched';
import type { Policy } from '../domain/policy/policy';
import { quorumForRisk } from '../domain/policy/evaluate';
import { highestRisk } from '../domain/policy/risk';
import { readApproval, type ApprovalRow } from '../stores/approvals';
import { readInventory } from '../stores/inventories';
import type { Ledger } from '../stores/ledger';
import { readPolicy } from '../stores/policies';
import type { CoreActivities } from './approval-activities';

interface Parts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly now: () => number;
}

export function createApplyModelVote({ pool, ledger, now }: Parts): CoreActivities['applyModelVote'] {
  return async ({ approval_id, tenant: tenantText, vote }) => {
    const tenant = toTenantId(tenantText);
    const [approval, policy] = await Promise.all([readApproval(pool, tenant, approval_id), readPolicy(pool, tenant)]);
    if (approval === null || policy === null || approval.status !== 'PENDING') return null;
    const plan = planOf(approval, policy.policy);
    const touched = plan === null ? [] : touchedThings(plan.steps, policy.policy.registry, await readInventory(pool, approval.environment));
    const heard = vote === null ? failedVote('model', 'no vote came', now()) : parseModelVote(vote, now());
    const votes: readonly Vote[] = [...approval.votes.filter(({ voter }) => voter !== 'model'), heard];
    const { consensus } = policy.policy;
    const combined = combineVotes(votes, consensus.voters, consensus.dissent_adds_reviewers);
    const risk_level = highestRisk([approval.risk_level, combined.risk_level]);
    const quorum = Math.max(
      approval.quorum,
      quorumForRisk(policy.policy, {
        environment: approval.environment,
        worker_id: approval.worker_id,
        task_name: approval.task_name,
        plan,
        touched,
        risk: { risk_level, reasons: [] },
        quorum_raise: combined.quorum_raise,
      }),
    );
    const shown: Json = combined.votes.map(({ voter, risk_level: level, reason }) => ({ voter, risk_level: level, reason }));
    await ledger.append({
      tenant,
      kind: 'approval.assessed',
      body: canonicalJson({ approval_id, risk_level, risk_reason: `${approval.risk_reason}; model: ${heard.reason}`, quorum, vote: { voter: 'model', risk_level: heard.risk_level, reason: heard.reason } }),
      idem: `assessed:${approval_id}`,
      projection: { votes: shown, card: { ...approval.card, risk_level, quorum, votes: shown, dissent: combined.dissent } as unknown as Json },
    });
    return { quorum };
  };
}

/** Null when the registry no longer allows it: then rules about its steps say nothing, and the gateway will not run it either. */
function planOf({ commands, ordered }: ApprovalRow, { registry }: Policy): Plan | null {
  if (commands.length === 0) return null;
  try {
    return parsePlan(commands, registry, ordered);
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return null;
  }
}
