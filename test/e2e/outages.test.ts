/** Postgres or Temporal away for the product, cut off or silent: nothing is half-done, stopping works, and nobody has to restart anything. */
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { openRelay, type Relay } from '../support/relay';
import { sharedServers } from '../support/shared-servers';
import { startStack, type Answer, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('what is away', () => {
  let stack: Stack;
  let world: DockerWorld;
  let postgres: Relay;
  let temporal: Relay;
  let web: string;
  let asked = 0;

  beforeAll(async () => {
    const { postgresUrl, temporalAddress } = sharedServers();
    postgres = await openRelay({ host: '127.0.0.1', port: Number(new URL(postgresUrl).port) });
    const [host = '', port] = temporalAddress.split(':');
    temporal = await openRelay({ host, port: Number(port) });
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'], through: { temporalAddress: temporal.address, postgresPort: postgres.port } });
    await until('the gateway sees the container', async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${web}%`]);
      return row?.seen === true;
    });
  });
  afterEach(async () => {
    await postgres.restore();
    await temporal.restore();
    await until('all parts answer again', async () => (await stack.call('GET', '/readyz', null)).status === 200, 40_000);
  });
  afterAll(async () => {
    await postgres?.restore();
    await temporal?.restore();
    await stack?.close();
    await postgres?.close();
    await temporal?.close();
    await world?.close();
  });

  const ask = (extra: object = {}): Promise<Answer> => {
    asked += 1;
    return stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: `Task ${String(asked)}`, instruction: 'Do it.', deployment_env: 'dev', commands: [`docker restart -t 0 ${web}`], ...extra,
    });
  };
  const pending = async (extra: object = {}): Promise<string> => {
    const { status, body } = await until('a request is taken', async () => {
      const answer = await ask(extra);
      return answer.status === 200 && answer;
    }, 40_000);
    expect([status, body['status']]).toEqual([200, 'PENDING']);
    return String(body['request'].request_id);
  };
  const counts = async (): Promise<unknown> =>
    (await stack.sql(`select (select count(*) from wingman.approvals) approvals, (select count(*) from wingman.executions) executions,
      (select count(*) from wingman.decisions) decisions, (select count(*) from wingman.locks) locks`))[0];
  const statusOf = async (id: string): Promise<string> => String((await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body['status']);
  const startedAt = async (): Promise<string> => ((await world.get(`/containers/${web}/json`)) as { State: { StartedAt: string } }).State.StartedAt;
  const expectAway = ({ status, headers, body }: Answer, code: string): void => {
    expect([status, body['code']]).toEqual([503, code]);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body['error']).toEqual(expect.stringMatching(/\w/));
  };

  it.each(['cut', 'freeze'] as const)('without Postgres (%s) every write is a 503 that changed nothing, and works again by itself', async (how) => {
    const id = await pending();
    const before = await counts();
    await postgres[how]();
    const answers = await Promise.all([
      ask(),
      stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {}),
      stack.call('POST', `/approvals/${id}/reject`, stack.reviewer_key, {}),
      stack.call('POST', `/approvals/${id}/cancel`, stack.agent_key, {}),
      stack.call('POST', `/approvals/${id}/execute`, stack.agent_key, {}),
      stack.call('POST', '/gateway/token', stack.agent_key, { approval_id: id, command: `docker restart -t 0 ${web}` }),
      stack.call('POST', '/log_claim', stack.agent_key, { worker_id: 'agent-1', claim: 'I restarted web' }),
      stack.call('POST', '/locks', stack.operator_key, { environment: 'dev', reason: 'an incident' }),
    ]);
    for (const answer of answers) expectAway(answer, 'DATABASE_UNAVAILABLE');
    const alive = await stack.call('GET', '/healthz', null);
    const ready = await stack.call('GET', '/readyz', null);
    expect([alive.status, ready.status, ready.body['database']]).toEqual([200, 503, false]);
    expect(await counts()).toEqual(before);
    await postgres.restore();
    await until('the request can be decided', async () => (await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status === 200, 40_000);
    expect(await statusOf(id)).toBe('APPROVED');
  }, 120_000);

  it('without Postgres the gateway starts nothing that was approved before', async () => {
    const id = await pending();
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    const token = await stack.call('POST', '/gateway/token', stack.agent_key, { approval_id: id, command: `docker restart -t 0 ${web}` });
    expect(token.status).toBe(200);
    const before = await startedAt();
    await postgres.cut();
    const run = await stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id: id, command: `docker restart -t 0 ${web}` }, { 'x-capability-token': String(token.body['token']) });
    expectAway(run, 'DATABASE_UNAVAILABLE');
    expect(await startedAt()).toBe(before);
    await postgres.restore();
    const later = await until('the same token runs', async () => {
      const answer = await stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id: id, command: `docker restart -t 0 ${web}` }, { 'x-capability-token': String(token.body['token']) });
      return answer.status !== 503 && answer;
    }, 40_000);
    expect([later.status, later.body['success']]).toEqual([200, true]);
    expect(await startedAt()).not.toBe(before);
  }, 120_000);

  it.each(['cut', 'freeze'] as const)('without Temporal (%s) reading, rejecting, locking and quarantine work, asking and approving are a 503', async (how) => {
    const [one, other, cancelled] = [await pending({ execute: true }), await pending({ execute: true }), await pending()];
    const started = await startedAt();
    await temporal[how]();
    const [request, approved] = await Promise.all([ask(), stack.call('POST', `/approvals/${other}/approve`, stack.reviewer_key, {})]);
    expectAway(request, 'TEMPORAL_UNAVAILABLE');
    expectAway(approved, 'TEMPORAL_UNAVAILABLE');
    expect(await statusOf(other)).toBe('PENDING');
    const listed = await stack.call('GET', '/approvals/pending', stack.reviewer_key);
    expect((listed.body['pending'] as { request_id: string }[]).map(({ request_id }) => request_id)).toEqual(expect.arrayContaining([one, other]));
    expect((await stack.call('GET', '/readyz', null)).body).toMatchObject({ ready: false, database: true, temporal: false });
    const rejected = await stack.call('POST', `/approvals/${one}/reject`, stack.reviewer_key, { note: 'not now' });
    expect([rejected.status, rejected.body['status'], rejected.body['decided_by']]).toEqual([200, 'REJECTED', 'owner']);
    const late = await stack.call('POST', `/approvals/${one}/approve`, stack.reviewer_key, {});
    expect(late.status).toBe(409);
    const ended = await stack.call('POST', `/approvals/${cancelled}/cancel`, stack.agent_key, {});
    expect([ended.status, ended.body['status']]).toEqual([200, 'CANCELLED']);
    const locked = await stack.call('POST', '/locks', stack.operator_key, { environment: 'dev', reason: 'an incident' });
    expect(locked.status).toBeLessThan(300);
    await temporal.restore();
    await until('the workflows of the rejected and the cancelled request have followed', async () => {
      for (const id of [one, cancelled]) {
        const [row] = await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [id]);
        const { status } = await stack.temporal.workflow.getHandle(row?.workflow_id ?? '').describe();
        if (status.name !== 'COMPLETED') return false;
      }
      return true;
    }, 40_000);
    // The lock that was set meanwhile holds: this one can be approved and starts nothing.
    // What a silent engine was sent it may take when it goes on; then the approval of before is the one that counts.
    await until('the other is approved, by the first ask or by this one', async () => {
      const { status } = await stack.call('POST', `/approvals/${other}/approve`, stack.reviewer_key, {});
      return status === 200 || (await statusOf(other)) === 'APPROVED';
    }, 40_000);
    await until('its step is refused', async () => (await stack.call('GET', `/approvals/${other}`, stack.agent_key)).body['execution_status'] === 'NOT_STARTED', 40_000);
    expect(await startedAt()).toBe(started);
    expect((await stack.call('POST', '/locks/release', stack.operator_key, { environment: 'dev' })).status).toBeLessThan(300);
  }, 180_000);
});
