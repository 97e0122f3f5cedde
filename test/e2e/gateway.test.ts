import { randomUUID } from 'node:crypto';
import { startStack, type Answer, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

describe('the gateway, attacked', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  let other: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    other = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev', 'test'] });
    await inInventory(other);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const inInventory = (text: string) =>
    until(`the inventory shows ${text}`, async () => {
      const rows = await stack.sql<{ seen: boolean }>(`select inventory::text like $1 as seen from wingman.inventories`, [`%${text}%`]);
      return rows.length === 2 && rows.every(({ seen }) => seen);
    });
  const ask = (commands: readonly string[], extra: object = {}) =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands, ...extra });
  const approved = async (commands: readonly string[], extra: object = {}): Promise<string> => {
    const { body } = await ask(commands, extra);
    const id: string = body['request'].request_id;
    const answer = await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    expect(answer.status).toBe(200);
    return id;
  };
  const mint = (approval_id: string, command: string, extra: object = {}) => stack.call('POST', '/gateway/token', stack.agent_key, { approval_id, command, ...extra });
  const spend = (approval_id: string, command: string, token: string, extra: object = {}): Promise<Answer> =>
    stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id, command, ...extra }, { 'x-capability-token': token });
  const startedAt = async (name: string): Promise<string> => ((await world.get(`/containers/${name}/json`)) as { State: { StartedAt: string } }).State.StartedAt;
  const intents = async (id: string): Promise<number> => (await stack.sql(`select 1 from wingman.executions where request_id = $1`, [id])).length;

  it('spends a token once, and refuses it ever after, also a hundred times at once', async () => {
    const id = await approved([`docker restart -t 0 ${web}`]);
    const { body } = await mint(id, `docker restart -t 0 ${web}`);
    expect(body).toMatchObject({ success: true, environment: 'dev' });
    const answers = await Promise.all(Array.from({ length: 100 }, () => spend(id, `docker restart -t 0 ${web}`, body['token'])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ status, body: refused }) => `${String(status)} ${String(refused['code'])}`))).toEqual(
      new Set(['409 TOKEN_USED']),
    );
    expect(await intents(id)).toBe(1);
    const again = await mint(id, `docker restart -t 0 ${web}`);
    const second = await spend(id, `docker restart -t 0 ${web}`, again.body['token']);
    expect([second.status, second.body['code']]).toEqual([409, 'STEP_ALREADY_EXECUTED']);
  });

  it('refuses a token for another approval, command, environment or agent, and one that was altered', async () => {
    const id = await approved([`docker restart ${web}`, `docker restart ${other}`]);
    const elsewhere = await approved([`docker restart ${web}`]);
    const { body } = await mint(id, `docker restart ${web}`);
    const token: string = body['token'];
    const altered = token.replace(/\.(.)/, (_, first: string) => `.${first === 'e' ? 'f' : 'e'}`);
    const table: readonly (readonly [Answer, number, string])[] = [
      [await spend(elsewhere, `docker restart ${web}`, token), 403, 'TOKEN_BINDING'],
      [await spend(id, `docker restart ${other}`, token), 403, 'TOKEN_BINDING'],
      [await spend(id, `docker stop ${web}`, token), 422, 'COMMAND_NOT_IN_PLAN'],
      [await spend(id, `docker restart ${web}`, token, { environment: 'test' }), 403, 'ENVIRONMENT_MISMATCH'],
      [await spend(id, `docker restart ${web}`, altered), 403, 'TOKEN_SIGNATURE'],
      [await spend(id, `docker restart ${web}`, ''), 401, 'TOKEN_MISSING'],
    ];
    for (const [answer, status, code] of table) expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(await intents(id)).toBe(0);
    const refusals = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'refusal'`);
    for (const code of ['TOKEN_BINDING', 'TOKEN_SIGNATURE', 'ENVIRONMENT_MISMATCH']) expect(refusals.some(({ body: row }) => row.includes(code))).toBe(true);
  });

  it('does not run what is locked, revoked, quarantined or bound to another container', async () => {
    const command = `docker restart ${other}`;
    const before = await startedAt(other);
    const locked = await approved([command]);
    const token: string = (await mint(locked, command)).body['token'];
    await stack.call('POST', '/locks', stack.operator_key, { environment: 'dev', reason: 'incident' });
    expect((await spend(locked, command, token)).body).toMatchObject({ code: 'LOCKED', status: 409 });
    await stack.call('POST', '/locks/release', stack.operator_key, { environment: 'dev' });

    await stack.call('POST', `/approvals/${locked}/cancel`, stack.reviewer_key, {});
    expect((await spend(locked, command, token)).body).toMatchObject({ code: 'APPROVAL_REVOKED', status: 410 });

    const quarantined = await approved([command]);
    const second: string = (await mint(quarantined, command)).body['token'];
    await stack.call('POST', '/quarantine', stack.operator_key, { worker_id: 'agent-1', reason: 'lied' });
    expect((await spend(quarantined, command, second)).body).toMatchObject({ code: 'QUARANTINED', status: 403 });
    expect((await ask([command])).body).toMatchObject({ code: 'QUARANTINED', status: 403 });
    await stack.call('POST', '/watcher/release/agent-1', stack.operator_key, { reason: 'looked at' });

    const name = world.name('rebound');
    const first = await world.createContainer({ name, cmd: ['sleep', '100000'] });
    await inInventory(first.id);
    const rebound = await approved([`docker restart ${name}`]);
    await world.removeContainer(first.id);
    await world.createContainer({ name, cmd: ['sleep', '100000'] });
    const third: string = (await mint(rebound, `docker restart ${name}`)).body['token'];
    expect((await spend(rebound, `docker restart ${name}`, third)).body).toMatchObject({ code: 'TARGET_CHANGED', status: 409 });
    expect(await startedAt(other)).toBe(before);
  });

  it('takes no approval from Temporal itself: a raw signal or update executes nothing', async () => {
    const before = await startedAt(web);
    const { body } = await ask([`docker restart ${web}`], { execute: true });
    const id: string = body['request'].request_id;
    const [row] = await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [id]);
    const handle = stack.temporal.workflow.getHandle(row?.workflow_id ?? '');
    await handle.signal('decide', { decision: 'APPROVE', reviewer: 'owner' });
    const forged = { decision: 'APPROVE', reviewer: 'owner', note: null, plan_hash: body['request'].plan_hash, attestation: 'e30.e30.e30' };
    await expect(handle.executeUpdate('decide', { args: [forged] })).rejects.toThrow();
    const recorded = await until('the forged signal was recorded', async () => {
      const rows = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'refusal' and body like '%temporal signal%'`);
      return rows.length > 0 && rows;
    });
    expect(recorded).toHaveLength(1);
    const request = (await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body;
    expect([request['status'], request['executions']]).toEqual(['PENDING', []]);
    expect(await startedAt(web)).toBe(before);
    const rejected = await stack.call('POST', `/approvals/${id}/reject`, stack.reviewer_key, {});
    expect(rejected.body['status']).toBe('REJECTED');
  });
});
