/** Tells workflows of ends that the API committed by itself while Temporal was away. The end stands in any case. */
import type { Pool } from 'pg';
import { isWingmanError } from '../domain/errors';
import { toTenantId } from '../domain/ids';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import { clearNudge, listNudges } from '../stores/approvals';
import type { ApprovalWorkflows } from './approval-workflows';

const EVERY_MS = 3_000;

export function startNudging({ pool, workflows, log }: { readonly pool: Pool; readonly workflows: ApprovalWorkflows; readonly log: Logger }): Running {
  let closed = false;
  let wake: () => void = () => undefined;
  const round = async (): Promise<void> => {
    const { rows } = await pool.query<{ tenant: string }>('select tenant from wingman.tenant_names');
    for (const row of rows) {
      const tenant = toTenantId(row.tenant);
      for (const place of await listNudges(pool, tenant)) {
        try {
          await workflows.refresh(place);
        } catch (error) {
          // A run that has ended needs no telling; everything else is tried again in the next round.
          if (!isWingmanError(error) || error.code !== 'NOT_PENDING') continue;
        }
        await clearNudge(pool, tenant, place.request_id);
      }
    }
  };
  const loop = (async () => {
    while (!closed) {
      await round().catch((err: unknown) => log.debug({ err }, 'workflows could not be told yet'));
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, EVERY_MS).unref();
      });
    }
  })();
  return {
    async close() {
      closed = true;
      wake();
      await loop;
    },
  };
}
