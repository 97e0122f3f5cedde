import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import { freePort } from '../../platform/free-port';
import { createLedger, type Ledger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { startChild, type TestChild } from '../support/child-process';
import { follow, type Follower } from '../support/follower';
import { sharedServers } from '../support/shared-servers';
import { callApi, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

const MANY = 1_000;
const LIMIT_MS = 120_000;

describe('followers of the feed', () => {
  let stack: Stack;
  let pool: Pool;
  let ledger: Ledger;
  let child: TestChild | null = null;
  let url: string;
  let port: number;
  let followers: Follower[] = [];

  beforeAll(async () => {
    stack = await startStack();
    pool = createPool(stack.database.urlOf('wingman_api'));
    ledger = createLedger(pool);
    port = await freePort();
    url = `http://127.0.0.1:${String(port)}`;
    await startApi();
  }, 60_000);
  afterEach(() => {
    for (const one of followers) one.close();
    followers = [];
  });
  afterAll(async () => {
    await child?.kill();
    await pool?.end();
    await stack?.close();
  }, 60_000);

  const startApi = async (): Promise<void> => {
    child = await startChild('api', {
      WINGMAN_TEMPORAL_ADDRESS: sharedServers().temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: 'default', WINGMAN_TASK_QUEUE: stack.taskQueue, WINGMAN_LOG_LEVEL: 'info',
      WINGMAN_PORT: String(port), WINGMAN_DATABASE_URL: stack.database.urlOf('wingman_api'), WINGMAN_KEYS_DIR: join(stack.keysDir, 'api'),
    });
  };
  const append = (rows: number, bytes = 200): Promise<unknown> =>
    Promise.all(Array.from({ length: rows }, (_, n) => ledger.append({ tenant: stack.tenant, kind: 'refusal', body: canonicalJson({ code: 'TEST', n, pad: 'x'.repeat(bytes) }), idem: null, projection: {} })));
  const lastSeq = async (): Promise<number> => Number((await stack.sql<{ seq: string }>('select max(seq) as seq from wingman.ledger'))[0]?.seq);
  const seqsAfter = async (after: number): Promise<readonly number[]> => (await stack.sql<{ seq: string }>('select seq from wingman.ledger where tenant = $1 and seq > $2 order by seq', [stack.tenant, after])).map(({ seq }) => Number(seq));
  const megabytes = (): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(child?.pid)}/status`, 'utf8'))?.[1]) / 1024;
  const join1000 = async (after: number): Promise<void> => {
    while (followers.length < MANY) {
      for (let n = 0; n < 100; n += 1) followers.push(follow({ url, key: stack.operator_key, after }));
      await until('these are connected', () => followers.every((one) => one.isOpen()), LIMIT_MS);
    }
  };
  const allSaw = (expected: readonly number[]) => until('everybody has seen everything', () => followers.every(({ seen }) => seen.length >= expected.length), LIMIT_MS);
  const requireExact = (expected: readonly number[]): void => {
    const text = expected.join();
    expect(followers.filter(({ seen }) => seen.join() !== text).length).toBe(0);
  };

  it('are a thousand on one process, in bounded memory; one more is told to come back later', async () => {
    const after = await lastSeq();
    await append(50);
    const idle = megabytes();
    await join1000(after);
    await append(300, 1_000);
    const expected = await seqsAfter(after);
    await allSaw(expected);
    requireExact(expected);
    const grown = megabytes() - idle;
    console.log(`1000 followers: ${idle.toFixed(0)} MB idle, ${grown.toFixed(0)} MB more with them, ${String(expected.length)} rows each`);
    // Measured: 70 to 110 MB. What was sent is 400 MB: kept for nobody.
    expect(grown).toBeLessThan(250);
    const refused = await callApi(url, 'GET', '/events', stack.operator_key);
    expect([refused.status, refused.body['code'], Number(refused.headers.get('retry-after'))]).toEqual([429, 'RATE_LIMITED', 10]);
    // A place that is given back is free again.
    followers.pop()?.close();
    const late = follow({ url, key: stack.operator_key, after });
    followers.push(late);
    await until('the place is taken again', () => late.isOpen(), LIMIT_MS);
  }, LIMIT_MS);

  it('lose and double nothing when a thousand are cut off by kill -9 and come back while the ledger grows', async () => {
    const after = await lastSeq();
    await join1000(after);
    await append(100);
    await until('half of them have begun', () => followers.filter(({ seen }) => seen.length > 0).length > MANY / 2, LIMIT_MS);
    const growing = (async () => {
      for (let round = 0; round < 20; round += 1) await append(10);
    })();
    await child?.kill('SIGKILL');
    await startApi();
    await growing;
    await append(50);
    const expected = await seqsAfter(after);
    await allSaw(expected);
    requireExact(expected);
    expect(followers.every(({ connections }) => connections() >= 2)).toBe(true);
  }, LIMIT_MS);

  it('wait for nobody: one that takes nothing delays no other, costs no memory, and misses nothing', async () => {
    const after = await lastSeq();
    const slow = follow({ url, key: stack.operator_key, after });
    await until('it is connected', () => slow.isOpen());
    slow.pause();
    followers = Array.from({ length: 20 }, () => follow({ url, key: stack.operator_key, after }));
    await until('the others are connected', () => followers.every((one) => one.isOpen()));
    const idle = megabytes();
    for (let round = 0; round < 40; round += 1) await append(100, 10_000);
    const expected = await seqsAfter(after);
    await allSaw(expected);
    requireExact(expected);
    // By counters: the others have all 4,000 rows, 40 MB each, while the slow one has what fits into sockets.
    expect(slow.seen.length).toBeLessThan(expected.length);
    expect(megabytes() - idle).toBeLessThan(200);
    followers.push(slow);
    slow.resume();
    await allSaw(expected);
    requireExact(expected);
  }, LIMIT_MS);

  it('hear of what they asked for: kinds, one request, one agent, also where a row names only its run or its incident', async () => {
    const ask = async (): Promise<string> =>
      String((await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: randomUUID(), instruction: 'Do it.', deployment_env: 'dev', commands: ['docker restart web'] })).body['request'].request_id);
    const after = await lastSeq();
    const [one, other] = [await ask(), await ask()];
    for (const id of [one, other]) await stack.call('POST', `/approvals/${id}/reject`, stack.reviewer_key, {});
    await append(3);
    await stack.call('POST', '/quarantine', stack.operator_key, { worker_id: 'agent-2', reason: 'a test' });
    const kindsOf = async (query: string, count: number): Promise<readonly string[]> => {
      const mine = follow({ url, key: stack.operator_key, after, query });
      followers.push(mine);
      await until(`${query}: ${String(count)} events`, () => mine.seen.length >= count);
      const rows = await stack.sql<{ seq: string; kind: string }>('select seq, kind from wingman.ledger where seq > $1', [after]);
      return mine.seen.map((seq) => rows.find((row) => Number(row.seq) === seq)?.kind ?? 'none');
    };
    expect(await kindsOf('?kind=approval.closed', 2)).toEqual(['approval.closed', 'approval.closed']);
    expect(await kindsOf('?kind=approval.*,quarantine.set', 5)).toEqual(['approval.requested', 'approval.requested', 'approval.closed', 'approval.closed', 'quarantine.set']);
    expect(await kindsOf(`?approval=${one}`, 2)).toEqual(['approval.requested', 'approval.closed']);
    expect(await kindsOf('?agent=agent-1', 4)).toEqual(['approval.requested', 'approval.requested', 'approval.closed', 'approval.closed']);
    expect(await kindsOf(`?agent=agent-2&kind=quarantine.set`, 1)).toEqual(['quarantine.set']);
    for (const query of ['kind=', 'kind=*', 'kind=a;b', `kind=${'a,'.repeat(40)}a`, 'agent=', `agent=${'a'.repeat(200)}`, 'after=-1', 'after=x', 'other=1', 'kind=claim&kind=claim']) expect([query, (await callApi(url, 'GET', `/events?${query}`, stack.operator_key)).status]).toEqual([query, 400]);
    expect((await callApi(url, 'GET', '/events?approval=x', stack.operator_key)).status).toBe(404);
    expect((await callApi(url, 'GET', '/events', stack.agent_key)).status).toBe(403);
  }, LIMIT_MS);

  it('end with the key that opened them: once it is revoked, nothing more is told', async () => {
    const issued = (await stack.call('POST', '/keys', stack.operator_key, { kind: 'operator', subject: 'leaver' })).body;
    const after = await lastSeq();
    const leaver = follow({ url, key: String(issued['key']), after });
    followers = [leaver, follow({ url, key: stack.operator_key, after })];
    await until('both follow', () => followers.every((one) => one.isOpen()));
    await stack.call('POST', `/keys/${String(issued['key_id'])}/revoke`, stack.operator_key);
    const told = await seqsAfter(after);
    await until('the connection has ended', () => !leaver.isOpen());
    await append(5);
    await until('the other one has heard of it', () => (followers[1]?.seen.length ?? 0) >= told.length + 5);
    expect(leaver.seen).toEqual(told);
  }, LIMIT_MS);
});
