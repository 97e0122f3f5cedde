/** What stops execution: locks of a tenant or one of its environments, and quarantined agents. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export interface LockRow {
  /** `*`: every environment. */
  readonly environment: string;
  readonly reason: string;
  readonly locked_by: string;
  readonly locked_at: Date;
}

export interface QuarantineRow {
  readonly worker_id: string;
  readonly reason: string;
  readonly quarantined_by: string;
  readonly quarantined_at: Date;
}

export async function readLocks(pool: Pool, tenant: TenantId): Promise<readonly LockRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<LockRow>({ name: 'locks', text: 'select environment, reason, locked_by, locked_at from wingman.locks order by environment' }),
  );
  return rows;
}

export async function readQuarantine(pool: Pool, tenant: TenantId, workerId: string): Promise<QuarantineRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<QuarantineRow>({
      name: 'quarantine-of-agent',
      text: 'select worker_id, reason, quarantined_by, quarantined_at from wingman.quarantines where worker_id = $1',
      values: [workerId],
    }),
  );
  return rows[0] ?? null;
}
