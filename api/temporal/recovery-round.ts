/** Wakes recovery runs whose workflow was not told: the API died after the row, or Temporal was away. */
import type { Pool } from 'pg';
import type { Logger } from '../../platform/log';
import { repeatUntilClosed } from '../../platform/repeat-until-closed';
import type { Running } from '../../platform/running';
import { listSleepingRuns } from '../../stores/dr-runs';
import { listTenants } from '../../stores/tenants';
import type { RecoveryWorkflows } from './recovery-workflows';

const EVERY_MS = 3_000;

export function startRecoveryRound({ pool, recovery, log }: { readonly pool: Pool; readonly recovery: RecoveryWorkflows; readonly log: Logger }): Running {
  const round = async (isClosed: () => boolean): Promise<void> => {
    for (const tenant of await listTenants(pool)) {
      for (const run_id of await listSleepingRuns(pool, tenant)) {
        if (isClosed()) return;
        await recovery.wake({ tenant, run_id });
      }
    }
  };
  return repeatUntilClosed(EVERY_MS, round, (err) => log.debug({ err }, 'recovery runs could not be woken yet'));
}
