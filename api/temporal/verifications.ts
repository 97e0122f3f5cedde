/** The API's side of verification: starts the workflow and waits for its verdict, bounded; tells incidents that their row has changed. */
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, type Client } from '@temporalio/client';
import { WingmanError } from '../../domain/errors';
import { INCIDENT_WORKFLOW, incidentWorkflowId, VERIFY_WORKFLOW, verifyWorkflowId } from '../../temporal/names';
import { resultWithin } from '../../temporal/result-within';
import type { incident } from '../../workflows/incident';
import type { VerifyInput, VerifyResult } from '../../workflows/truth-messages';
import type { verifyClaim } from '../../workflows/verify-claim';
import { fromTemporal } from './approval-workflows';

export interface Verifications {
  /** @throws WingmanError TIMED_OUT after `waitMs`: the verdict comes later, under the claim */
  verify(input: VerifyInput, waitMs: number): Promise<VerifyResult>;
  /** Quietly: the row counts, and the workflow looks again by itself. */
  incidentChanged(tenant: string, incidentId: string): Promise<void>;
}

const DEADLINE_MS = 5_000;

export function createVerifications({ client, taskQueue }: { readonly client: Client; readonly taskQueue: string }): Verifications {
  const within = <T>(act: () => Promise<T>): Promise<T> => client.connection.withDeadline(Date.now() + DEADLINE_MS, act);
  return {
    async verify(input, waitMs) {
      const workflowId = verifyWorkflowId(input.claim_id, input.run);
      const start = () => client.workflow.start<typeof verifyClaim>(VERIFY_WORKFLOW, { taskQueue, workflowId, args: [input] });
      const handle = await within(start).catch((error: unknown) => {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return client.workflow.getHandle<typeof verifyClaim>(workflowId);
        throw fromTemporal(error);
      });
      const result = await resultWithin(client, handle, waitMs).catch((error: unknown) => {
        if (error instanceof WorkflowFailedError) throw new WingmanError('INTERNAL', 'the verification ended without a verdict', {}, { cause: error });
        throw fromTemporal(error);
      });
      if (result !== null) return result;
      throw new WingmanError('TIMED_OUT', `the verification takes longer; its verdict will be in GET /claims/${input.claim_id}`);
    },
    async incidentChanged(tenant, incident_id) {
      try {
        await within(() =>
          client.workflow.signalWithStart<typeof incident>(INCIDENT_WORKFLOW, { taskQueue, workflowId: incidentWorkflowId(incident_id), args: [{ tenant, incident_id }], signal: 'changed' }),
        );
      } catch {
        // Temporal is away: the row has the state, and the workflow reads it at its next digest.
      }
    },
  };
}
