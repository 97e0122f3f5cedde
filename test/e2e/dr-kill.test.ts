import { stringify } from 'yaml';
import { governedPolicy } from '../support/governed-policy';
import { openKillablePlace, type KillablePlace, type Part } from '../support/killable-product';
import { openLanes, type Lanes } from '../support/lanes';
import { until } from '../support/until';

interface Point {
  readonly point: string;
  readonly part: Part;
  readonly status: string;
}

/** Each boundary of a stage, and the process that dies there. `gateway.after_act`: what was done is not known, so the run must not go on. */
const POINTS: readonly Point[] = [
  { point: 'api.after_dr_started', part: 'api', status: 'COMPLETED' },
  { point: 'api.after_decide', part: 'api', status: 'COMPLETED' },
  { point: 'worker.after_stage_opened', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_request_row', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_decision_row', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_stage_settled', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_dr_closed', part: 'workers', status: 'COMPLETED' },
  { point: 'gateway.after_outcome', part: 'gateway', status: 'COMPLETED' },
  { point: 'gateway.after_act', part: 'gateway', status: 'STOPPED' },
];

describe('kill -9 at the boundaries of a recovery run', () => {
  let lanes: Lanes<Point>;
  beforeAll(() => {
    lanes = openLanes(3, POINTS, () => openKillablePlace((world) => governedPolicy({ containers: [`wm-${world.run}-*`] }, { registry: { images: [world.image] } })), dieThere);
  });
  afterAll(() => lanes.closed, 60_000);

  it.each(POINTS)('at $point: no stage runs twice, none is skipped', (point) => lanes.of(point), 240_000);
});

async function dieThere({ world, product }: KillablePlace, { point, part, status }: Point): Promise<void> {
  const { name } = await world.createContainer({ name: world.name(point.replace('.', '-')), cmd: ['sleep', '100000'] });
  await product.isInInventory(name);
  const events = await world.followEvents();
  const { crash } = await product.killAt(part, point);
  const { call, insist, credentials, pool } = product;
  const plan = stringify({
    version: 1, name: point.replace(/[^a-z]/g, ' '),
    stages: [
      { name: 'stop', commands: [`docker stop -t 0 ${name}`], probe: [{ container: name, is: 'stopped' }], hold_seconds: 0 },
      { name: 'remove', commands: [`docker rm ${name}`], probe: [{ container: name, is: 'absent' }], hold_seconds: 0 },
    ],
  });
  // Without the answer of a started run there is its row: the run itself is found by its name.
  await call('POST', '/dr/runs', credentials.agent_key, { worker_id: 'agent-1', deployment_env: 'dev', plan }).catch(() => null);
  const run = await until('the run is there', async () => {
    const { body } = await insist('GET', '/dr/runs', credentials.agent_key);
    return (body['runs'] as { run_id: string; plan_hash: string; name: string }[]).find((one) => one.name === point.replace(/[^a-z]/g, ' '))?.run_id;
  });
  const decided = new Set<string>();
  const done = await until('the run has ended', async () => {
    const { body } = await insist('GET', `/dr/runs/${run}`, credentials.reviewer_key);
    const waiting = body['waiting_for'] as string | null;
    if (waiting !== null && !decided.has(waiting)) {
      const { body: request } = await insist('GET', `/approvals/${waiting}`, credentials.reviewer_key);
      if (request['status'] === 'PENDING') {
        const answer = await insist('POST', `/approvals/${waiting}/approve`, credentials.reviewer_key, {});
        if (answer.status === 200 || answer.body['code'] === 'ALREADY_DECIDED') decided.add(waiting);
      }
    }
    return body['ended_at'] !== null && body;
  }, 90_000);
  expect(await crash).toBe('SIGKILL');
  expect(done['status']).toBe(status);
  const { body: report } = await insist('GET', `/dr/runs/${run}/report`, credentials.reviewer_key);
  expect([report['status'], report['state']]).toEqual([done['status'], done['state']]);

  const expected = status === 'COMPLETED' ? [[1, 'DONE'], [2, 'DONE']] : [[1, 'FAILED']];
  expect(done['stages'].filter(({ end }: { end: string }) => end !== 'WORLD_CHANGED').map(({ stage, end }: Record<string, unknown>) => [stage, end])).toEqual(expected);
  if (status !== 'COMPLETED') expect(String(done['reason'])).toContain('UNKNOWN');
  const kinds = await pool.query<{ kind: string; n: string }>(`select kind, count(*) as n from wingman.ledger where body::jsonb ->> 'run_id' = $1 and kind in ('dr.started', 'dr.closed') group by kind`, [run]);
  expect(kinds.rows.map(({ n }) => Number(n))).toEqual([1, 1]);
  const actions = (await events.of(name)).map(({ Action }) => Action).filter((action) => action === 'stop' || action === 'destroy').sort();
  expect(actions).toEqual(status === 'COMPLETED' ? ['destroy', 'stop'] : ['stop']);
}
