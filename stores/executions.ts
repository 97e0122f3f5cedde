/** Runs of steps, as the ledger has them. */
import type { Pool } from 'pg';
import type { Observation } from '../domain/claim/claim';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export interface ExecutionRow {
  readonly execution_id: string;
  readonly tenant: string;
  readonly request_id: string;
  readonly environment: string;
  readonly worker_id: string;
  readonly step: number;
  readonly use: number;
  readonly jti: string;
  readonly command: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN';
  readonly gateway: string;
  readonly boot: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly exit_code: number | null;
  readonly output: string | null;
  readonly error_code: string | null;
  readonly receipt: string | null;
  /** The same looks before and after it; null where it ended without one (a crash), or began before there were any. */
  readonly baseline: { readonly before: readonly Observation[] | null; readonly after?: readonly Observation[] | null } | null;
  readonly resolution: { readonly outcome: string; readonly note: string; readonly by: string } | null;
}

export async function readExecution(pool: Pool, tenant: TenantId, id: string): Promise<ExecutionRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ExecutionRow>({ name: 'execution-by-id', text: 'select * from wingman.executions where execution_id = $1', values: [id] }),
  );
  return rows[0] ?? null;
}

export async function readExecutionOfStep(pool: Pool, tenant: TenantId, approvalId: string, step: number): Promise<ExecutionRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ExecutionRow>({
      name: 'execution-of-step',
      text: 'select * from wingman.executions where request_id = $1 and step = $2 order by use desc limit 1',
      values: [approvalId, step],
    }),
  );
  return rows[0] ?? null;
}

export async function listExecutionsOfApproval(pool: Pool, tenant: TenantId, approvalId: string): Promise<readonly ExecutionRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ExecutionRow>({ name: 'executions-of-approval', text: 'select * from wingman.executions where request_id = $1 order by step, use', values: [approvalId] }),
  );
  return rows;
}

/** Newest first; `status` null is all of them. */
export async function listExecutions(pool: Pool, tenant: TenantId, status: string | null, limit: number): Promise<readonly ExecutionRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ExecutionRow>({
      name: 'executions-recent',
      text: 'select * from wingman.executions where tenant = $1 and ($2::text is null or status = $2) order by started_at desc limit $3',
      values: [tenant, status, limit],
    }),
  );
  return rows;
}

/** Begun by a gateway process and not finished; the boots are compared with the locks that living processes hold. */
export async function listRunning(pool: Pool, tenant: string, environment: string): Promise<readonly Pick<ExecutionRow, 'execution_id' | 'request_id' | 'boot'>[]> {
  const { rows } = await pool.query<Pick<ExecutionRow, 'execution_id' | 'request_id' | 'boot'>>({
    text: 'select execution_id, request_id, boot from wingman.running_of_boot($1, $2)',
    values: [environment, tenant],
  });
  return rows;
}

/** Newest first; of one agent, or (null) of everybody in the tenant. */
export async function listExecutionsOfAgent(pool: Pool, tenant: TenantId, workerId: string | null, limit: number): Promise<readonly ExecutionRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ExecutionRow>({
      name: 'executions-of-agent',
      text: 'select * from wingman.executions where tenant = $1 and ($2::text is null or worker_id = $2) order by started_at desc limit $3',
      values: [tenant, workerId, limit],
    }),
  );
  return rows;
}
