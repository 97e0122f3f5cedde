import { createLedger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { streamLedger } from '../../stores/ledger-export';
import { loadKeyset } from '../../security/keys/load';
import { verifyLedger } from '../../security/ledger/verify';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('one approval, from the ask to the proven execution', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;

  beforeAll(async () => {
    world = await openDockerWorld();
    web = world.name('web');
    await world.createContainer({ name: web, cmd: ['sleep', '100000'] });
    stack = await startStack({ environments: ['dev'] });
    await until('the gateway sees the container', async () => {
      const { body } = await stack.call('GET', '/gateway/health', stack.operator_key);
      return body['status'] === 'healthy';
    });
    await until('the container is in the inventory', async () => {
      const { body } = await ask([`docker restart ${web}`], { task_name: 'dry' }, '/policy/explain');
      return JSON.stringify(body['card'] ?? '').includes('busybox');
    });
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const ask = (commands: readonly string[], extra: object = {}, path = '/approvals/request') =>
    stack.call('POST', path, stack.agent_key, { worker_id: 'agent-1', task_name: 'Work', instruction: 'Do it.', deployment_env: 'dev', commands, ...extra });

  it('answers a read-only plan at once, and runs it when the agent asks', async () => {
    const { status, body } = await ask([`docker logs --tail 5 ${web}`]);
    expect([status, body['status'], body['needs_approval']]).toEqual([200, 'AUTO_APPROVED', false]);
    const run = await stack.call('POST', `/approvals/${body['request'].request_id}/execute`, stack.agent_key, {});
    expect(run.body).toMatchObject({ execution_status: 'SUCCEEDED', executions: [{ status: 'SUCCEEDED', exit_code: 0 }] });
  });

  it('waits for a person, then restarts the container once', async () => {
    const before = (await world.get(`/containers/${web}/json`)) as { State: { StartedAt: string } };
    const { body } = await ask([`docker restart -t 0 ${web}`], { execute: true });
    expect(body).toMatchObject({ status: 'PENDING', needs_approval: true, risk: { risk_level: 'MEDIUM' } });
    const id: string = body['request'].request_id;
    expect(body['request'].card.steps[0].says).toContain(web);
    const approved = await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, { note: 'fine', plan_hash: body['request'].plan_hash });
    expect([approved.status, approved.body['status'], approved.body['decided_by']]).toEqual([200, 'APPROVED', 'owner']);
    const done = await until('the step ended', async () => {
      const { body: request } = await stack.call('GET', `/approvals/${id}`, stack.agent_key);
      return request['execution_status'] === 'SUCCEEDED' && request;
    });
    expect(done['executions']).toHaveLength(1);
    expect(done['status']).toBe('APPROVED');
    const after = (await world.get(`/containers/${web}/json`)) as { State: { StartedAt: string } };
    expect(after.State.StartedAt).not.toBe(before.State.StartedAt);
  });

  it('leaves a chain that verifies', async () => {
    const pool = createPool(stack.database.urlOf('wingman_api'));
    const keyset = await loadKeyset(`${stack.keysDir}/api`);
    const report = await verifyLedger(streamLedger(pool), { checkpoints: [], keyset });
    expect(report).toMatchObject({ ok: true, findings: [] });
    expect(report.rows).toBeGreaterThan(10);
    expect(createLedger(pool).flushes()).toBe(0);
    await pool.end();
  });
});
