/** Claims, verdicts, incidents and agents as the wire has them. */
import { wilsonInterval } from '../../domain/text/wilson-interval';
import type { AgentRow } from '../../stores/agent-records';
import type { ClaimRow } from '../../stores/claims';
import type { IncidentRow } from '../../stores/incidents';
import type { RemedyRow } from '../../stores/remedies';
import type { VerdictRow } from '../../stores/verdicts';

export function claimView(row: ClaimRow, verdicts?: readonly VerdictRow[]) {
  return {
    claim_id: row.claim_id,
    timestamp: row.claimed_at.toISOString(),
    worker_id: row.worker_id,
    claim: row.claim,
    status: row.status,
    origin: row.origin,
    execution_id: row.execution_id,
    approval_id: row.approval_id,
    environment: row.environment,
    host: row.host,
    claims: row.typed,
    judged_at: row.judged_at?.toISOString() ?? null,
    ...(verdicts === undefined ? {} : { verdicts: verdicts.map(verdictView) }),
  };
}

export function verdictView(row: VerdictRow) {
  const evidence = (typeof row.evidence === 'object' && row.evidence !== null && !Array.isArray(row.evidence) ? row.evidence : {}) as Readonly<Record<string, unknown>>;
  return {
    verdict: row.verdict,
    details: row.details,
    timestamp: row.at.toISOString(),
    verifier: row.verifier,
    processing_time_ms: row.processing_time_ms,
    verdict_id: row.verdict_id,
    claim_id: row.claim_id,
    worker_id: row.worker_id,
    rule: row.rule,
    parts: evidence['parts'] ?? [],
    unparsed: evidence['unparsed'] ?? [],
    probes: evidence['observations'] ?? [],
    evidence: row.evidence,
    evidence_sha256: row.evidence_sha256,
    incident_id: row.incident_id,
    ledger_seq: row.seq,
  };
}

export function incidentView(row: IncidentRow) {
  const { tenant: _, opened_at, last_seen_at, acknowledged_at, resolved_at, seq, ...rest } = row;
  return {
    alert_id: row.incident_id,
    ...rest,
    timestamp: opened_at.toISOString(),
    opened_at: opened_at.toISOString(),
    last_seen_at: last_seen_at.toISOString(),
    acknowledged: row.state !== 'OPEN',
    acknowledged_at: acknowledged_at?.toISOString() ?? null,
    resolved_at: resolved_at?.toISOString() ?? null,
    ledger_seq: seq,
  };
}

export function remedyView({ proposed_at, ended_at, approval_id, ...row }: RemedyRow) {
  return { ...row, approval_id, request_id: approval_id, proposed_at: proposed_at.toISOString(), ended_at: ended_at?.toISOString() ?? null };
}

/** Rates are over what could be judged at all; the interval says how much a rate is worth. */
export function agentView(row: AgentRow) {
  const judged = row.verdicts_true + row.verdicts_false;
  return {
    worker_id: row.worker_id,
    requests: row.requests,
    approved: row.approved,
    executions: row.executions,
    executions_failed: row.executions_failed,
    claims: row.claims,
    verdicts: { TRUE: row.verdicts_true, FALSE: row.verdicts_false, UNVERIFIABLE: row.verdicts_unverifiable },
    true_rate: wilsonInterval(row.verdicts_true, judged),
    unverifiable_rate: wilsonInterval(row.verdicts_unverifiable, judged + row.verdicts_unverifiable),
    incidents: row.incidents,
    last_claim_at: row.last_claim_at?.toISOString() ?? null,
    quarantined: row.quarantined_at !== null,
    quarantined_at: row.quarantined_at?.toISOString() ?? null,
    quarantine_reason: row.quarantine_reason,
  };
}
