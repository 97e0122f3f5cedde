/** The policy in force: the highest version that was applied. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import type { Policy } from '../domain/policy';
import { withTenant } from './pool';

export interface PolicyRow {
  readonly version: number;
  readonly hash: string;
  /** The YAML that was applied. */
  readonly source: string;
  readonly policy: Policy;
  readonly applied_by: string;
  readonly applied_at: Date;
}

export async function readPolicy(pool: Pool, tenant: TenantId): Promise<PolicyRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<PolicyRow>({
      name: 'policy-in-force',
      text: 'select version, hash, source, policy, applied_by, applied_at from wingman.policies where tenant = $1 order by version desc limit 1',
      values: [tenant],
    }),
  );
  return rows[0] ?? null;
}
