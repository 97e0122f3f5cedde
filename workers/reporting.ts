/** Says every few seconds that this worker is there, and whether its model is: `GET /health` is true to it. */
import type { Pool } from 'pg';
import { modelIsThere, type ModelConfig } from '../activities/local-model';
import type { Logger } from '../platform/log';
import { repeatUntilClosed } from '../platform/repeat-until-closed';
import type { Running } from '../platform/running';
import { writeReport } from '../stores/part-reports';

const EVERY_MS = 10_000;

export function startReporting({ pool, model, log }: { readonly pool: Pool; readonly model: ModelConfig | null; readonly log: Logger }): Running {
  const report = async (): Promise<void> => {
    const enhanced = model !== null && (await modelIsThere(model));
    await writeReport(pool, 'worker', { enhanced });
  };
  return repeatUntilClosed(EVERY_MS, report, (err) => log.debug({ err }, 'the worker could not report'));
}
