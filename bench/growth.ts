/** A request while approvals pile up and the ledger fills, against the same request on an empty system in the same rounds. */
import { loadavg } from 'node:os';
import { Pool } from 'pg';
import { createPool } from '../stores/pool';
import { engineCallsEnded } from './engine-calls';
import type { Growth, GrowthPoint } from './growth-plot';
import { latency } from './measure';
import { openProduct } from './product';
import { planOf, sized, type Bench } from './row';
import { inLanes } from './rows/requests';

export async function measureGrowth(bench: Bench): Promise<Growth> {
  const world = await bench.world();
  const [empty, grown] = [await openProduct(world), await openProduct(world)];
  const owner = createPool(grown.database.ownerUrl, { max: 1 });
  const writer = new Pool({ connectionString: grown.database.urlOf('wingman_worker'), max: 1 });
  world.keep({ close: async () => void (await Promise.all([owner.end(), writer.end()])) });
  const points: GrowthPoint[] = [];
  let pending = 0;
  for (const step of sized(bench, [[10, 0], [100, 10_000]], [[10, 0], [100, 10_000], [1_000, 100_000]], [[10, 0], [100, 10_000], [1_000, 100_000], [10_000, 1_000_000]])) {
    const [toPending = 0, toRows = 0] = step;
    await inLanes(toPending - pending, 16, async () => void (await grown.askPending()));
    pending = toPending;
    const ledgerRows = await fill(writer, owner, toRows);
    const figure = await latency({ once: () => grown.askAuto(), settle: engineCallsEnded }, { once: () => empty.askAuto(), settle: engineCallsEnded }, planOf(bench, 8, 200));
    points.push({ pending, ledgerRows, request: figure.subject, empty: figure.floor, ratio: figure.ratio, spread: figure.spread });
    bench.say(`growth: ${String(pending)} pending, ${String(ledgerRows)} ledger rows: ${figure.ratio.toFixed(2)}`);
  }
  return { at: new Date().toISOString(), load: loadavg()[0] ?? 0, points };
}

const BATCH = 2_000;

/** Through the ledger's own function, so that the chain is one that verifies; no row crosses the wire. */
async function fill(writer: Pool, owner: Pool, rows: number): Promise<number> {
  const count = async (): Promise<number> => Number((await owner.query<{ count: string }>('select count(*) from wingman.ledger')).rows[0]?.count ?? 0);
  for (let known = await count(); known < rows; known += BATCH) {
    await writer.query(
      `select count(*) from wingman.append((select jsonb_agg(jsonb_build_object('tenant', 'default', 'kind', 'refusal', 'body', '{"code":"NOT_FOUND","n":' || n || '}', 'idem', null, 'projection', '{}'::jsonb)) from generate_series(1, $1) n))`,
      [Math.min(BATCH, rows - known)],
    );
  }
  if (rows > 0) await owner.query('analyze');
  return count();
}
