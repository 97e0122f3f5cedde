/** Assessment of a new request, its ledger row and its read model, in one transaction. */
import { activityInfo } from '@temporalio/activity';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { assessRequest, type Assessment } from '../domain/approval/assessment';
import { refusal } from '../domain/errors';
import { toEnvironment, toReviewerId, toTenantId, toWorkerId } from '../domain/ids';
import { agentRules } from '../domain/policy/incident-rules';
import { redact } from '../domain/secrets/redact';
import { failpoint } from '../platform/failpoint';
import { sha256Hex } from '../security/digest';
import { readAgentClaims } from '../stores/agent-records';
import { readInventory } from '../stores/inventories';
import type { Ledger } from '../stores/ledger';
import { readPolicy } from '../stores/policies';
import { listReviewers } from '../stores/reviewers';
import { findWebhookEndpoint } from '../stores/webhook-endpoints';
import type { Pool } from 'pg';
import type { DrLink, OpenedRequest, SubmitInput } from '../workflows/messages';

export interface OpenRequestParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly now: () => number;
}

export function createOpenRequest({ pool, ledger, now }: OpenRequestParts) {
  return async ({ input, approval_id }: { input: SubmitInput; approval_id: string }): Promise<OpenedRequest> => {
    const tenant = toTenantId(input.tenant);
    const [policy, inventory, reviewers] = await Promise.all([readPolicy(pool, tenant), readInventory(pool, input.environment), listReviewers(pool, tenant)]);
    if (policy === null) throw refusal('CONFIG_MISSING', 'no policy is applied for this tenant; run `wingman policy apply`');
    const agent_record = agentRules(policy.policy).min_true_rate === null ? null : await readAgentClaims(pool, tenant, input.worker_id);
    // Again, since the message may have come past the API; one that was removed in between has nobody to tell.
    const callback = input.callback_url === null ? null : await findWebhookEndpoint(pool, tenant, input.callback_url);
    const assessment = assessRequest({
      tenant,
      environment: toEnvironment(input.environment),
      worker_id: toWorkerId(input.worker_id),
      task_name: input.task_name,
      instruction: input.instruction,
      commands: input.commands,
      ordered: input.ordered,
      policy: policy.policy,
      inventory,
      agent_record,
      deciders: {
        reviewers: reviewers.filter(({ may_decide }) => may_decide).map(({ reviewer, disabled }) => ({ id: toReviewerId(reviewer), disabled })),
        agent_owner: input.agent_owner === null ? null : toReviewerId(input.agent_owner),
      },
      ...(input.dr === undefined ? {} : { recovery: input.dr }),
      now: now(),
      sha256: sha256Hex,
    });
    // Also where no model is configured: a voter that the policy names and nobody is counts as HIGH.
    const ask_model = policy.policy.consensus.voters.includes('model');
    const { workflowExecution } = activityInfo();
    const workflow_id = workflowExecution?.workflowId ?? '';
    const run_id = workflowExecution?.runId ?? '';
    const body = ledgerBody(input, approval_id, assessment, policy.version);
    const [row] = await ledger.append({
      tenant,
      kind: 'approval.requested',
      body: canonicalJson(body),
      idem: `requested:${workflow_id}:${run_id}`,
      projection: { ...projection(input, assessment), request_id: approval_id, workflow_id, run_id, policy_version: policy.version, callback_endpoint: callback?.endpoint_id ?? null },
    });
    if (row === undefined) throw new TypeError('the ledger returned no row');
    failpoint('worker.after_request_row');
    return toOpened(row.body, row.at, input, ask_model, assessment.card.title);
  };
}

/** The ledger holds digests of the agent's prose, not the prose: text can carry what no chain may keep for ever. */
function ledgerBody(input: SubmitInput, approval_id: string, a: Assessment, policy_version: number): { readonly [key: string]: Json } {
  return {
    approval_id,
    status: a.status,
    worker_id: input.worker_id,
    key_id: input.key_id,
    environment: input.environment,
    task_name: redact(input.task_name),
    instruction_sha256: sha256Hex(input.instruction),
    commands: a.commands.map((command) => redact(command)),
    execute: input.execute,
    fingerprint: input.fingerprint,
    plan_hash: a.plan_hash,
    targets_hash: a.targets_hash,
    risk_level: a.risk_level,
    quorum: a.outcome.quorum,
    reasons: a.reasons.map(({ code, message }) => ({ code, message: redact(message) })),
    policy_version,
    request_minutes: a.outcome.validity.request_minutes,
    ...(input.dr === undefined ? {} : { dr_run_id: input.dr.run_id, dr_position: input.dr.position, drill: input.dr.drill }),
  };
}

function projection(input: SubmitInput, a: Assessment): { readonly [key: string]: Json } {
  return {
    worker_id: input.worker_id,
    agent_owner: input.agent_owner,
    environment: input.environment,
    task_name: redact(input.task_name),
    instruction: redact(input.instruction),
    commands: a.commands.map((command) => redact(command)),
    execute: input.execute,
    ordered: input.ordered,
    plan: a.plan_text,
    plan_hash: a.plan_hash,
    fingerprint: input.fingerprint,
    targets: a.targets.map(({ kind, name, id }) => ({ kind, name, id })),
    targets_hash: a.targets_hash,
    risk_level: a.risk_level,
    risk_reason: redact(a.risk_reason),
    votes: a.consensus.votes.map(({ voter, risk_level, reason }) => ({ voter, risk_level, reason: redact(reason) })),
    reasons: a.reasons.map(({ code, message, step }) => ({ code, message: redact(message), ...(step === undefined ? {} : { step }) })),
    card: JSON.parse(redact(JSON.stringify(a.card))) as Json,
    quorum: a.outcome.quorum,
    status: a.status,
    request_minutes: a.outcome.validity.request_minutes,
    execution_minutes: a.outcome.validity.execution_minutes,
    token_ttl_seconds: a.outcome.validity.token_ttl_seconds,
    nudge: false,
    dr: input.dr === undefined ? null : linkOf(input.dr),
  };
}

function linkOf({ run_id, position, stage, stages, direction, name, drill }: DrLink): { readonly [key: string]: Json } {
  return { run_id, position, stage, stages, direction, name, drill };
}

/** From the row that is in the ledger, which may be that of an earlier try of this activity. */
function toOpened(body: string, at: string, input: SubmitInput, ask_model: boolean, summary: string): OpenedRequest {
  const row = JSON.parse(body) as Pick<
    OpenedRequest,
    'approval_id' | 'status' | 'plan_hash' | 'targets_hash' | 'risk_level' | 'quorum'
  > & { readonly commands: readonly string[]; readonly request_minutes: number };
  const opened_at = Date.parse(at);
  return {
    approval_id: row.approval_id,
    status: row.status,
    tenant: input.tenant,
    environment: input.environment,
    worker_id: input.worker_id,
    agent_owner: input.agent_owner,
    fingerprint: input.fingerprint,
    plan_hash: row.plan_hash,
    targets_hash: row.targets_hash,
    steps: row.plan_hash === null ? 0 : row.commands.length,
    execute: input.execute,
    risk_level: row.risk_level,
    quorum: row.quorum,
    opened_at,
    expires_at: opened_at + row.request_minutes * 60_000,
    ask_model,
    summary,
  };
}
