/**
 * The wire as clients in the field speak it, in raw HTTP and without any client of ours: every path, member and status word
 * that they read, the older headers, and the habits of theirs that the server must be safe under.
 */
import { request } from 'node:http';
import { changePolicy } from '../support/change-policy';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: any;
}
type Headers = Readonly<Record<string, string>>;

const WORKER = 'intel-dr-script';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)$/;

function send(url: string, method: string, path: string, headers: Headers, body: string | null): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(url + path, { method, agent: false, headers: { ...(body === null ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }), ...headers } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const type = String(answer.headers['content-type']);
        resolve({ status: answer.statusCode ?? 0, type, headers: answer.headers, body: /json/.test(type) ? JSON.parse(text) : text });
      });
    });
    call.once('error', reject);
    call.end(body ?? undefined);
  });
}

describe('the wire of clients in the field', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  let agentKey: string;

  beforeAll(async () => {
    world = await openDockerWorld();
    ({ name: web } = await world.createContainer({ cmd: ['sleep', '100000'] }));
    stack = await startStack({ environments: ['dev'] });
    const made = await call('POST', '/keys', { authorization: `Bearer ${stack.operator_key}` }, { kind: 'agent', worker_ids: [WORKER], worker_prefixes: ['backup-'], environments: ['dev', 'test'] });
    agentKey = made.body.key;
    await until('the gateway sees the container', async () => (await stack.sql('select 1 from wingman.inventories where inventory::text like $1', [`%${web}%`])).length > 0);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const call = (method: string, path: string, headers: Headers = {}, body?: unknown) => send(stack.url, method, path, headers, body === undefined ? null : JSON.stringify(body));
  const asAgent = (): Headers => ({ 'X-Wingman-Approval-Request-Key': agentKey });
  const asReviewer = (): Headers => ({ 'X-Wingman-Approval-Decide-Key': stack.reviewer_key });
  const bearer = (key: string): Headers => ({ Authorization: `Bearer ${key}` });
  const ask = (extra: object = {}, headers = asAgent()) =>
    call('POST', '/approvals/request', headers, { worker_id: WORKER, task_name: `task ${String((serial += 1))}`, instruction: 'Restart the web container.', deployment_env: 'dev', commands: [`docker restart -t 0 ${web}`], ...extra });
  let serial = 0;
  const problem = (reply: Reply, status: number, code: string): void => {
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(reply.type).toMatch(/^application\/problem\+json/);
    expect(reply.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String), type: expect.stringMatching(/^urn:/) });
    expect(reply.body.error).toMatch(/\w/);
    expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*\.[jt]s:\d+/);
  };

  it('says what it is: /, /health, /healthz, /readyz, /openapi.json, /docs, keys, metrics', async () => {
    expect((await call('GET', '/')).body).toEqual({ name: 'wingman', version: 'test', endpoints: expect.arrayContaining(['POST /check', 'POST /approvals/request']) });
    const health = await call('GET', '/health');
    expect(health.body).toEqual({
      status: 'healthy', phase: expect.any(String), verifiers: { simple: expect.any(Boolean), enhanced: expect.any(Boolean) }, database: expect.any(String), timestamp: expect.stringMatching(ISO),
    });
    const [alive, ready, openapi, docs, keys] = await Promise.all(['/healthz', '/readyz', '/openapi.json', '/docs/', '/.well-known/jwks.json'].map((path) => call('GET', path)));
    expect([alive, ready, openapi, docs, keys].map((reply) => reply?.status)).toEqual([200, 200, 200, 200, 200]);
    expect(openapi?.body.openapi).toMatch(/^3\.1/);
    expect(keys?.body.keys.length).toBeGreaterThan(0);
    expect((await call('GET', '/metrics', bearer(stack.operator_key))).status).toBe(200);
    expect((await call('GET', '/gateway/health', asAgent())).body).toMatchObject({ status: 'healthy' });
  });

  it('checks an instruction for anybody: approved, score, missing_sections, validation, policy_checks', async () => {
    const { status, body } = await call('POST', '/check', {}, { instruction: 'DELIVERABLES:\nA restarted web container with its log.\n' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ approved: false, score: 10, missing_sections: expect.arrayContaining(['BOUNDARIES', 'QUALITY_METRICS']) });
    expect(Object.values(body.validation).every((text) => typeof text === 'string')).toBe(true);
    expect(body.policy_checks).toMatchObject({ no_hardcoded_secrets: true, no_forbidden_actions: true, has_mitigation_plan: false });
  });

  it('logs a claim: status, entry', async () => {
    const { status, body } = await call('POST', '/log_claim', { 'X-Wingman-Approval-Key': agentKey }, { worker_id: WORKER, claim: 'Restarted the container web' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'logged', entry: { timestamp: expect.stringMatching(ISO), worker_id: WORKER, claim: 'Restarted the container web', status: 'PENDING_VERIFICATION' } });
  });

  it('answers a request with needs_approval, status, request, risk', async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toMatchObject({ needs_approval: true, status: 'PENDING', risk: { risk_level: 'MEDIUM', risk_reason: expect.any(String) } });
    expect(body).not.toHaveProperty('deduped');
    expect(body.request).toMatchObject({
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), created_at: expect.stringMatching(ISO), status: 'PENDING', worker_id: WORKER, task_name: expect.any(String),
      instruction: 'Restart the web container.', risk_level: 'MEDIUM', risk_reason: expect.any(String), fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      decided_at: null, decided_by: null, decision_note: null,
    });
  });

  it('takes a request without commands, environment or plan, as older clients send it', async () => {
    const { status, body } = await call('POST', '/approvals/request', asAgent(), { worker_id: WORKER, task_name: 'Look at the dashboard', instruction: 'Look at the dashboard.' });
    expect([status, body.status, body.needs_approval]).toEqual([200, 'AUTO_APPROVED', false]);
    const section = await call('POST', '/approvals/request', asAgent(), { worker_id: WORKER, task_name: 'Old plan', instruction: `Restart it.\n\nCOMMANDS:\ndocker restart ${web}\n` });
    expect(section.body).toMatchObject({ status: 'PENDING', request: { commands: [`docker restart ${web}`] } });
  });

  it('knows the same request again: deduped', async () => {
    const first = await ask({ task_name: 'twice' });
    const second = await ask({ task_name: 'twice' });
    expect([second.status, second.body.deduped, second.body.request.request_id]).toEqual([200, true, first.body.request.request_id]);
    const headers = { ...asAgent(), 'Idempotency-Key': 'once-1' };
    const [a, b] = [await ask({ task_name: 'idempotent' }, headers), await ask({ task_name: 'idempotent' }, headers)];
    expect(b.body).toEqual(a.body);
    problem(await ask({ task_name: 'another' }, headers), 409, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('never lets AUTO_REJECTED look like a permission: 422, the same body, the reasons', async () => {
    const { status, body } = await ask({ commands: ['docker run --privileged alpine:3.20 id'] });
    expect(status).toBe(422);
    expect(body).toMatchObject({ needs_approval: false, status: 'AUTO_REJECTED', request: { status: 'AUTO_REJECTED' }, risk: { risk_level: expect.any(String) }, code: expect.any(String), error: expect.any(String) });
    expect(body.reasons.length).toBeGreaterThan(0);
    const polled = await call('GET', `/approvals/${String(body.request.request_id)}`, asAgent());
    expect([polled.status, polled.body.status]).toEqual([200, 'AUTO_REJECTED']);
  });

  it('lists what waits, by any of the older read headers', async () => {
    const mine = (await ask()).body.request.request_id;
    for (const headers of [{ 'X-Wingman-Approval-Read-Key': stack.reviewer_key }, { 'X-Wingman-Approval-Key': stack.reviewer_key }, bearer(stack.reviewer_key), asAgent()]) {
      const { status, body } = await call('GET', '/approvals/pending?limit=100', headers);
      expect([status, body.count]).toEqual([200, body.pending.length]);
      expect(body.pending.map(({ request_id }: { request_id: string }) => request_id)).toContain(mine);
    }
    expect((await call('GET', '/approvals/pending?limit=1', asReviewer())).body.count).toBe(1);
  });

  it('cuts an agent’s list after it left out the others: their older requests take no place of its own', async () => {
    const older = String((await ask()).body.request.request_id);
    const key = (await call('POST', '/keys', bearer(stack.operator_key), { kind: 'agent', worker_ids: ['late-1'], worker_prefixes: ['late-job-'], environments: ['dev'] })).body.key as string;
    const own: string[] = [];
    for (const worker_id of ['late-1', 'late-job-7']) own.push(String((await ask({ worker_id }, bearer(key))).body.request.request_id));
    const ids = async (limit: number): Promise<unknown> => (await call('GET', `/approvals/pending?limit=${String(limit)}`, bearer(key))).body.pending.map(({ request_id }: { request_id: string }) => request_id);
    expect([await ids(1), await ids(100)]).toEqual([own.slice(0, 1), own]);
    expect(own).not.toContain(older);
    for (const path of ['/claims', '/verdicts', '/watcher/alerts', '/dr/runs']) {
      const { status, body } = await call('GET', path, bearer(key));
      expect([path, status, Object.values(body as Record<string, unknown>)[0]]).toEqual([path, 200, []]);
    }
    const agents = await call('GET', '/agents', bearer(key));
    expect(agents.body.agents.map(({ worker_id }: { worker_id: string }) => worker_id)).toEqual(['late-1', 'late-job-7']);
  });

  it('is polled with the request key, and stays APPROVED while and after it is executed', async () => {
    const id = String((await ask()).body.request.request_id);
    const poll = () => call('GET', `/approvals/${id}`, asAgent());
    expect((await poll()).body).toMatchObject({ request_id: id, status: 'PENDING' });
    const waiting = call('GET', `/approvals/${id}?wait=30`, asAgent());
    const decided = await call('POST', `/approvals/${id}/approve`, asReviewer(), { decided_by: 'owner', note: 'go on' });
    expect([decided.status, decided.body]).toEqual([200, expect.objectContaining({ status: 'APPROVED', decided_by: 'owner', decision_note: 'go on', decided_at: expect.stringMatching(ISO) })]);
    expect((await waiting).body.status).toBe('APPROVED');

    const token = await call('POST', '/gateway/token', asAgent(), { approval_id: id, command: `docker restart -t 0 ${web}`, environment: 'dev' });
    expect([token.status, token.body]).toEqual([200, { success: true, token: expect.any(String), environment: 'dev', expires_at: expect.stringMatching(ISO) }]);
    const run = await call('POST', '/gateway/execute', { ...asAgent(), 'X-Capability-Token': token.body.token }, { command: `docker restart -t 0 ${web}`, approval_id: id, environment: 'dev' });
    expect([run.status, run.body]).toEqual([200, expect.objectContaining({ success: true, output: `${web}\n`, exit_code: 0, execution_id: expect.any(String), duration_ms: expect.any(Number) })]);
    expect((await poll()).body).toMatchObject({ status: 'APPROVED', execution_status: 'SUCCEEDED' });
    const execution = await call('GET', `/executions/${String(run.body.execution_id)}`, asAgent());
    expect(execution.body).toMatchObject({ execution_id: run.body.execution_id, status: 'SUCCEEDED', exit_code: 0 });
  });

  it('rejects, cancels and executes by their own paths', async () => {
    const rejected = String((await ask()).body.request.request_id);
    expect((await call('POST', `/approvals/${rejected}/reject`, asReviewer(), { note: 'not now' })).body).toMatchObject({ status: 'REJECTED', decided_by: 'owner', decision_note: 'not now' });
    expect((await call('GET', `/approvals/${rejected}`, asAgent())).body.status).toBe('REJECTED');
    problem(await call('POST', `/approvals/${rejected}/approve`, asReviewer(), {}), 409, 'ALREADY_DECIDED');
    const cancelled = String((await ask()).body.request.request_id);
    expect((await call('POST', `/approvals/${cancelled}/cancel`, asAgent(), {})).body.status).toBe('CANCELLED');
    const executed = String((await ask()).body.request.request_id);
    problem(await call('POST', `/approvals/${executed}/execute`, asAgent(), {}), 409, 'NOT_APPROVED');
    await call('POST', `/approvals/${executed}/approve`, asReviewer(), {});
    expect((await call('POST', `/approvals/${executed}/execute`, asAgent(), {})).body).toMatchObject({ execution_status: 'SUCCEEDED' });
  });

  it('tells an agent which worker ids its key would do for', async () => {
    const reply = await ask({ worker_id: 'somebody-else' });
    problem(reply, 403, 'WORKER_ID_NOT_ALLOWED');
    expect(reply.body.allowed).toEqual([WORKER, 'backup-*']);
    expect(reply.body.error).toContain(WORKER);
    expect((await ask({ worker_id: 'backup-nightly' })).status).toBe(200);
  });

  it('releases a quarantined agent', async () => {
    await call('POST', '/quarantine', bearer(stack.operator_key), { worker_id: 'backup-nightly', reason: 'a false claim' });
    problem(await ask({ worker_id: 'backup-nightly' }), 403, 'QUARANTINED');
    expect((await call('POST', '/watcher/release/backup-nightly', asReviewer(), { reason: 'looked at' })).body).toEqual({ worker_id: 'backup-nightly', released: true });
  });

  it('refuses in words and codes that stay', async () => {
    const id = String((await ask()).body.request.request_id);
    const revoked = String((await ask()).body.request.request_id);
    await call('POST', `/approvals/${revoked}/approve`, asReviewer(), {});
    await call('POST', `/approvals/${revoked}/cancel`, asReviewer(), {});
    const text = (body: string, headers: Headers = {}): Promise<Reply> => send(stack.url, 'POST', '/approvals/request', { ...asAgent(), ...headers }, body);
    problem(await text('{"worker_id":'), 400, 'MALFORMED_JSON');
    problem(await ask({ colour: 'red' }), 400, 'UNKNOWN_FIELD');
    problem(await text('{"worker_id":"intel-dr-script"}'), 400, 'MISSING_FIELD');
    problem(await call('POST', '/approvals/request', {}, {}), 401, 'UNAUTHENTICATED');
    problem(await call('POST', `/approvals/${id}/approve`, asAgent(), {}), 403, 'FORBIDDEN');
    problem(await call('POST', `/approvals/${id}/approve`, asReviewer(), { decided_by: 'somebody' }), 403, 'IDENTITY_MISMATCH');
    problem(await call('GET', '/approvals/00000000-0000-4000-8000-000000000000', asAgent()), 404, 'NOT_FOUND');
    problem(await call('GET', `/approvals/${id}`, bearer(stack.agent_key)), 404, 'NOT_FOUND');
    problem(await call('GET', '/no/such/path'), 404, 'NOT_FOUND');
    problem(await call('DELETE', '/approvals/pending', asAgent()), 405, 'METHOD_NOT_ALLOWED');
    problem(await call('POST', `/approvals/${id}/approve`, asReviewer(), { plan_hash: '0'.repeat(64) }), 409, 'PLAN_HASH_MISMATCH');
    problem(await call('POST', '/gateway/token', asAgent(), { approval_id: revoked, command: `docker restart -t 0 ${web}` }), 410, 'APPROVAL_REVOKED');
    problem(await text(JSON.stringify({ instruction: 'a'.repeat(600_000) })), 413, 'BODY_TOO_LARGE');
    problem(await text('worker_id=x', { 'Content-Type': 'application/x-www-form-urlencoded' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    problem(await call('POST', '/gateway/token', asAgent(), { approval_id: id, command: 'docker rm -f web; id' }), 409, 'NOT_APPROVED');
    problem(await call('POST', '/gateway/execute', asAgent(), { approval_id: id, command: 'docker ps' }), 401, 'TOKEN_MISSING');
  });

  it('says when to come again: 429 with Retry-After', async () => {
    await changePolicy(stack, { 'limits.requests_per_minute_per_agent': 1 });
    await ask();
    const reply = await ask();
    problem(reply, 429, 'RATE_LIMITED');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });
});
