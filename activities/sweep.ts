/** What the watcher reads: only what is after each tenant's cursor, by the index of the ledger's numbers. */
import type { Pool } from 'pg';
import { toTenantId } from '../domain/ids';
import { listClaimsAfter } from '../stores/claims';
import { listUnattended } from '../stores/incidents';
import { listTenants } from '../stores/tenants';
import { moveCursor, readCursor } from '../stores/watcher-cursors';
import type { SweepActivities, SweepBatch } from './truth-activities';

export function createSweepActivities({ pool }: { readonly pool: Pool }): SweepActivities {
  return {
    async readNext({ limit }) {
      const batches = await Promise.all(
        (await listTenants(pool)).map(async (name): Promise<SweepBatch> => {
          const tenant = toTenantId(name);
          const [claims, incidents] = await Promise.all([listClaimsAfter(pool, tenant, await readCursor(pool, tenant), limit), listUnattended(pool, tenant, limit)]);
          return {
            tenant: name,
            // A question is answered by whoever asked it.
            claims: claims.map(({ claim_id, seq, status, origin }) => ({ claim_id, seq, pending: status === 'PENDING_VERIFICATION' && origin === 'LOGGED' })),
            incidents,
          };
        }),
      );
      return batches.filter(({ claims, incidents }) => claims.length > 0 || incidents.length > 0);
    },
    moveCursor: ({ tenant, seq }) => moveCursor(pool, toTenantId(tenant), seq),
  };
}
