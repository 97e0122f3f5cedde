/** A request and its decision against the bare client on the same server. */
import { engineCallsEnded } from '../engine-calls';
import { startBare, type Floor } from '../floor';
import { decide, noop, touch, waiting } from '../floor-workflows';
import { cpuPerOperation, latency, throughput } from '../measure';
import type { Side } from '../side';
import { openProduct, type Product } from '../product';
import { planOf, type Bench, type Row } from '../row';
import type { World } from '../world';

const productOf = onePerWorld((bench) => bench.world().then((world) => openProduct(world)));
const floorOf = async (bench: Bench): Promise<Floor> => (await bench.world()).floor();
const pidsOf = async (bench: Bench): Promise<readonly number[]> => (await bench.world()).pids;

/** A product is costly to start, so rows of one kind share it. */
export function onePerWorld<T>(make: (bench: Bench) => Promise<T>): (bench: Bench) => Promise<T> {
  const made = new WeakMap<World, Promise<T>>();
  return async (bench) => {
    const world = await bench.world();
    const known = made.get(world) ?? make(bench);
    made.set(world, known);
    return known;
  };
}

const noopOnce = (floor: Floor): Side => ({ once: async () => void (await startBare(floor, noop)) });

async function autoSides(bench: Bench): Promise<readonly [Side, Side]> {
  const floor = noopOnce(await floorOf(bench));
  if (bench.floorVsFloor) return [floor, floor];
  const product = await productOf(bench);
  return [{ once: () => product.askAuto(), settle: engineCallsEnded }, floor];
}

export async function inLanes(count: number, lanes: number, act: () => Promise<void>): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (left > 0) {
      left -= 1;
      await act();
    }
  }));
}

function decideFloor(floor: Floor): Side {
  const waitingIds: string[] = [];
  return {
    async prepare(operations) {
      await inLanes(operations, 8, async () => {
        waitingIds.push(await startBare(floor, waiting));
      });
    },
    async once() {
      await floor.client.workflow.getHandle(waitingIds.pop() ?? '').executeUpdate(decide);
    },
  };
}

function decideSubject(product: Product): Side {
  const pending: string[] = [];
  return {
    async prepare(operations) {
      await inLanes(operations, 8, async () => {
        pending.push(await product.askPending());
      });
    },
    once: () => product.approve(pending.pop() ?? ''),
    settle: engineCallsEnded,
  };
}

/** The server takes no more than this many updates for one workflow (2,000 by default); the rest goes to another. */
const MOST_UPDATES = 1_500;

function touchFloor(bare: Floor): Side {
  let workflowId: Promise<string> = startBare(bare, waiting);
  let left = MOST_UPDATES;
  return {
    // Before the clock starts; a block of the bench is never as long.
    async prepare(operations) {
      if (operations > left) {
        workflowId = startBare(bare, waiting);
        left = MOST_UPDATES;
      }
      left -= operations;
      await workflowId;
    },
    once: async () => void (await bare.client.workflow.getHandle(await workflowId).executeUpdate(touch)),
  };
}

export const requestRows: readonly Row[] = [
  {
    id: 'B1', subject: 'POST /approvals/request, AUTO, p50, c=1', floor: 'no-op update-with-start by the bare client', better: 'less', target: 1.4, stretch: 1.2,
    async measure(bench) {
      const [subject, floor] = await autoSides(bench);
      return latency(subject, floor, planOf(bench, 12, 300));
    },
  },
  {
    id: 'B1t', subject: 'the same, throughput, c=16', floor: 'the same', better: 'more', target: 0.75, stretch: 0.85,
    async measure(bench) {
      const [subject, floor] = await autoSides(bench);
      return throughput(subject, floor, { ...planOf(bench, 32, 800, await pidsOf(bench)), concurrency: 16 });
    },
  },
  {
    id: 'B2', subject: 'duplicate of a pending request, CPU', floor: 'no-op update on a pending workflow', better: 'less', target: 1, stretch: 0.9,
    async measure(bench) {
      const bare = await floorOf(bench);
      const floor = touchFloor(bare);
      let subject = floor;
      if (!bench.floorVsFloor) {
        const product = await productOf(bench);
        const body = { worker_id: 'agent-1', task_name: 'twin', instruction: 'Do what the commands say.', commands: ['docker volume create bench'], deployment_env: 'dev' };
        await product.call('POST', '/approvals/request', product.agent_key, body);
        subject = {
          async once() {
            const { deduped } = await product.call<{ deduped?: boolean }>('POST', '/approvals/request', product.agent_key, body);
            if (deduped !== true) throw new Error('this was to be a duplicate');
          },
        };
      }
      return cpuPerOperation(subject, floor, { ...planOf(bench, 100, 2_000, await pidsOf(bench)), concurrency: 4 });
    },
  },
  {
    id: 'B3', subject: 'decide, p50', floor: 'bare update on a cached workflow', better: 'less', target: 1.5, stretch: 1.25,
    async measure(bench) {
      const floor = decideFloor(await floorOf(bench));
      const subject = bench.floorVsFloor ? floor : decideSubject(await productOf(bench));
      return latency(subject, floor, planOf(bench, 12, 300));
    },
  },
];
