/** The API's side of recovery runs: started or found again, told to look, and given a person's pause, resume or abort. */
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { DR_WORKFLOW, drWorkflowId } from '../../temporal/names';
import type { DrInput } from '../../workflows/dr-messages';
import type { ControlInput, DrStanding } from '../../workflows/messages';
import { controlUpdate, lookSignal } from '../../workflows/messages';
import type { drPlan } from '../../workflows/dr-plan';
import { fromTemporal } from './approval-workflows';

export interface RecoveryWorkflows {
  /** Starts the run's workflow, or tells it to look; safe to repeat, since what it does follows from the run's rows. */
  wake(input: DrInput): Promise<void>;
  control(run_id: string, input: ControlInput): Promise<DrStanding>;
}

const DEADLINE_MS = 8_000;

export function createRecoveryWorkflows({ client, taskQueue }: { readonly client: Client; readonly taskQueue: string }): RecoveryWorkflows {
  const within = <T>(act: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + DEADLINE_MS, act).catch((error: unknown) => {
      throw fromTemporal(error);
    });
  return {
    wake: (input) =>
      within(async () => {
        try {
          await client.workflow.signalWithStart<typeof drPlan>(DR_WORKFLOW, {
            taskQueue, workflowId: drWorkflowId(input.run_id), args: [input], workflowIdReusePolicy: 'REJECT_DUPLICATE', signal: lookSignal,
          });
        } catch (error) {
          // It has run to its end.
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
      }),
    control: (run_id, input) => within(() => client.workflow.getHandle(drWorkflowId(run_id)).executeUpdate(controlUpdate, { args: [input], updateId: randomUUID() })),
  };
}
