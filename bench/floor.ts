/** The bare client, and a worker with the settings of ours and nothing else of ours. */
import { randomUUID } from 'node:crypto';
import { Client, WithStartWorkflowOperation, type WorkflowStartOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Running } from '../platform/running';
import { openClientConnection } from '../temporal/client-connection';
import { submit } from './floor-workflows';

export const NAMESPACE = 'default';

export interface Floor {
  readonly client: Client;
  readonly queue: string;
}

/** What a floor has of an approval's equipment; nothing by default. */
export interface Equipment {
  readonly worker?: DataConverter;
  readonly client?: DataConverter;
}

export async function startFloor(address: string, codePath: string, keep: (running: Running) => unknown, equipment: Equipment = {}): Promise<Floor> {
  const queue = `floor-${randomUUID().slice(0, 8)}`;
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: native, namespace: NAMESPACE, taskQueue: queue, workflowBundle: { codePath },
    activities: { act: () => Promise.resolve('acted'), look: (text: string) => Promise.resolve(text) },
    ...(equipment.worker === undefined ? {} : { dataConverter: equipment.worker }),
    maxCachedWorkflows: 3_000, workflowThreadPoolSize: 2, shutdownGraceTime: '1 second',
  });
  const run = worker.run();
  const direct = openClientConnection(address);
  keep({
    async close() {
      worker.shutdown();
      await run;
      await direct.close();
      await native.close();
    },
  });
  return { queue, client: new Client({ connection: direct.connection, namespace: NAMESPACE, ...(equipment.client === undefined ? {} : { dataConverter: equipment.client }) }) };
}

/** Update-with-start, up to the update's answer. @returns the workflow's id */
export async function startBare({ client, queue }: Floor, type: () => Promise<string>, more: Partial<WorkflowStartOptions> = {}): Promise<string> {
  const workflowId = randomUUID();
  await client.workflow.executeUpdateWithStart(submit, {
    args: ['text'], startWorkflowOperation: new WithStartWorkflowOperation(type, { ...more, workflowId, taskQueue: queue, workflowIdConflictPolicy: 'USE_EXISTING', args: [] }),
  });
  return workflowId;
}
