/** Starts the workflow of a delivery, once; one that is under way already is as good. */
import { Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Running } from '../platform/running';
import { openClientConnection } from './client-connection';
import { createDataConverter } from './data-converter';
import { CORE_QUEUE, WEBHOOK_WORKFLOW, webhookWorkflowId } from './names';

export interface WebhookStarter extends Running {
  start(delivery: { readonly tenant: string; readonly delivery_id: string; readonly round: number }): Promise<void>;
}

interface StarterConfig {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly taskQueue?: string;
}

const DEADLINE_MS = 5_000;

export function createWebhookStarter({ temporalAddress, temporalNamespace, taskQueue = CORE_QUEUE }: StarterConfig, codec: Parameters<typeof createDataConverter>[0]): WebhookStarter {
  const direct = openClientConnection(temporalAddress);
  const { connection } = direct;
  const client = new Client({ connection, namespace: temporalNamespace, dataConverter: createDataConverter(codec, 'refuse') });
  return {
    async start({ tenant, delivery_id, round }) {
      const workflowId = webhookWorkflowId(delivery_id, round);
      await connection
        .withDeadline(Date.now() + DEADLINE_MS, () => client.workflow.start(WEBHOOK_WORKFLOW, { taskQueue, workflowId, args: [{ tenant, delivery_id, round }] }))
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        });
    },
    close: () => direct.close(),
  };
}
