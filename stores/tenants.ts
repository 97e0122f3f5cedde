/** Who is served here. Their names alone are open to every process; all else about them needs `withTenant`. */
import type { Pool } from 'pg';
import { toTenantId, type TenantId } from '../domain/ids';

export async function listTenants(pool: Pool): Promise<readonly TenantId[]> {
  const { rows } = await pool.query<{ tenant: string }>('select tenant from wingman.tenant_names order by tenant');
  return rows.map(({ tenant }) => toTenantId(tenant));
}
