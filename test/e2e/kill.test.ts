import { openKillablePlace, type KillablePlace, type Part } from '../support/killable-product';
import { DEFAULT_POLICY } from '../support/stack';
import { openLanes, type Lanes } from '../support/lanes';
import { until } from '../support/until';

interface Point {
  readonly point: string;
  readonly part: Part;
  readonly starts: readonly number[];
  readonly outcomes: readonly string[];
}

/** What each kill must lead to: how often the engine may have seen the act, and how the execution may be recorded. */
const POINTS: readonly Point[] = [
  { point: 'api.after_submit', part: 'api', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'api.before_decide', part: 'api', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'api.after_decide', part: 'api', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.after_request_row', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.before_decision_row', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.after_decision_row', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.after_mint', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'gateway.before_open', part: 'gateway', starts: [0], outcomes: ['NOT_STARTED'] },
  { point: 'gateway.after_intent', part: 'gateway', starts: [0], outcomes: ['UNKNOWN'] },
  { point: 'gateway.after_act', part: 'gateway', starts: [1], outcomes: ['UNKNOWN'] },
  { point: 'gateway.after_outcome', part: 'gateway', starts: [1], outcomes: ['SUCCEEDED'] },
];

describe('kill -9 in the middle of one execution', () => {
  let lanes: Lanes<Point>;
  beforeAll(() => {
    lanes = openLanes(3, POINTS, () => openKillablePlace(() => DEFAULT_POLICY), dieThere);
  });
  afterAll(() => lanes.closed, 60_000);

  it.each(POINTS)('at $point: nothing starts twice, no decision is lost', (point) => lanes.of(point), 240_000);
});

async function dieThere({ world, product }: KillablePlace, { point, part, starts, outcomes }: Point): Promise<void> {
  const { name, id: container } = await world.createContainer({ cmd: ['sleep', '100000'] });
  await product.isInInventory(container);
  const events = await world.followEvents();
  const { crash } = await product.killAt(part, point);
  const { insist, credentials, pool } = product;

  const asked = await insist('POST', '/approvals/request', credentials.agent_key, {
    worker_id: 'agent-1', task_name: `kill ${point}`, instruction: 'Restart it.', commands: [`docker restart -t 0 ${name}`], execute: true, deployment_env: 'dev',
  });
  expect(asked.status).toBe(200);
  const id: string = asked.body['request'].request_id;
  const decided = await insist('POST', `/approvals/${id}/approve`, credentials.reviewer_key, {});
  expect([200, 409]).toContain(decided.status);
  expect(await crash).toBe('SIGKILL');

  const done = await until('the execution is settled', async () => {
    const { body } = await insist('GET', `/approvals/${id}`, credentials.agent_key);
    return body['execution_status'] !== null && body['execution_status'] !== 'RUNNING' && body;
  }, 60_000);
  expect([done['status'], done['decided_by']]).toEqual(['APPROVED', 'owner']);
  expect(outcomes).toContain(done['execution_status']);

  // What the engine itself says.
  expect(starts).toContain((await events.of(container)).filter(({ Action }) => Action === 'restart').length);
  const intents = await pool.query<{ body: string }>(`select body from wingman.ledger where kind = 'execution.intent' and body like $1`, [`%${id}%`]);
  expect(intents.rowCount).toBeLessThanOrEqual(1);
  for (const { body } of intents.rows) {
    const { execution_id } = JSON.parse(body) as { execution_id: string };
    const ends = await pool.query(`select 1 from wingman.ledger where kind = 'execution.outcome' and body like $1`, [`%${execution_id}%`]);
    expect(ends.rowCount).toBe(1);
  }
  const closed = await pool.query(`select 1 from wingman.ledger where idem = $1`, [`closed:${id}`]);
  expect(closed.rowCount).toBe(1);
}
