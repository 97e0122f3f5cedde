import { randomBytes, randomUUID } from 'node:crypto';
import { createApiKey } from '../../security/tokens/api-key';
import { startStack, type Stack } from '../support/stack';

describe('over the real API', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  const ask = (extra: object = {}) =>
    stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Restart it.', deployment_env: 'dev', commands: ['docker restart web'], ...extra,
    });

  it('a reviewer who may only read locks, quarantines, releases, resolves and revokes nothing', async () => {
    await stack.call('POST', '/reviewers', stack.operator_key, { reviewer: 'reader', may_decide: false });
    const { body: made } = await stack.call('POST', '/keys', stack.operator_key, { kind: 'reviewer', subject: 'reader' });
    const reader = made['key'] as string;
    const id = (await ask()).body['request'].request_id as string;
    expect((await stack.call('POST', '/quarantine', stack.reviewer_key, { worker_id: 'agent-9', reason: 'seen' })).status).toBe(200);

    for (const [path, body] of [
      ['/locks', { environment: 'dev', reason: 'x' }],
      ['/quarantine', { worker_id: 'agent-1', reason: 'x' }],
      ['/watcher/release/agent-9', { reason: 'x' }],
      [`/executions/${randomUUID()}/resolve`, { outcome: 'HAPPENED', note: 'x' }],
      [`/approvals/${id}/cancel`, {}],
      [`/approvals/${id}/approve`, {}],
      [`/approvals/${id}/reject`, {}],
    ] as const) {
      const answer = await stack.call('POST', path, reader, body);
      expect([path, answer.status, answer.body['code']]).toEqual([path, 403, 'REVIEWER_NOT_ALLOWED']);
    }
    expect((await stack.call('GET', '/locks', reader)).body).toEqual({ locks: [] });
    expect(await stack.sql('select worker_id from wingman.quarantines')).toEqual([{ worker_id: 'agent-9' }]);
    expect((await stack.call('GET', `/approvals/${id}`, reader)).body['status']).toBe('PENDING');

    // Who may decide, and operators, still can.
    expect((await stack.call('POST', '/watcher/release/agent-9', stack.reviewer_key, { reason: 'looked at' })).status).toBe(200);
    expect((await stack.call('POST', '/locks', stack.operator_key, { environment: 'test', reason: 'x' })).status).toBe(200);
  });

  it('no row of the ledger or of a request keeps one of our own keys or tokens', async () => {
    const { key } = createApiKey('agent');
    const token = [{ alg: 'EdDSA', typ: 'wingman-cap+jwt' }, { sub: 'agent-1', jti: randomUUID() }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + `.${randomBytes(64).toString('base64url')}`;
    for (const secret of [key, token]) {
      await ask({ task_name: `use ${secret}`, instruction: `Call it with ${secret} then.` });
      await ask({ commands: [`docker restart ${secret.slice(0, 100)}`, `docker exec web echo ${secret}`] });
      await stack.call('POST', '/log_claim', stack.agent_key, { worker_id: 'agent-1', claim: `I used ${secret} and it worked` });
      const id = (await ask({ task_name: `t ${randomUUID()}` })).body['request'].request_id as string;
      await stack.call('POST', `/approvals/${id}/reject`, stack.reviewer_key, { note: `no, not with ${secret}` });
      await stack.call('POST', '/quarantine', stack.operator_key, { worker_id: 'agent-8', reason: `leaked ${secret}` });
      await stack.call('POST', '/locks', stack.operator_key, { environment: 'prd', reason: `leaked ${secret}` });
      await stack.call('POST', '/watcher/release/agent-8', stack.operator_key, { reason: `${secret} is revoked` });
      for (const table of ['ledger', 'approvals', 'claims', 'decisions', 'quarantines', 'locks', 'idempotency']) {
        const [row] = await stack.sql<{ holding: string }>(`select count(*) as holding from wingman.${table} t where strpos(t::text, $1) > 0`, [secret]);
        expect([table, row?.holding]).toEqual([table, '0']);
      }
    }
    const [rows] = await stack.sql<{ count: string }>(`select count(*) from wingman.ledger where kind in ('approval.requested', 'claim', 'approval.closed')`);
    expect(Number(rows?.count)).toBeGreaterThan(5);
  });
});
