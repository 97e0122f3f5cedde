/**
 * What the engine takes for an approval when nothing of ours runs: the floors of B1 and B3 with an activity before the answer,
 * encrypted payloads and the search attributes. What B1 and B3 have above it is ours.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import type { WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { createDataConverter } from '../temporal/data-converter';
import { SEARCH_ATTRIBUTES } from '../temporal/names';
import { startBare, startFloor, type Floor } from './floor';
import { decide, equippedNoop, equippedWaiting, noop, waiting } from './floor-workflows';
import { latency, type Figure } from './measure';
import type { Side } from './side';
import { planOf, type Bench } from './row';
import { inLanes } from './rows/requests';

export interface EngineAlone {
  /** Equipped over bare. */
  readonly request: Pick<Figure, 'ratio' | 'spread'>;
  readonly decision: Pick<Figure, 'ratio' | 'spread'>;
}

export async function measureEngineAlone(bench: Bench): Promise<EngineAlone> {
  const world = await bench.world();
  const keys = { currentKid: 'bench', byKid: new Map([['bench', createSecretKey(randomBytes(32))]]) };
  const converters = { worker: createDataConverter(keys, 'blank'), client: createDataConverter(keys, 'refuse') };
  const [bare, equipped] = [await world.floor(), await startFloor(world.temporalAddress, world.floorBundle, (running) => world.keep(running), converters)];
  const equipment: Partial<WorkflowStartOptions> = {
    typedSearchAttributes: new TypedSearchAttributes((['tenant', 'agent', 'environment', 'status'] as const).map((name) => ({ key: SEARCH_ATTRIBUTES[name], value: name }))),
  };
  const asking = (floor: Floor, type: () => Promise<string>, more?: Partial<WorkflowStartOptions>): Side => ({ once: async () => void (await startBare(floor, type, more)) });
  const deciding = (floor: Floor, type: () => Promise<string>, more?: Partial<WorkflowStartOptions>): Side => {
    const open: string[] = [];
    return {
      prepare: (operations) => inLanes(operations, 8, async () => void open.push(await startBare(floor, type, more))),
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
