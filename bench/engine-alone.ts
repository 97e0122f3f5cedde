/**
 * What the engine takes for an approval when nothing of ours runs: the floors of B1 and B3 with an activity before the answer,
 * encrypted payloads and the search attributes. What B1 and B3 have above it is ours.
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { Client as TemporalClient, WithStartWorkflowOperation, type WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { openClientConnection } from '../temporal/client-connection';
import { createDataConverter } from '../temporal/data-converter';
import { SEARCH_ATTRIBUTES } from '../temporal/names';
import { decide, equippedNoop, equippedWaiting, noop, submit, waiting } from './floor-workflows';
import { latency, type Figure, type Side } from './measure';
import { planOf, type Bench } from './row';
import { inLanes } from './rows/requests';
import { NAMESPACE, type Floor, type World } from './world';

export interface EngineAlone {
  /** Equipped over bare. */
  readonly request: Pick<Figure, 'ratio' | 'spread'>;
  readonly decision: Pick<Figure, 'ratio' | 'spread'>;
}

export async function measureEngineAlone(bench: Bench): Promise<EngineAlone> {
  const world = await bench.world();
  const [bare, equipped] = [await world.floor(), await startEquipped(world)];
  const equipment: Partial<WorkflowStartOptions> = {
    typedSearchAttributes: new TypedSearchAttributes((['tenant', 'agent', 'environment', 'status'] as const).map((name) => ({ key: SEARCH_ATTRIBUTES[name], value: name }))),
  };
  const start = async ({ client, queue }: Floor, type: () => Promise<string>, more: Partial<WorkflowStartOptions> = {}): Promise<string> => {
    const workflowId = randomUUID();
    await client.workflow.executeUpdateWithStart(submit, {
      args: ['text'], startWorkflowOperation: new WithStartWorkflowOperation(type, { ...more, workflowId, taskQueue: queue, workflowIdConflictPolicy: 'USE_EXISTING', args: [] }),
    });
    return workflowId;
  };
  const asking = (floor: Floor, type: () => Promise<string>, more?: Partial<WorkflowStartOptions>): Side => ({ once: async () => void (await start(floor, type, more)) });
  const deciding = (floor: Floor, type: () => Promise<string>, more?: Partial<WorkflowStartOptions>): Side => {
    const open: string[] = [];
    return {
      prepare: (operations) => inLanes(operations, 8, async () => void open.push(await start(floor, type, more))),
      once: async () => void (await floor.client.workflow.getHandle(open.pop() ?? '').executeUpdate(decide)),
    };
  };
  const of = async (subject: Side, floor: Side): Promise<Pick<Figure, 'ratio' | 'spread'>> => {
    const { ratio, spread } = await latency(subject, floor, planOf(bench, 12, 300));
    return { ratio, spread };
  };
  return {
    request: await of(asking(equipped, equippedNoop, equipment), asking(bare, noop)),
    decision: await of(deciding(equipped, equippedWaiting, equipment), deciding(bare, waiting)),
  };
}

async function startEquipped(world: World): Promise<Floor> {
  const queue = `equipped-${randomUUID().slice(0, 8)}`;
  const keys = { currentKid: 'bench', byKid: new Map([['bench', createSecretKey(randomBytes(32))]]) };
  const native = await NativeConnection.connect({ address: world.temporalAddress });
  const worker = await Worker.create({
    connection: native, namespace: NAMESPACE, taskQueue: queue, workflowBundle: { codePath: world.floorBundle },
    activities: { look: (text: string) => Promise.resolve(text) }, dataConverter: createDataConverter(keys, 'blank'),
    maxCachedWorkflows: 3_000, workflowThreadPoolSize: 2, shutdownGraceTime: '1 second',
  });
  const run = worker.run();
  const direct = openClientConnection(world.temporalAddress);
  world.keep({
    async close() {
      worker.shutdown();
      await run;
      await direct.close();
      await native.close();
    },
  });
  return { queue, client: new TemporalClient({ connection: direct.connection, namespace: NAMESPACE, dataConverter: createDataConverter(keys, 'refuse') }) };
}
