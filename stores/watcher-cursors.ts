/** How far the watcher has come in each tenant's claims, by the ledger's numbers: no clock is asked, and none can confuse it. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export async function readCursor(pool: Pool, tenant: TenantId): Promise<number> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ seq: number }>({ name: 'watcher-cursor', text: 'select seq::float8 as seq from wingman.watcher_cursors where tenant = $1', values: [tenant] }),
  );
  return rows[0]?.seq ?? 0;
}

/** Forward only: a sweep that was thought dead and comes late moves nothing back. */
export async function moveCursor(pool: Pool, tenant: TenantId, seq: number): Promise<void> {
  await withTenant(pool, tenant, (client) =>
    client.query({
      name: 'watcher-cursor-moved',
      text: `insert into wingman.watcher_cursors as c (tenant, seq) values ($1, $2)
        on conflict (tenant) do update set seq = excluded.seq, moved_at = clock_timestamp() where c.seq < excluded.seq`,
      values: [tenant, seq],
    }),
  );
}
