/** The read model of requests. Rows are written by `wingman.project()` alone (migration 003). */
import type { Pool } from 'pg';
import type { ApprovalStatus } from '../domain/approval/approval';
import type { BoundTarget } from '../domain/command/action';
import type { Card } from '../domain/approval/card';
import type { Vote } from '../domain/policy/consensus';
import type { TenantId } from '../domain/ids';
import type { RiskLevel } from '../domain/policy/risk';
import { withTenant } from './pool';
import { isOwned, ownerValues, type Owners } from './owners';

export interface ApprovalRow {
  readonly request_id: string;
  readonly tenant: string;
  readonly workflow_id: string;
  readonly run_id: string;
  readonly worker_id: string;
  readonly agent_owner: string | null;
  readonly environment: string;
  readonly task_name: string;
  readonly instruction: string;
  readonly commands: readonly string[];
  readonly execute: boolean;
  readonly ordered: boolean;
  readonly plan: string | null;
  readonly plan_hash: string | null;
  readonly fingerprint: string;
  readonly targets: readonly BoundTarget[];
  readonly targets_hash: string | null;
  readonly policy_version: number;
  readonly risk_level: RiskLevel;
  readonly risk_reason: string;
  readonly votes: readonly Vote[];
  readonly reasons: readonly { readonly code: string; readonly message: string; readonly step?: number }[];
  readonly card: Card;
  readonly quorum: number;
  readonly status: ApprovalStatus;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly executable_until: Date | null;
  readonly token_ttl_seconds: number;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly decision_note: string | null;
  readonly revoked_at: Date | null;
  readonly execution_status: string | null;
  /** The webhook endpoint that its end is told to, besides those that asked for it. */
  readonly callback_endpoint: string | null;
  /** Of a stage of a recovery run. */
  readonly dr: { readonly run_id: string; readonly position: number; readonly drill: boolean } | null;
}

/** Part of every row about a stage of a recovery run: nobody may take a drill for the real thing. */
export const drillOf = ({ dr }: Pick<ApprovalRow, 'dr'>): { readonly dr_run_id?: string; readonly drill?: boolean } => (dr === null ? {} : { dr_run_id: dr.run_id, drill: dr.drill });

export interface DecisionRow {
  readonly reviewer: string;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly note: string | null;
  readonly attestation: string;
  readonly decided_at: Date;
}

/** Null for an id that is none, that does not exist, or that is another tenant's: the caller cannot tell which. */
export async function readApproval(pool: Pool, tenant: TenantId, id: string): Promise<ApprovalRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ApprovalRow>({
      name: 'approval-by-id',
      text: 'select * from wingman.approvals where request_id = $1 and tenant = $2',
      values: [id, tenant],
    }),
  );
  return rows[0] ?? null;
}

/** Of these those that are there, in no order. @param ids UUIDs */
export async function readApprovals(pool: Pool, tenant: TenantId, ids: readonly string[]): Promise<readonly ApprovalRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ApprovalRow>({
      name: 'approvals-by-id',
      text: 'select * from wingman.approvals where request_id = any($1::uuid[]) and tenant = $2',
      values: [ids, tenant],
    }),
  );
  return rows;
}

/** Null unless the request has ended, and by this decision. */
export async function readDecidedBy(pool: Pool, tenant: TenantId, id: string, attestation: string): Promise<ApprovalRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ApprovalRow>({
      name: 'approval-decided-by',
      text: `select a.* from wingman.approvals a join wingman.decisions d on d.request_id = a.request_id and d.reviewer = a.decided_by and d.attestation = $3
        where a.request_id = $1 and a.tenant = $2 and a.status in ('APPROVED', 'REJECTED')`,
      values: [id, tenant, attestation],
    }),
  );
  return rows[0] ?? null;
}

/** Oldest first: who waits longest is seen first. */
export async function listPending(pool: Pool, tenant: TenantId, owners: Owners | null, limit: number): Promise<readonly ApprovalRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ApprovalRow>({
      name: 'approvals-pending',
      text: `select * from wingman.approvals where tenant = $1 and status = 'PENDING' and ${isOwned(3)} order by created_at, request_id limit $2`,
      values: [tenant, limit, ...ownerValues(owners)],
    }),
  );
  return rows;
}

export async function readDecisions(pool: Pool, tenant: TenantId, id: string): Promise<readonly DecisionRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<DecisionRow>({
      name: 'decisions-of-approval',
      text: 'select reviewer, decision, note, attestation, decided_at from wingman.decisions where request_id = $1 order by decided_at',
      values: [id],
    }),
  );
  return rows;
}

/** Requests that the API ended by itself while Temporal was away. */
export async function listNudges(pool: Pool, tenant: TenantId): Promise<readonly Pick<ApprovalRow, 'request_id' | 'workflow_id' | 'run_id'>[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<Pick<ApprovalRow, 'request_id' | 'workflow_id' | 'run_id'>>({
      name: 'approvals-to-nudge',
      text: 'select request_id, workflow_id, run_id from wingman.approvals where nudge limit 100',
    }),
  );
  return rows;
}

export async function clearNudge(pool: Pool, tenant: TenantId, id: string): Promise<void> {
  await withTenant(pool, tenant, (client) =>
    client.query({ name: 'approval-nudged', text: 'update wingman.approvals set nudge = false where request_id = $1', values: [id] }),
  );
}
