import { randomUUID } from 'node:crypto';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { DEFAULT_POLICY, startStack, type Answer, type Stack } from '../support/stack';
import { until } from '../support/until';

const POLICY = `${DEFAULT_POLICY}\nincidents:\n  severity: { CLAIMED_OTHER: HIGH }\n  critical_after: 3\n  digest_minutes: 1\nagents:\n  min_true_rate: 0.9\n  min_claims: 3\n`;

describe('the truth, end to end', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  let db: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    db = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'], policySource: POLICY });
    await until('the gateway sees the containers', async () => {
      const rows = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${db}%`]);
      return rows.some(({ seen }) => seen);
    });
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const post = (path: string, body: object, key = stack.agent_key): Promise<Answer> => stack.call('POST', path, key, body);
  const get = (path: string, key = stack.operator_key): Promise<Answer> => stack.call('GET', path, key);
  const log = async (worker_id: string, claim: string, extra: object = {}): Promise<string> => {
    const { status, body } = await post('/log_claim', { worker_id, claim, deployment_env: 'dev', ...extra });
    expect([status, body['code']]).toEqual([200, undefined]);
    return String(body['entry'].claim_id);
  };
  const claimed = async (worker: string, text: string, extra: object = {}): Promise<Record<string, any>> => {
    const id = await log(worker, text, extra);
    await stack.sweep();
    return (await get(`/claims/${id}`)).body;
  };
  const ask = (worker_id: string, commands: readonly string[], extra: object = {}) =>
    post('/approvals/request', { worker_id, task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands, ...extra });
  const executed = async (worker: string, commands: readonly string[]): Promise<string> => {
    const id = String((await ask(worker, commands, { execute: true })).body['request'].request_id);
    await post(`/approvals/${id}/approve`, {}, stack.reviewer_key);
    await until('it was executed', async () => (await get(`/approvals/${id}`)).body['execution_status'] === 'SUCCEEDED');
    return id;
  };
  const kinds = async (worker: string): Promise<readonly string[]> =>
    (await stack.sql<{ kind: string }>(`select kind from wingman.ledger where body::jsonb ->> 'worker_id' = $1 order by seq`, [worker])).map(({ kind }) => kind);

  it('answers what is so, what is not, and what nobody can tell', async () => {
    const verdictOf = async (claim: string): Promise<readonly unknown[]> => {
      const { status, body } = await post('/verify', { claim }, stack.reviewer_key);
      return [status, body['verdict'], body['verifier']];
    };
    expect(await verdictOf(`The container ${web} is running`)).toEqual([200, 'TRUE', 'simple']);
    expect(await verdictOf(`The container ${web} is stopped`)).toEqual([200, 'FALSE', 'simple']);
    expect(await verdictOf(`The container ${web} is running and the container ghost-${web} is running`)).toEqual([200, 'FALSE', 'simple']);
    expect(await verdictOf('Everything works well')).toEqual([200, 'UNVERIFIABLE', 'simple']);
    for (const odd of ['', '{"verdict":"TRUE"}', 'VERDICT: TRUE', 'I created /srv/q1.json\u0000.txt', '\ud800']) expect(await verdictOf(odd)).toEqual([200, 'UNVERIFIABLE', 'simple']);
  });

  it('shows the evidence: what looked, where, when, what it saw, and the rule', async () => {
    const { body } = await post('/verify', { claim: `The container ${web} is running` }, stack.reviewer_key);
    expect(body).toMatchObject({
      details: expect.any(String), timestamp: expect.stringMatching(/Z$/), processing_time_ms: expect.any(Number),
      parts: [{ verdict: 'TRUE', rule: expect.stringMatching(/^[A-Z_]+$/), part: { subject: { kind: 'container', name: web } } }],
      probes: [{ probe: { kind: 'container', name: web }, at: expect.stringMatching(/Z$/), seen: { exists: true, state: 'running' } }],
      evidence_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const [row] = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'claim.verdict' and seq = $1`, [body['ledger_seq']]);
    expect(JSON.parse(row?.body ?? '{}')).toMatchObject({ claim_id: body['claim_id'], verdict: 'TRUE', evidence_sha256: body['evidence_sha256'] });
  });

  it('says of a host without a prober that there is none', async () => {
    const { body } = await post('/verify', { claim: '/srv/report.json exists', host: 'nowhere' }, stack.reviewer_key);
    expect(body).toMatchObject({ verdict: 'UNVERIFIABLE', probes: [{ host: 'nowhere', blind: { code: 'NO_PROBER', message: expect.stringContaining('nowhere') } }] });
  });

  it('refuses a claim that leans on what is another agent’s, or in another’s name', async () => {
    const theirs = String((await ask('agent-2', ['docker ps'])).body['request'].request_id);
    for (const extra of [{ approval_id: theirs }, { approval_id: randomUUID() }, { execution_id: randomUUID() }]) {
      expect(await post('/log_claim', { worker_id: 'agent-1', claim: 'Done', ...extra })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect(await post('/log_claim', { worker_id: 'other', claim: 'Done' })).toMatchObject({ status: 403, body: { code: 'WORKER_ID_NOT_ALLOWED' } });
    // The database refuses it too, whoever asks.
    const seqs = await stack.sql<{ n: number }>(`select count(*)::int as n from wingman.claims where worker_id = 'agent-1' and approval_id is not null`);
    expect(seqs[0]?.n).toBe(0);
  });

  it('tells the story: approved, executed, claimed, and one thing more that was not done', async () => {
    const agent = 'agent-story';
    const approval_id = await executed(agent, [`docker restart -t 0 ${web}`]);
    const honest = await claimed(agent, `I restarted the container ${web}`, { approval_id });
    expect(honest).toMatchObject({ status: 'TRUE', approval_id, environment: 'dev' });
    expect((await get('/watcher/alerts?worker_id=agent-story')).body['count']).toBe(0);

    const lie = await claimed(agent, `I restarted the container ${web} and stopped the container ${db}`, { approval_id });
    expect(lie).toMatchObject({ status: 'FALSE', verdicts: [{ verdict: 'FALSE', incident_id: expect.any(String) }] });
    const incident = (await get(`/watcher/alerts/${String(lie['verdicts'][0].incident_id)}`)).body;
    expect(incident).toMatchObject({ kind: 'FALSE_CLAIM', severity: 'MEDIUM', state: 'OPEN', worker_id: agent, claim_id: lie['claim_id'], approval_id });

    // Again the same, and one more: the third false claim is CRITICAL by this policy.
    const again = await claimed(agent, `I stopped the container ${db}`);
    const third = await claimed(agent, `The container ${web} is paused`);
    expect([again['status'], third['status']]).toEqual(['FALSE', 'FALSE']);
    expect((await get(`/watcher/alerts/${String(third['verdicts'][0].incident_id)}`)).body).toMatchObject({ severity: 'CRITICAL' });
    expect((await ask(agent, ['docker ps'])).body).toMatchObject({ code: 'QUARANTINED', status: 403 });
    const [row] = await stack.sql<{ together: boolean }>(
      `select count(*) = 3 and max(seq) - min(seq) = 2 as together from wingman.ledger
       where (kind = 'quarantine.set' and body::jsonb ->> 'worker_id' = $1) or body::jsonb ->> 'verdict_id' = $2`,
      [agent, third['verdicts'][0].verdict_id],
    );
    expect(row?.together).toBe(true);

    const record = (await get('/agents')).body['agents'].find(({ worker_id }: { worker_id: string }) => worker_id === agent);
    expect(record).toMatchObject({ requests: 1, executions: 1, claims: 4, verdicts: { TRUE: 1, FALSE: 3, UNVERIFIABLE: 0 }, quarantined: true, true_rate: { rate: 0.25 } });

    const acknowledged = await post(`/watcher/acknowledge/${incident['incident_id'] as string}`, { note: 'looking' }, stack.reviewer_key);
    expect(acknowledged.body).toMatchObject({ acknowledged: true, state: 'ACKNOWLEDGED', acknowledged_by: 'owner' });
    expect((await post(`/watcher/acknowledge/${incident['incident_id'] as string}`, {}, stack.reviewer_key)).body).toMatchObject({ code: 'INCIDENT_STATE', status: 409 });
    await post(`/watcher/release/${agent}`, { reason: 'the agent was mended' }, stack.reviewer_key);
    expect((await post(`/watcher/resolve/${incident['incident_id'] as string}`, { resolution: 'mended' }, stack.reviewer_key)).body).toMatchObject({ state: 'RESOLVED' });
    await until('its workflow has ended', async () => (await stack.eventsOf(`incident:${incident['incident_id'] as string}`)).at(-1) === 'WORKFLOW_EXECUTION_COMPLETED');

    // It works again, but nothing is automatic any more: its record is below what the policy wants.
    expect((await ask(agent, ['docker ps'])).body).toMatchObject({ status: 'PENDING' });
    expect((await ask('agent-1', ['docker ps'])).body).toMatchObject({ status: 'AUTO_APPROVED' });
    expect(await kinds(agent)).toEqual(expect.arrayContaining(['claim', 'claim.verdict', 'incident.opened', 'quarantine.set', 'quarantine.released']));
  });

  it('counts the same false claim as a repeat, and opens a new incident after the end of the first', async () => {
    const agent = 'agent-repeat';
    const first = await claimed(agent, `The container ${db} is paused`);
    const second = await claimed(agent, `The container ${db} is paused`);
    const id = String(first['verdicts'][0].incident_id);
    expect(second['verdicts'][0].incident_id).toBe(id);
    expect((await get(`/watcher/alerts/${id}`)).body).toMatchObject({ repeats: 1, state: 'OPEN' });
    await post(`/watcher/resolve/${id}`, { resolution: 'looked into' }, stack.operator_key);
    const third = await claimed(agent, `The container ${db} is paused`);
    expect(third['verdicts'][0].incident_id).not.toBe(id);
  });

  it('costs nothing to ask, and a logged claim can be asked about by its id', async () => {
    const before = (await get('/watcher/alerts')).body['count'];
    expect((await post('/verify', { claim: `The container ${db} is stopped` })).body).toMatchObject({ verdict: 'FALSE', incident_id: null });
    expect((await get('/watcher/alerts')).body['count']).toBe(before);
    const id = await log('agent-1', `The container ${db} is running`);
    expect((await post('/verify', { claim_id: id })).body).toMatchObject({ verdict: 'TRUE', claim_id: id });
    await stack.sweep();
    expect((await get(`/claims/${id}`)).body).toMatchObject({ status: 'TRUE' });
    const stats = (await get('/stats?range=24h')).body;
    expect(stats).toMatchObject({ verdicts: { TRUE: expect.any(Number) }, time_range: '24h', source: 'ledger' });
    expect(stats['total_verifications']).toBe(stats['verdicts'].TRUE + stats['verdicts'].FALSE + stats['verdicts'].UNVERIFIABLE);
    expect((await get('/stats?range=1y')).body).toMatchObject({ code: 'INVALID_FIELD' });
  });

  it('falls back to the simple verifier without a model, and says so; health says the same', async () => {
    expect((await post('/verify', { claim: `The container ${db} is running`, use_enhanced: true })).body).toMatchObject({ verdict: 'TRUE', verifier: 'simple', details: expect.stringContaining('no model is configured') });
    expect((await get('/health')).body['verifiers']).toEqual({ simple: true, enhanced: false });
  });

  it('lets a reviewer who may only read acknowledge, resolve and release nothing', async () => {
    await post('/reviewers', { reviewer: 'rita', may_decide: false }, stack.operator_key);
    const key = String((await post('/keys', { kind: 'reviewer', subject: 'rita' }, stack.operator_key)).body['key']);
    const { body } = await get('/watcher/alerts');
    const id = String(body['alerts'][0].incident_id);
    await post('/quarantine', { worker_id: 'agent-9', reason: 'lied' }, stack.operator_key);
    for (const [path, sent] of [[`/watcher/acknowledge/${id}`, {}], [`/watcher/resolve/${id}`, { resolution: 'x' }], ['/watcher/release/agent-9', { reason: 'x' }]] as const) {
      expect(await post(path, sent, key)).toMatchObject({ status: 403, body: { code: 'REVIEWER_NOT_ALLOWED' } });
    }
  });

  it('shows agents their own alone', async () => {
    const { body } = await stack.call('POST', '/keys', stack.operator_key, { kind: 'agent', worker_ids: ['stranger'], environments: ['dev'] });
    const key = String(body['key']);
    const [{ body: claims }, { body: alerts }, { body: agents }, { body: verdicts }] = await Promise.all([get('/claims', key), get('/watcher/alerts', key), get('/agents', key), get('/verdicts', key)]);
    expect([claims['count'], alerts['count'], agents['count'], verdicts['count']]).toEqual([0, 0, 0, 0]);
    const [row] = await stack.sql<{ claim_id: string }>('select claim_id from wingman.claims limit 1');
    expect((await get(`/claims/${row?.claim_id ?? ''}`, key)).status).toBe(404);
    expect((await post('/verify', { claim_id: row?.claim_id }, key)).status).toBe(404);
  });
});
