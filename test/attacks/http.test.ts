import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parsePolicyFile } from '../../contracts/policy-file';
import { createApiKey } from '../../security/api-key';
import { canonicalJson } from '../../domain/canonical-json';
import { bootstrapTenant } from '../../stores/bootstrap';
import { createLedger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { callApi, DEFAULT_POLICY, startStack, type Stack } from '../support/stack';
import { expandMacros } from './macros';

interface HttpInput {
  readonly method: string;
  readonly path: string;
  readonly auth: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bodyRaw?: string;
  readonly raw?: string;
  readonly repeat?: number;
  readonly expectSameId?: boolean;
}
interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly expect: string;
  readonly input: HttpInput;
}

const file = process.env['WINGMAN_ATTACK_FILE'] ?? join(__dirname, 'data', 'attacks.jsonl');
const entries = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Entry).filter(({ kind }) => kind === 'http');

const GOOD_DOC = ['DELIVERABLES', 'SUCCESS_CRITERIA', 'BOUNDARIES', 'DEPENDENCIES', 'MITIGATION', 'TEST_PROCESS', 'TEST_RESULTS_FORMAT', 'RESOURCE_REQUIREMENTS', 'RISK_ASSESSMENT', 'QUALITY_METRICS']
  .map((name, index) => `${name}:\nThe part number ${String(index)} of this task, said in its own words about ${name.toLowerCase()}.\n`)
  .concat('COMMANDS:\ndocker stop web\n')
  .join('\n');

