/** How agents did: their claims are counted as they come (migration 005); requests and runs are counted when somebody asks. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';
import { isOwned, ownerValues, type Owners } from './owners';

export interface AgentClaims {
  readonly worker_id: string;
  readonly claims: number;
  readonly verdicts_true: number;
  readonly verdicts_false: number;
  readonly verdicts_unverifiable: number;
  readonly incidents: number;
  readonly last_claim_at: Date | null;
}

export interface AgentRow extends AgentClaims {
  readonly requests: number;
  readonly approved: number;
  readonly executions: number;
  readonly executions_failed: number;
  readonly quarantined_at: Date | null;
  readonly quarantine_reason: string | null;
}

const NOTHING = { claims: 0, verdicts_true: 0, verdicts_false: 0, verdicts_unverifiable: 0, incidents: 0, last_claim_at: null };

/** One row by its key: cheap enough for every request. */
export async function readAgentClaims(pool: Pool, tenant: TenantId, workerId: string): Promise<AgentClaims> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<AgentClaims>({ name: 'agent-claims', text: 'select * from wingman.agent_records where tenant = $1 and worker_id = $2', values: [tenant, workerId] }),
  );
  return rows[0] ?? { worker_id: workerId, ...NOTHING };
}

/** Every agent that asked, ran, claimed or is quarantined; by name. */
export async function listAgents(pool: Pool, tenant: TenantId, owners: Owners | null, limit: number): Promise<readonly AgentRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<AgentRow>({
      name: 'agents',
      text: `with asked as (
          select worker_id, count(*)::int as requests, (count(*) filter (where status in ('APPROVED', 'AUTO_APPROVED')))::int as approved
          from wingman.approvals where tenant = $1 group by worker_id
        ), ran as (
          select worker_id, count(*)::int as executions, (count(*) filter (where status in ('FAILED', 'TIMED_OUT')))::int as executions_failed
          from wingman.executions where tenant = $1 group by worker_id
        ), known as (
          select worker_id from asked union select worker_id from ran union select worker_id from wingman.agent_records where tenant = $1
          union select worker_id from wingman.quarantines where tenant = $1
        )
        select k.worker_id, coalesce(a.requests, 0) as requests, coalesce(a.approved, 0) as approved, coalesce(e.executions, 0) as executions,
          coalesce(e.executions_failed, 0) as executions_failed, coalesce(r.claims, 0) as claims, coalesce(r.verdicts_true, 0) as verdicts_true,
          coalesce(r.verdicts_false, 0) as verdicts_false, coalesce(r.verdicts_unverifiable, 0) as verdicts_unverifiable,
          coalesce(r.incidents, 0) as incidents, r.last_claim_at, q.quarantined_at, q.reason as quarantine_reason
        from known k left join asked a using (worker_id) left join ran e using (worker_id)
          left join wingman.agent_records r on r.tenant = $1 and r.worker_id = k.worker_id
          left join wingman.quarantines q on q.tenant = $1 and q.worker_id = k.worker_id
        where ${isOwned(3, 'k.worker_id')}
        order by k.worker_id limit $2`,
      values: [tenant, limit, ...ownerValues(owners)],
    }),
  );
  return rows;
}
