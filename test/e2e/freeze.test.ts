import { randomUUID } from 'node:crypto';
import { createApiKey } from '../../security/tokens/api-key';
import { applyPolicy } from '../support/change-policy';
import { DEFAULT_POLICY, startStack, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

/** Everything in dev is frozen until then. */
const END = '2099-01-01T00:00:00Z';
const FROZEN_POLICY = DEFAULT_POLICY.replace(/freeze: \[\].*/, `freeze: [{ reason: quarter end, from: '2001-01-01T00:00:00Z', until: '${END}' }]`);

describe('a freeze window that begins after the approval', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await until('the inventory shows the container', async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${web}%`]);
      return row?.seen === true;
    });
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const apply = async (policy: string) => expect((await applyPolicy(stack, stack.operator_key, policy)).status).toBe(200);
  const ask = async (commands: readonly string[], extra: object = {}): Promise<string> => {
    const { body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands, ...extra,
    });
    return body['request'].request_id as string;
  };
  const approve = (id: string) => stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
  const mint = (approval_id: string, command: string) => stack.call('POST', '/gateway/token', stack.agent_key, { approval_id, command });
  const spend = (approval_id: string, command: string, token: string) =>
    stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id, command }, { 'x-capability-token': token });
  const startedAt = async (): Promise<string> => ((await world.get(`/containers/${web}/json`)) as { State: { StartedAt: string } }).State.StartedAt;
  const recorded = (id: string) =>
    stack.sql<{ kind: string; code: string }>(
      `select kind, convert_from(convert_to(body, 'UTF8'), 'UTF8')::jsonb ->> 'code' as code from wingman.ledger where body like $1 and body like '%FREEZE_WINDOW%' order by seq`,
      [`%${id}%`],
    );

  it('and before it, what a container prints of our keys reaches neither the row nor the agent', async () => {
    const { key } = createApiKey('operator');
    const { name } = await world.createContainer({ cmd: ['sh', '-c', `echo "key ${key} end"; sleep 100000`] });
    await until('it has printed', async () => (await world.engine.call({ method: 'GET', path: `/containers/${name}/logs`, query: { stdout: true }, answer: 'multiplexed', expect: [200] }, { signal: AbortSignal.timeout(5_000) })).stdout?.includes(key) === true);
    const id = await ask([`docker logs ${name}`]);
    const { body: minted } = await mint(id, `docker logs ${name}`);
    const { body } = await spend(id, `docker logs ${name}`, minted['token']);
    expect(body['output']).toBe('key [REDACTED:wingman-key] end\n');
    for (const table of ['ledger', 'executions']) {
      const [row] = await stack.sql<{ holding: string }>(`select count(*) as holding from wingman.${table} t where strpos(t::text, $1) > 0`, [key]);
      expect([table, row?.holding]).toEqual([table, '0']);
    }
  });

  it('stops tokens of before, tokens of now and the plan itself, says until when, and lets reading pass', async () => {
    const restart = `docker restart -t 0 ${web}`;
    const byToken = await ask([restart]);
    await approve(byToken);
    const early = await mint(byToken, restart);
    expect(early.status).toBe(200);
    const byPlan = await ask([restart], { execute: true });
    const reading = await ask([`docker top ${web}`]);
    const before = await startedAt();
    await apply(FROZEN_POLICY);

    // Minted before the window: the gateway is the one who refuses.
    const spent = await spend(byToken, restart, early.body['token']);
    expect([spent.status, spent.body['code'], spent.body['error']]).toEqual([422, 'FREEZE_WINDOW', expect.stringContaining('dev is frozen now, until 2099-01-01 00:00:00 +0000 UTC: quarter end')]);
    expect((await recorded(byToken)).some(({ kind, code }) => kind === 'refusal' && code === 'FREEZE_WINDOW')).toBe(true);
    const late = await mint(byToken, restart);
    expect([late.status, late.body['code']]).toEqual([422, 'FREEZE_WINDOW']);

    // Decided inside of the window: the decision stands, the step does not start, and whoever waits is told.
    expect((await approve(byPlan)).status).toBe(200);
    await until('the step is said not to have started', async () => {
      const { body } = await stack.call('GET', `/approvals/${byPlan}`, stack.agent_key);
      return body['execution_status'] === 'NOT_STARTED';
    });
    expect(await recorded(byPlan)).toContainEqual({ kind: 'execution.not_started', code: 'FREEZE_WINDOW' });
    expect(await startedAt()).toBe(before);

    const look = await mint(reading, `docker top ${web}`);
    expect((await spend(reading, `docker top ${web}`, look.body['token'])).body).toMatchObject({ success: true });

    await apply(DEFAULT_POLICY);
    expect((await spend(byToken, restart, early.body['token'])).body).toMatchObject({ success: true, status: 'SUCCEEDED' });
    expect(await startedAt()).not.toBe(before);
  });
});
