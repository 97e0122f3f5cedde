/** Tells workflows of ends that the API committed by itself while Temporal was away. The end stands in any case. */
import type { Pool } from 'pg';
import { isWingmanError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import { repeatUntilClosed } from '../../platform/repeat-until-closed';
import type { Running } from '../../platform/running';
import { clearNudge, listNudges } from '../../stores/approvals';
import { listTenants } from '../../stores/tenants';
import type { ApprovalWorkflows } from '../temporal/approval-workflows';

const EVERY_MS = 3_000;

export function startNudging({ pool, workflows, log }: { readonly pool: Pool; readonly workflows: ApprovalWorkflows; readonly log: Logger }): Running {
  const round = async (isClosed: () => boolean): Promise<void> => {
    for (const tenant of await listTenants(pool)) {
      for (const place of await listNudges(pool, tenant)) {
        if (isClosed()) return;
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
  return repeatUntilClosed(EVERY_MS, round, (err) => log.debug({ err }, 'workflows could not be told yet'));
}