/** Every `http` entry, sent to the real API as it stands: hostile ones get a 4xx, never a 5xx, change nothing and leave a row. */
describe('hostile HTTP', () => {
  let stack: Stack;
  const keys: Record<string, string> = {};
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    stack = await startStack();
    const seen = await bootstrapTenant({ ownerUrl: stack.database.ownerUrl, dataDir: stack.dataDir, tenant: 'acme', policySource: DEFAULT_POLICY, policy: parsePolicyFile(DEFAULT_POLICY), url: stack.url });
    expect(seen.created).toBe(true);
    await stack.sql(`update wingman.policies set policy = jsonb_set(jsonb_set(policy, '{limits,requests_per_minute_per_agent}', '400'), '{limits,pending_per_agent}', '1000')`);
    const pool = createPool(stack.database.ownerUrl, { max: 1 });
    const ledger = createLedger(pool);
    const add = (tenant: string, kind: string, body: Parameters<typeof canonicalJson>[0], projection = {}) => ledger.append({ tenant, kind, body: canonicalJson(body), idem: null, projection });
    await add('globex', 'tenant.created', { name: 'globex' });
    await add('globex', 'policy.applied', { version: 1, hash: '0', applied_by: 'test' }, { source: DEFAULT_POLICY, policy: parsePolicyFile(DEFAULT_POLICY) });
    const agent = async (tenant: string, worker: string) => {
      const key = createApiKey('agent');
      await add(tenant, 'key.created', { key_id: key.keyId, kind: 'agent', subject: null, worker_ids: [worker], worker_prefixes: [], environments: ['test'], owner: null }, { key_hash: key.hash });
      keys[`${worker}@${tenant}`] = key.key;
    };
    await agent('acme', 'agent:a1');
    await agent('acme', 'agent:a2');
    await agent('globex', 'agent:b1');
    for (const person of ['alice', 'bob']) {
      const key = createApiKey('reviewer');
      await add('acme', 'reviewer.added', { reviewer: person, may_decide: true });
      await add('acme', 'key.created', { key_id: key.keyId, kind: 'reviewer', subject: person, worker_ids: [], worker_prefixes: [], environments: [], owner: null }, { key_hash: key.hash });
      keys[`approver:${person}@acme`] = key.key;
    }
    await pool.end();
    const ask = async (name: string, worker: string, tenant: string, command: string) => {
      const { body } = await stack.call('POST', '/approvals/request', keys[`${worker}@${tenant}`] ?? null, { worker_id: worker, task_name: name, instruction: 'Do it.', commands: [command], deployment_env: 'test' });
      ids[name] = body['request'].request_id;
    };
    for (const [name, command] of [['A2', 'docker stop web'], ['A-rejected', 'docker stop web'], ['A-expired', 'docker stop web']] as const) await ask(name, 'agent:a1', 'acme', command);
    await stack.call('POST', `/approvals/${ids['A2'] ?? ''}/approve`, keys['approver:alice@acme'] ?? null, {});
    await stack.call('POST', `/approvals/${ids['A-rejected'] ?? ''}/reject`, keys['approver:alice@acme'] ?? null, {});
    await stack.sql(`update wingman.approvals set status = 'EXPIRED', decided_at = now() where request_id = $1`, [ids['A-expired']]);
    await ask('G1', 'agent:b1', 'globex', 'docker ps');
  }, 60_000);
  afterAll(() => stack?.close());

  const freshA1 = async (entry: string): Promise<void> => {
    const { body } = await stack.call('POST', '/approvals/request', keys['agent:a1@acme'] ?? null, { worker_id: 'agent:a1', task_name: `A1 for ${entry}`, instruction: 'Do it.', commands: ['docker stop web'], deployment_env: 'test' });
    ids['A1'] = body['request'].request_id;
  };
  const statusOf = async (id: string): Promise<string> => (await stack.sql<{ status: string }>('select status from wingman.approvals where request_id = $1', [id]))[0]?.status ?? '';
  const refusals = async (): Promise<number> => Number((await stack.sql<{ count: string }>(`select count(*) from wingman.ledger where kind in ('refusal', 'approval.requested')`))[0]?.count);

  async function send(input: HttpInput): Promise<{ status: number; body: Record<string, any> }> {
    const headers: Record<string, string> = { ...input.headers };
    const key = keys[input.auth] ?? null;
    if (key !== null) headers['authorization'] = `Bearer ${key}`;
    if (input.auth.startsWith('cookie:')) headers['cookie'] = `session=${keys['approver:alice@acme'] ?? ''}`;
    const path = input.auth === 'token-in-query' ? `${input.path}?token=x` : input.path;
    if (input.auth === 'token-twice') return raw(`${input.method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys['agent:a1@acme'] ?? ''}\r\nX-Capability-Token: a\r\nX-Capability-Token: b\r\nContent-Length: 0\r\n\r\n`);
    if (input.raw !== undefined) return raw(input.raw.startsWith('slowloris') ? 'POST /approvals/request HTTP/1.1\r\nHost: x\r\nX-A: ' : input.raw);
    const body = input.bodyRaw ?? (input.body === undefined ? '' : JSON.stringify(input.body));
    const lines = Object.entries({ host: 'x', ...headers, ...(input.method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }).map(([name, value]) => `${name}: ${value}`);
    return raw(`${input.method} ${path.replaceAll(' ', '%20')} HTTP/1.1\r\n${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`);
  }

  /** As bytes, since no client library would send these. A connection that is closed without a word is a refusal of the form. */
  function raw(text: string): Promise<{ status: number; body: Record<string, any> }> {
    const { hostname, port } = new URL(stack.api.url);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString();
        if (/^HTTP\/1\.1 4/.test(answer) && /\r\n\r\n/.test(answer)) socket.end();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        const json = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1);
        let body: Record<string, any> = {};
        try {
          body = JSON.parse(json) as Record<string, any>;
        } catch {
          // Node's own 400, 408 and 431 have no body.
        }
        resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 400), body });
      });
    });
  }

  it('is stopped, and what is benign passes', async () => {
    const differing: string[] = [];
    const counts = { reject: [0, 0], allow: [0, 0] };
    // The flood last: it spends the agent's budget for the minute.
    for (const entry of entries.toSorted((a, b) => (a.input.repeat ?? 1) - (b.input.repeat ?? 1))) {
      await freshA1(entry.id);
      const whole = { '@good-doc': () => GOOD_DOC };
      const input = expandMacros(entry.input, { now: Math.floor(Date.now() / 1000), whole, inside: Object.fromEntries(Object.entries(ids).map(([name, id]) => [`{${name}}`, id])) }) as HttpInput;
      const before = await refusals();
      const answers = [];
      for (let n = 0; n < (input.repeat ?? 1); n += 1) answers.push(await send(input));
      const hostile = entry.expect === 'reject';
      const statuses = new Set(answers.map(({ status }) => status));
      let ok = ![...statuses].some((status) => status >= 500);
      if (hostile && (input.repeat ?? 1) > 1) ok &&= statuses.has(429);
      else if (hostile) {
        ok &&= [...statuses].every((status) => status >= 400 && status < 500) && (await statusOf(ids['A1'] ?? '')) === 'PENDING' && (await statusOf(ids['A2'] ?? '')) === 'APPROVED';
        // What Node's parser itself cuts off never becomes a call, and so has no caller to record.
        if (input.raw === undefined && input.auth !== 'token-twice' && !statuses.has(431)) ok &&= (await refusals()) > before;
      } else ok &&= [...statuses].every((status) => status === 200);
      if (input.expectSameId === true) ok &&= new Set(answers.map(({ body }) => body['request']?.request_id as string)).size === 1;
      const count = counts[hostile ? 'reject' : 'allow'];
      count[1] = (count[1] ?? 0) + 1;
      if (ok) count[0] = (count[0] ?? 0) + 1;
      else differing.push(`${entry.id}: ${[...statuses].join(',')} ${JSON.stringify(answers[0]?.body).slice(0, 160)}`);
    }
    console.log(`http: hostile stopped ${counts.reject.join('/')}, benign passed ${counts.allow.join('/')}`);
    expect(differing).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  }, 180_000);

  it('gives the health page to anybody, whatever proxy headers say', async () => {
    expect((await callApi(stack.api.url, 'GET', '/health', null, undefined, { 'x-forwarded-for': '127.0.0.1' })).status).toBe(200);
  });
});
