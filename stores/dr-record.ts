/** A recovery run with its requests, decisions and executions: everything that a report is made of. */
import type { Pool } from 'pg';
import type { DrActRecord, DrRecord } from '../domain/recovery/report';
import { toTenantId } from '../domain/ids';
import { sha256Hex } from '../security/digest';
import { readApproval, readDecisions } from './approvals';
import type { DrRun, DrStageRow } from './dr-runs';
import { listExecutionsOfApproval } from './executions';

export async function readDrRecord(pool: Pool, { run, stages, controls }: DrRun): Promise<DrRecord> {
  const acts: DrActRecord[] = [];
  // One after the other: a run has a handful, and the pool has other guests.
  for (const stage of stages) acts.push(await readAct(pool, run.tenant, stage));
  return {
    run_id: run.run_id, name: run.name, environment: run.environment, worker_id: run.worker_id, drill: run.drill, plan: run.plan, plan_hash: run.plan_hash,
    status: run.status, reason: run.reason, started_at: run.started_at.toISOString(), ended_at: run.ended_at?.toISOString() ?? null, acts,
    controls: controls.map(({ action, reviewer, note, at }) => ({ action, reviewer, note, at: at.toISOString() })),
  };
}

async function readAct(pool: Pool, tenantText: string, stage: DrStageRow): Promise<DrActRecord> {
  const tenant = toTenantId(tenantText);
  const id = stage.approval_id;
  const [approval, decisions, executions] = await Promise.all([readApproval(pool, tenant, id), readDecisions(pool, tenant, id), listExecutionsOfApproval(pool, tenant, id)]);
  return {
    position: stage.position, stage: stage.stage, direction: stage.direction, name: stage.name, approval_id: id,
    status: approval?.status ?? null, opened_at: stage.opened_at.toISOString(), decided_at: approval?.decided_at?.toISOString() ?? null, decided_by: approval?.decided_by ?? null,
    decisions: decisions.map(({ reviewer, decision, note, decided_at, attestation }) => ({ reviewer, decision, note, at: decided_at.toISOString(), attestation_sha256: sha256Hex(attestation) })),
    executions: executions.map(({ execution_id, command, status, exit_code, started_at, finished_at, receipt }) => ({
      execution_id, command, status, exit_code, started_at: started_at.toISOString(), finished_at: finished_at?.toISOString() ?? null, receipt_sha256: receipt === null ? null : sha256Hex(receipt),
    })),
    end: stage.settled, began: stage.began, reason: stage.reason, evidence_sha256: stage.evidence_sha256, settled_at: stage.settled_at?.toISOString() ?? null,
  };
}
