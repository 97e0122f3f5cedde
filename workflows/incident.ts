/** An incident from its opening to its end. Its row is the truth; this is its clock: it tells repeats as a digest, and ends with it. */
import { condition, continueAsNew, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { AttendedIncident } from '../activities/truth-activities';
import { truth } from './activity-proxies';
import { incidentChangedSignal, type IncidentInput } from './truth-messages';

export interface IncidentResult {
  readonly state: 'RESOLVED' | 'NONE';
}

export async function incident(input: IncidentInput): Promise<IncidentResult> {
  let changed = true;
  setHandler(incidentChangedSignal, () => {
    changed = true;
  });
  let digest = false;
  for (;;) {
    changed = false;
    const row: AttendedIncident | null = await truth.attendIncident({ ...input, digest });
    if (row === null) return { state: 'NONE' };
    setCurrentDetails(`**${row.state}** · ${row.severity} · ${String(row.repeats)} repeats\n\n${row.summary}`);
    if (row.state === 'RESOLVED') return { state: 'RESOLVED' };
    // Told at once when it opened; from then on what repeats is told together.
    digest = !(await condition(() => changed, `${row.digest_minutes} minutes`));
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof incident>(input);
  }
}
