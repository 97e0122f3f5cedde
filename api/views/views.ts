/** Read-model rows as the wire has them: snake_case, UTC ISO-8601. Adding a member is fine; none may go. */
import type { ApprovalRow, DecisionRow } from '../../stores/approvals';
import type { ExecutionRow } from '../../stores/executions';

export function requestView(row: ApprovalRow, extra: { readonly decisions?: readonly DecisionRow[]; readonly executions?: readonly ExecutionRow[] } = {}) {
  return {
    request_id: row.request_id,
    created_at: row.created_at.toISOString(),
    status: row.status,
    worker_id: row.worker_id,
    task_name: row.task_name,
    instruction: row.instruction,
    deployment_env: row.environment,
    commands: row.commands,
    execute: row.execute,
    ordered: row.ordered,
    plan_hash: row.plan_hash,
    risk_level: row.risk_level,
    risk_reason: row.risk_reason,
    votes: row.votes,
    reasons: row.reasons,
    quorum: row.quorum,
    card: row.card,
    fingerprint: row.fingerprint,
    expires_at: row.expires_at.toISOString(),
    executable_until: row.executable_until?.toISOString() ?? null,
    decided_at: row.decided_at?.toISOString() ?? null,
    decided_by: row.decided_by,
    decision_note: row.decision_note,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    execution_status: row.execution_status,
    ...(extra.decisions === undefined
      ? {}
      : { decisions: extra.decisions.map(({ reviewer, decision, note, decided_at }) => ({ reviewer, decision, note, decided_at: decided_at.toISOString() })) }),
    ...(extra.executions === undefined ? {} : { executions: extra.executions.map(executionView) }),
  };
}

export function executionView(row: ExecutionRow) {
  return {
    execution_id: row.execution_id,
    approval_id: row.request_id,
    environment: row.environment,
    worker_id: row.worker_id,
    step: row.step,
    command: row.command,
    status: row.status,
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    duration_ms: row.finished_at === null ? null : row.finished_at.getTime() - row.started_at.getTime(),
    exit_code: row.exit_code,
    output: row.output,
    error_code: row.error_code,
    receipt: row.receipt,
    gateway: row.gateway,
    resolution: row.resolution,
  };
}

export type RequestView = ReturnType<typeof requestView>;
export type ExecutionView = ReturnType<typeof executionView>;
