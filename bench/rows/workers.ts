/** What a worker keeps in memory for an approval that waits, and how soon a new one takes over after kill -9. */
import { randomUUID } from 'node:crypto';
import { startBare } from '../floor';
import { noop, touch, waiting } from '../floor-workflows';
import { figureOf, type Figure, type Round } from '../measure';
import { openProduct, type Product } from '../product';
import { sized, type Bench, type Row } from '../row';
import { slope } from '../statistics';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import type { World } from '../world';
import { inLanes } from './requests';

interface Waiters {
  readonly process: WorkerProcess;
  /** One that ends at once. */
  pass(): Promise<void>;
  start(): Promise<WorkerProcess>;
  /** One more that waits. */
  add(): Promise<void>;
  /** Answers only when the worker can go on with this one. */
  touchAll(): Promise<void>;
}

async function floorWaiters(world: World, forMemory: boolean): Promise<Waiters> {
  const { client } = await world.floor();
  const queue = `waiters-${randomUUID().slice(0, 8)}`;
  const start = (): Promise<WorkerProcess> => startWorkerProcess(world, { kind: 'floor', address: world.temporalAddress, queue, bundle: world.floorBundle, forMemory });
  const ids: string[] = [];
  return {
    process: await start(), start,
    pass: async () => void (await startBare({ client, queue }, noop)),
    add: async () => void ids.push(await startBare({ client, queue }, waiting)),
    async touchAll() {
      const left = [...ids];
      await inLanes(ids.length, 32, async () => void (await client.workflow.getHandle(left.pop() ?? '').executeUpdate(touch)));
    },
  };
}

async function productWaiters(world: World, forMemory: boolean): Promise<Waiters> {
  const product: Product = await openProduct(world, { worker: false });
  const start = (): Promise<WorkerProcess> => startWorkerProcess(world, { kind: 'product', config: product.workerConfig, forMemory });
  const ids: string[] = [];
  return {
    process: await start(), start,
    pass: () => product.askAuto(),
    add: async () => void ids.push(await product.askPending()),
    async touchAll() {
      const left = [...ids];
      await inLanes(ids.length, 32, () => product.refresh(left.pop() ?? ''));
    },
  };
}

const waitersOf = (bench: Bench, world: World, isSubject: boolean, forMemory = false): Promise<Waiters> => (isSubject && !bench.floorVsFloor ? productWaiters(world, forMemory) : floorWaiters(world, forMemory));

/**
 * Both sides grow in turn, by steps. What the allocators take at once for many later ones makes single steps useless: a line through all
 * of them counts, and the spread is that of the lines with one point left out. What a worker takes once, for code and pools, is no
 * approval's: both have done as much before.
 */
async function growTogether(sides: Readonly<Record<'subject' | 'floor', Waiters>>, each: number, steps: number): Promise<Figure> {
  for (const side of Object.values(sides)) await inLanes(each * steps, 8, () => side.pass());
  const grown = { subject: [] as [number, number][], floor: [] as [number, number][] };
  for (let step = 0; step <= steps; step += 1) {
    for (const name of step % 2 === 0 ? (['subject', 'floor'] as const) : (['floor', 'subject'] as const)) {
      const { process } = sides[name];
      await inLanes(each, 8, () => sides[name].add());
      grown[name].push([step * each, (await process.memory()).rss / 1024]);
    }
  }
  const lines = (keep: (index: number) => boolean): Round => {
    const of = (name: 'subject' | 'floor'): number => slope(grown[name].filter((_, index) => keep(index)));
    const [subject, floor] = [of('subject'), of('floor')];
    return { ratio: subject / floor, subject, floor, cpu: { subject: 0, floor: 0 } };
  };
  const { ratio, subject, floor } = lines(() => true);
  return { ...figureOf(grown.floor.map((_, left) => lines((index) => index !== left)), 'KiB', each), ratio, subject, floor };
}

export const workerRows: readonly Row[] = [
  {
    id: 'B10', subject: 'worker memory (RSS) per pending approval', floor: 'bare waiting workflow', better: 'less', servers: 'workers', target: 1.2, stretch: 1.05,
    async measure(bench): Promise<Figure> {
      const world = await bench.world();
      const sides = { subject: await waitersOf(bench, world, true, true), floor: await waitersOf(bench, world, false, true) };
      const figure = await growTogether(sides, sized(bench, 30, 120, 150), sized(bench, 5, 8, 10));
      for (const { process } of Object.values(sides)) await process.kill();
      return figure;
    },
  },
  {
    id: 'B13', subject: 'kill -9 of the worker with 1,000 pending (quick 20): until all are decidable', floor: 'the same of a bare worker', better: 'less', servers: 'workers', target: 1.5, stretch: 1.2,
    async measure(bench): Promise<Figure> {
      const world = await bench.world();
      const count = sized(bench, 20, 1_000, 1_000);
      // Nearly all of a round is the engine's wait for the dead worker's own queue: where time is short, the rounds go side by side.
      const [abreast, each] = sized<readonly [number, number]>(bench, [5, 1], [1, 5], [1, 5]);
      const pairs = await Promise.all(Array.from({ length: abreast }, async () => ({ subject: await waitersOf(bench, world, true), floor: await waitersOf(bench, world, false) })));
      for (const side of pairs.flatMap((pair) => Object.values(pair))) await inLanes(count, 16, () => side.add());
      const rounds = await Promise.all(pairs.map((pair) => recoveries(pair, each)));
      return figureOf(rounds.flat(), 'ms', count);
    },
  },
];

async function recoveries(pair: Readonly<Record<'subject' | 'floor', Waiters>>, count: number): Promise<readonly Round[]> {
  let { subject, floor } = { subject: pair.subject.process, floor: pair.floor.process };
  const rounds: Round[] = [];
  while (rounds.length < count) {
    // Both at once: what else the machine does falls on both.
    const [[one, newSubject], [other, newFloor]] = await Promise.all([recovery(pair.subject, subject), recovery(pair.floor, floor)]);
    [subject, floor] = [newSubject, newFloor];
    rounds.push({ ratio: one / other, subject: one, floor: other, cpu: { subject: 0, floor: 0 } });
  }
  return rounds;
}

async function recovery(waiters: Waiters, running: WorkerProcess): Promise<readonly [number, WorkerProcess]> {
  await running.kill();
  const from = performance.now();
  const next = await waiters.start();
  await waiters.touchAll();
  return [performance.now() - from, next];
}
