/** What many pending approvals, and a noisy neighbour, cost the others. */
import { engineCallsEnded } from '../engine-calls';
import { figureOf, latency, type Figure, type Round } from '../measure';
import { many, type Side } from '../side';
import { openProduct, type Product } from '../product';
import { planOf, sized, type Bench, type Row } from '../row';
import { quantile } from '../statistics';
import { startFlood } from '../worker-process';
import { inLanes, onePerWorld } from './requests';

const FEW = 10;

/** Two products on the same servers: one with few pending approvals, one with many. */
const productsOf = onePerWorld(async (bench: Bench) => {
  const world = await bench.world();
  const count = sized(bench, 150, 3_000, 10_000);
  const [small, large] = [await openProduct(world), await openProduct(world)];
  await inLanes(FEW, 4, async () => void (await small.askPending()));
  let done = 0;
  await inLanes(count, 16, async () => {
    await large.askPending();
    if ((done += 1) % 1_000 === 0) bench.say(`${String(done)} of ${String(count)} pending approvals made`);
  });
  return { small, large };
});

const listing = (product: Product): Side => ({
  once: async () => void (await product.call('GET', '/approvals/pending?limit=10', product.reviewer_key)),
});

export const growthRows: readonly Row[] = [
  {
    id: 'B9', subject: 'request p50 with 10,000 pending (normal 3,000; quick 150)', floor: 'the same with 10', better: 'less', target: 1.15, stretch: 1.05,
    async measure(bench) {
      const { small, large } = await productsOf(bench);
      const floor: Side = { once: () => small.askAuto(), settle: engineCallsEnded };
      const subject: Side = bench.floorVsFloor ? floor : { once: () => large.askAuto(), settle: engineCallsEnded };
      return latency(subject, floor, planOf(bench, 12, 300));
    },
  },
  {
    id: 'B9b', subject: 'GET /approvals/pending?limit=10 with 10,000 pending (normal 3,000; quick 150)', floor: 'the same with 10', better: 'less', target: 1.1, stretch: 1.03,
    async measure(bench) {
      const { small, large } = await productsOf(bench);
      const floor = listing(small);
      return latency(bench.floorVsFloor ? floor : listing(large), floor, planOf(bench, 40, 1_000));
    },
  },
  {
    id: 'B12', subject: 'p99 of a quiet tenant while another floods', floor: 'the quiet tenant alone', better: 'less', target: 2, stretch: 1.3,
    async measure(bench): Promise<Figure> {
      const world = await bench.world();
      const quiet = await openProduct(world);
      const loud = await quiet.addTenant('loud');
      const flood = bench.floorVsFloor ? null : await startFlood(world, { kind: 'flood', url: quiet.url, key: loud.agent_key });
      const each = sized(bench, 16, 120, 200);
      const pooled = { subject: [] as number[], floor: [] as number[] };
      const block = async (name: 'subject' | 'floor'): Promise<readonly number[]> => {
        if (name === 'subject') await flood?.begin();
        const taken: number[] = [];
        await many(timed(() => quiet.askAuto(), taken), each, LANES);
        if (name === 'subject') await flood?.end();
        pooled[name].push(...taken);
        return taken;
      };
      await many({ once: () => quiet.askAuto() }, each, LANES);
      const rounds: Round[] = [];
      for (let round = 0; round < sized(bench, 5, 7, 9); round += 1) {
        const [a, b, c, d] = [await block('subject'), await block('floor'), await block('floor'), await block('subject')];
        const [subject, floor] = [quantile([...a, ...d], 0.99), quantile([...b, ...c], 0.99)];
        rounds.push({ ratio: subject / floor, subject, floor, cpu: { subject: 0, floor: 0 } });
      }
      // One round holds too few for a p99: the ratio is that of all together, the spread that of the rounds.
      const [subject, floor] = [quantile(pooled.subject, 0.99), quantile(pooled.floor, 0.99)];
      return { ...figureOf(rounds, 'ms', each * 2), subject, floor, ratio: subject / floor };
    },
  },
];

const LANES = 4;

const timed = (act: () => Promise<void>, taken: number[]): Side => ({
  async once() {
    const from = performance.now();
    // One that is refused or given up fails the row: its time would flatter.
    await act();
    taken.push(performance.now() - from);
  },
});
