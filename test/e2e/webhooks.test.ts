import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { DEFAULT_POLICY, startStack, type Answer, type Stack } from '../support/stack';
import { until } from '../support/until';
import { startWebhookReceiver, typesOf, verified, type Told, type WebhookReceiver } from '../support/webhook-receiver';

const POLICY = DEFAULT_POLICY.replace(/requests_per_minute_per_agent: [0-9]+/, 'requests_per_minute_per_agent: 1000').replace(/decisions_per_minute_per_reviewer: [0-9]+/, 'decisions_per_minute_per_reviewer: 1000');

describe('webhooks, end to end', () => {
  let stack: Stack;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    stack = await startStack({ policySource: POLICY, webhooks: { backoffSeconds: [0.02, 0.02, 0.02] } });
  });
  afterAll(async () => {
    await stack?.close();
  });
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(async () => {
    for (const { endpoint_id } of (await operator('GET', '/webhooks')).body['webhooks']) await operator('POST', `/webhooks/${endpoint_id}/remove`);
    await receiver.close();
  });

  const operator = (method: string, path: string, body?: object): Promise<Answer> => stack.call(method, path, stack.operator_key, body);
  const add = async (body: object = {}): Promise<{ readonly id: string; readonly secret: string }> => {
    const answer = await operator('POST', '/webhooks', { url: receiver.url, private: true, ...body });
    expect([answer.status, answer.body['code']]).toEqual([200, undefined]);
    return { id: answer.body['webhook'].endpoint_id, secret: answer.body['secret'] };
  };
  const request = async (extra: object = {}): Promise<string> => {
    const { status, body } = await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands: ['docker restart web'], ...extra });
    expect([status, body['code']]).toEqual([200, undefined]);
    return String(body['request'].request_id);
  };
  const reject = (id: string): Promise<Answer> => stack.call('POST', `/approvals/${id}/reject`, stack.reviewer_key, {});
  const deliveries = async (id: string): Promise<readonly Record<string, any>[]> => (await operator('GET', `/webhooks/${id}/deliveries?limit=500`)).body['deliveries'];
  const settled = (id: string, n: number) =>
    until(`${String(n)} deliveries have ended`, async () => {
      const rows = await deliveries(id);
      return rows.length >= n && rows.every(({ state }) => state !== 'PENDING') ? rows : null;
    });

  it('tell a receiver of a request and its decision, signed so that its own library accepts them', async () => {
    const { id, secret } = await add();
    const approval = await request();
    await reject(approval);
    await settled(id, 2);
    // In which order they come is not promised; `seq` says which was first.
    const told = receiver.heard.map((one) => verified(secret, one)).sort((a, b) => a.data['seq'] - b.data['seq']);
    expect(told.map(({ type }) => type)).toEqual(['approval.requested', 'approval.closed']);
    expect(told.map(({ data }) => [data['kind'], data['approval_id'], data['status']])).toEqual([['approval.requested', approval, 'PENDING'], ['approval.closed', approval, 'REJECTED']]);
    expect(receiver.heard.map(({ method, path }) => [method, path])).toEqual([['POST', '/hook'], ['POST', '/hook']]);
    const feed = await stack.sql<{ seq: string; at: string }>(`select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from wingman.ledger where kind = 'approval.requested' and body::jsonb ->> 'approval_id' = $1`, [approval]);
    expect([told[0]?.data['seq'], told[0]?.timestamp]).toEqual([Number(feed[0]?.seq), feed[0]?.at]);
    expect(() => verified('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', receiver.heard[0] as never)).toThrow();
    expect(() => verified(secret, { ...receiver.heard[0], body: `${String(receiver.heard[0]?.body)} ` } as never)).toThrow();
  });

  it('are tried again under one id until they are taken, and say how often', async () => {
    const { id, secret } = await add({ events: ['approval.requested'] });
    receiver.answer(500, 302, 200);
    await request();
    const [row] = await settled(id, 1);
    expect([row?.['state'], row?.['attempts'], row?.['last_status']]).toEqual(['DELIVERED', 3, 200]);
    expect(new Set(receiver.heard.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([row?.['delivery_id']]));
    expect(new Set(receiver.heard.map((one) => JSON.stringify(verified(secret, one)))).size).toBe(1);
    expect(receiver.heard.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
  });

  it('are signed with the old and the new secret for the time of grace, and with the new one alone without', async () => {
    const { id, secret } = await add({ events: ['approval.requested'] });
    const rotated = (await operator('POST', `/webhooks/${id}/rotate`, {})).body;
    await request();
    await settled(id, 1);
    for (const one of [secret, rotated['secret']]) expect(verified(one, receiver.heard[0] as never).type).toBe('approval.requested');
    const last = (await operator('POST', `/webhooks/${id}/rotate`, { grace_seconds: 0 })).body['secret'];
    await request();
    await settled(id, 2);
    expect(verified(last, receiver.heard[1] as never).type).toBe('approval.requested');
    for (const one of [secret, rotated['secret']]) expect(() => verified(one, receiver.heard[1] as never)).toThrow();
  });

  it('end for an endpoint that answers 410; enabled again it hears what is new, and what it missed by a replay', async () => {
    const { id, secret } = await add({ events: ['approval.requested'] });
    receiver.answer(410);
    await request();
    const [gone] = await settled(id, 1);
    expect([gone?.['state'], gone?.['attempts'], gone?.['last_error']]).toEqual(['FAILED', 1, 'GONE']);
    const listed = (await operator('GET', '/webhooks')).body['webhooks'][0];
    expect([listed.state, listed.reason]).toEqual(['DISABLED', 'GONE']);
    const missed = await request();
    const enabled = (await operator('POST', `/webhooks/${id}/enable`)).body;
    expect(enabled['webhook'].state).toBe('ACTIVE');
    const { body } = await operator('POST', `/webhooks/${id}/replay`, { from_seq: enabled['missed_from'], to_seq: enabled['webhook'].cursor });
    expect(body['waiting']).toBe(1);
    await settled(id, 2);
    expect(verified(secret, receiver.heard[1] as never).data['approval_id']).toBe(missed);
    await operator('POST', `/webhooks/${id}/replay`, { delivery_id: gone?.['delivery_id'] });
    await until('the replay has come', () => receiver.heard.length === 3);
    expect(receiver.heard[2]?.headers['webhook-id']).toBe(receiver.heard[0]?.headers['webhook-id']);
    const kinds = await stack.sql<{ kind: string }>(`select kind from wingman.ledger where kind like 'webhook.%' and body::jsonb ->> 'endpoint_id' = $1 order by seq`, [id]);
    expect(kinds.map(({ kind }) => kind)).toEqual(['webhook.registered', 'webhook.disabled', 'webhook.enabled', 'webhook.replayed', 'webhook.replayed']);
  });

  it('give up after the last attempt, and disable an endpoint that took nothing in all that time', async () => {
    const { id } = await add({ events: ['approval.requested'] });
    receiver.always(503);
    await request();
    const [row] = await settled(id, 1);
    expect([row?.['state'], row?.['attempts'], row?.['last_status']]).toEqual(['FAILED', 4, 503]);
    await until('it is disabled', async () => (await operator('GET', '/webhooks')).body['webhooks'][0].reason === 'FAILING');
  });

  it('lose nothing while the worker is away, and send nothing of before the endpoint', async () => {
    await request();
    const { id } = await add({ events: ['approval.requested', 'approval.closed'] });
    const first = await request();
    await settled(id, 1);
    await stack.stopWorker();
    await stack.call('POST', `/approvals/${first}/reject`, stack.reviewer_key, {});
    expect(receiver.heard.length).toBe(1);
    await stack.startWorker();
    await until('the decision has come', () => typesOf(receiver.heard).includes('approval.closed'));
    expect(typesOf(receiver.heard)).toEqual(['approval.requested', 'approval.closed']);
  });

  it('send each row once to each endpoint that asked for it, however many there are', async () => {
    const { id } = await add({ events: ['approval.*'] });
    const other = await add({ url: `${receiver.url}/other`, events: ['approval.closed'] });
    const ids = await Promise.all(Array.from({ length: 25 }, () => request()));
    await Promise.all(ids.map(reject));
    await settled(id, 50);
    await settled(other.id, 25);
    const heard = receiver.heard.map(({ path, body }) => `${path} ${(JSON.parse(body) as Told).type} ${(JSON.parse(body) as Told).data['approval_id']}`);
    expect(new Set(heard).size).toBe(75);
    expect(heard.length).toBe(75);
  });

  it('tell the endpoint that a request named as its callback_url of its end, and of no other request’s', async () => {
    const { id, secret } = await add({ events: [] });
    const silent = await request();
    const named = await request({ callback_url: receiver.url });
    const free = await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Look.', deployment_env: 'dev', commands: ['docker ps'], callback_url: receiver.url });
    expect(free.body['status']).toBe('AUTO_APPROVED');
    await reject(silent);
    await reject(named);
    await settled(id, 2);
    const told = receiver.heard.map((one) => verified(secret, one).data);
    expect(new Set(told.map(({ kind, approval_id, status }) => `${String(kind)} ${String(approval_id)} ${String(status)}`))).toEqual(
      new Set([`approval.requested ${String(free.body['request'].request_id)} AUTO_APPROVED`, `approval.closed ${named} REJECTED`]),
    );
  });

  it('refuse a callback_url that is not exactly an active endpoint’s, or another tenant’s, and say what to do', async () => {
    const ask = async (callback_url: string, task_name: string = randomUUID()): Promise<Answer> =>
      stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name, instruction: 'Do it.', deployment_env: 'dev', commands: ['docker restart web'], callback_url });
    const { id } = await add({ events: [] });
    for (const url of [`${receiver.url}/`, `${receiver.url}?x=1`, `${receiver.url}#x`, receiver.url.toUpperCase(), receiver.url.replace('127.0.0.1', '127.1'), receiver.url.replace('http:', 'https:'), receiver.url.slice(0, -1), `${receiver.url} `, 'nonsense', 'file:///etc/passwd', 'http://169.254.169.254/']) {
      const { status, body } = await ask(url);
      expect([url, status, body['code']]).toEqual([url, 400, 'CALLBACK_NOT_REGISTERED']);
      expect(body['error']).toContain('wingman webhooks add');
    }
    expect((await ask(receiver.url, 'twice')).status).toBe(200);
    expect((await ask(receiver.url, 'twice')).body['deduped']).toBe(true);
    await add({ url: `${receiver.url}/second`, events: [] });
    expect((await ask(`${receiver.url}/second`, 'twice')).body['code']).toBe('DUPLICATE_REQUEST');
    await operator('POST', `/webhooks/${id}/remove`);
    expect((await ask(receiver.url)).body['code']).toBe('CALLBACK_NOT_REGISTERED');
    const [row] = await stack.sql<{ n: number }>(`select count(*)::int as n from wingman.ledger where kind = 'refusal' and body::jsonb ->> 'code' = 'CALLBACK_NOT_REGISTERED'`);
    expect(row?.n).toBe(12);
  });

  it('tell of an incident: opened, repeated, acknowledged, resolved, and of the verdict that opened it', async () => {
    const { id, secret } = await add({ events: ['incident.*', 'claim.verdict'] });
    const approval = await request();
    const claim = async (): Promise<void> => {
      await stack.call('POST', '/log_claim', stack.agent_key, { worker_id: 'agent-1', claim: 'docker restart web exited with code 0', approval_id: approval, deployment_env: 'dev' });
      await stack.sweep();
    };
    await claim();
    await claim();
    const open = (await operator('GET', '/watcher/alerts')).body['alerts'];
    for (const { incident_id } of open) {
      await operator('POST', `/watcher/acknowledge/${incident_id}`, {});
      await operator('POST', `/watcher/resolve/${incident_id}`, { resolution: 'a test' });
    }
    await settled(id, 6);
    const told = receiver.heard.map((one) => verified(secret, one));
    expect([...new Set(told.map(({ type }) => type))].sort()).toEqual(['claim.verdict', 'incident.acknowledged', 'incident.opened', 'incident.repeated', 'incident.resolved']);
    expect(told.find(({ type }) => type === 'incident.opened')?.data).toMatchObject({ kind: 'incident.opened', worker_id: 'agent-1', incident_id: expect.any(String), severity: expect.any(String) });
  });

  it('are an operator’s alone, and keep their secrets from everybody but the process that signs', async () => {
    const { id, secret } = await add();
    for (const key of [stack.agent_key, stack.reviewer_key]) {
      for (const [method, path] of [['GET', '/webhooks'], ['POST', `/webhooks/${id}/rotate`], ['GET', `/webhooks/${id}/deliveries`]] as const) expect((await stack.call(method, path, key, method === 'GET' ? undefined : {})).status).toBe(403);
    }
    for (const path of ['/webhooks', `/webhooks/${id}/deliveries`]) expect(JSON.stringify((await operator('GET', path)).body)).not.toContain('whsec_');
    const all = await stack.sql<{ text: string }>(`select coalesce(string_agg(s::text, ''), '') || (select string_agg(l::text, '') from wingman.ledger l) as text from wingman.webhook_secrets s`);
    expect(all[0]?.text).not.toContain(secret.slice(6));
    for (const role of ['wingman_api', 'wingman_gateway', 'wingman_reader'] as const) {
      const client = new Client({ connectionString: stack.database.urlOf(role) });
      await client.connect();
      await expect(client.query('select * from wingman.webhook_secrets')).rejects.toMatchObject({ code: '42501' });
      await client.end();
    }
    const unknown = randomUUID();
    for (const path of [`/webhooks/${unknown}/rotate`, `/webhooks/${unknown}/remove`, `/webhooks/nonsense/enable`]) expect((await operator('POST', path, path.endsWith('rotate') ? {} : undefined)).status).toBe(404);
  });

  it('refuse what is no endpoint, twice the same, an event that is none, and a span that is none', async () => {
    const { id } = await add();
    const code = async (path: string, body: object): Promise<readonly unknown[]> => {
      const answer = await operator('POST', path, body);
      return [answer.status, answer.body['code']];
    };
    expect(await code('/webhooks', { url: receiver.url, private: true })).toEqual([409, 'WEBHOOK_STATE']);
    expect(await code('/webhooks', { url: receiver.url })).toEqual([400, 'WEBHOOK_URL_REFUSED']);
    expect(await code('/webhooks', { url: 'https://hooks.example.com/', events: ['key.created'] })).toEqual([400, 'INVALID_FIELD']);
    expect(await code('/webhooks', { url: 'https://hooks.example.com/', events: ['*'] })).toEqual([400, 'INVALID_FIELD']);
    expect(await code(`/webhooks/${id}/enable`, {})).toEqual([409, 'WEBHOOK_STATE']);
    for (const body of [{}, { from_seq: 1 }, { to_seq: 1 }, { from_seq: 2, to_seq: 1 }, { from_seq: 0, to_seq: 1 }, { delivery_id: `msg_${'0'.repeat(32)}`, from_seq: 1, to_seq: 2 }, { delivery_id: 'msg_x' }]) {
      expect((await code(`/webhooks/${id}/replay`, body))[0]).toBe(400);
    }
    expect(await code(`/webhooks/${id}/replay`, { delivery_id: `msg_${'0'.repeat(32)}` })).toEqual([404, 'NOT_FOUND']);
  });
});
