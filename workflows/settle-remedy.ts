/** After a remedy: the look that found the fault is repeated, and the incident closes or says why it stays open. */
import { ActivityFailure, ChildWorkflowFailure, executeChild, getExternalWorkflowHandle, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { RemedyInput } from '../activities/settle-remedy';
import type { Observation, Probe } from '../domain/claim/claim';
import { incidentWorkflowId, VERIFY_WORKFLOW, verifyWorkflowId } from '../temporal/names';
import { gatewayLookOf, remedies } from './activity-proxies';
import { incidentChangedSignal } from './truth-messages';
import type { verifyClaim } from './verify-claim';

export async function settleRemedy(input: RemedyInput): Promise<{ readonly outcome: string }> {
  const opened = await remedies.openRemedy(input);
  if (opened === null) return { outcome: 'NONE' };
  const observation = opened.probe === null ? null : await look(input.tenant, opened.environment, opened.probe);
  const verdict = opened.probe === null && opened.claim_id !== null ? await verifyAgain(input, opened.claim_id) : null;
  const result = await remedies.recordRemedy({ ...input, observation, verdict });
  setCurrentDetails(`**${result.outcome}**`);
  await getExternalWorkflowHandle(incidentWorkflowId(input.incident_id)).signal(incidentChangedSignal).catch((error: unknown) => {
    // It has ended, or nobody attends to it yet: whoever does reads the row.
    if (isCancellation(error)) throw error;
  });
  return result;
}

/** Null: nobody could look. */
async function look(tenant: string, environment: string, probe: Probe): Promise<Observation | null> {
  try {
    const [observation] = await gatewayLookOf(environment, workflowInfo().taskQueue).observe({ tenant, probes: [probe] });
    return observation ?? null;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return null;
  }
}

async function verifyAgain({ tenant, attempt }: RemedyInput, claim_id: string): Promise<string | null> {
  try {
    const run = `remedy-${String(attempt)}`;
    return (await executeChild<typeof verifyClaim>(VERIFY_WORKFLOW, { args: [{ tenant, claim_id, run, enhanced: false }], workflowId: verifyWorkflowId(claim_id, run) })).verdict;
  } catch (error) {
    if (!(error instanceof ChildWorkflowFailure) || isCancellation(error)) throw error;
    return null;
  }
}
