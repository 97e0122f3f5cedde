/** Wakes recovery runs whose workflow was not told: the API died after the row, or Temporal was away. */
import type { Pool } from 'pg';
import { toTenantId } from '../domain/ids';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import { listSleepingRuns } from '../stores/dr-runs';
import type { RecoveryWorkflows } from './recovery-workflows';

const EVERY_MS = 3_000;

export function startRecoveryRound({ pool, recovery, log }: { readonly pool: Pool; readonly recovery: RecoveryWorkflows; readonly log: Logger }): Running {
  let closed = false;
  let wake: () => void = () => undefined;
  const round = async (): Promise<void> => {
    const { rows } = await pool.query<{ tenant: string }>('select tenant from wingman.tenant_names');
    for (const row of rows) {
      const tenant = toTenantId(row.tenant);
      for (const run_id of await listSleepingRuns(pool, tenant)) await recovery.wake({ tenant, run_id });
    }
  };
  const loop = (async () => {
    while (!closed) {
      await round().catch((err: unknown) => log.debug({ err }, 'recovery runs could not be woken yet'));
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
