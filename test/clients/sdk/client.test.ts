import { createWingmanClient } from '../../../clients/sdk/client';
import { WingmanApiError, WingmanUnreachable } from '../../../clients/sdk/errors';
import { json, startLocalServer, type Answering, type LocalServer } from './local-server';

const KEY = 'wm_a_test';
const REQUEST = { worker_id: 'agent-1', task_name: 't', instruction: 'i' };

describe('the client', () => {
  let server: LocalServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  const talkTo = async (answer: Answering) => {
    server = await startLocalServer(answer);
    return { server, client: createWingmanClient({ url: `${server.url}/`, key: KEY }) };
  };

  it('sends its key, JSON, and ids as one segment of the path', async () => {
    const { server, client } = await talkTo((_, res) => json(res, 200, { status: 'APPROVED' }));
    await client.approve('a/../b?c', { note: 'ok', plan_hash: 'h' });
    expect(server.heard[0]).toMatchObject({ method: 'POST', url: '/approvals/a%2F..%2Fb%3Fc/approve', body: '{"note":"ok","plan_hash":"h"}' });
    expect(server.heard[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'content-type': 'application/json' });
    expect(server.heard[0]?.headers['x-wingman-on-behalf-of']).toBeUndefined();
  });

  it('speaks for somebody when it is told to', async () => {
    const { server, client } = await talkTo((_, res) => json(res, 200, {}));
    await client.onBehalfOf({ user: 7, chat: -9 }).reject('x', { note: 'no' });
    await client.for(8, 8).health();
    expect(server.heard.map(({ headers }) => headers['x-wingman-on-behalf-of'])).toEqual(['telegram:7:-9', 'telegram:8:8']);
  });

  it('throws refusals with code, status and the whole problem', async () => {
    const { client } = await talkTo((_, res) => json(res, 409, { code: 'ALREADY_DECIDED', error: 'this request is REJECTED', request: { status: 'REJECTED' } }));
    const error = await client.approve('x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WingmanApiError);
    expect(error).toMatchObject({ status: 409, code: 'ALREADY_DECIDED', message: 'this request is REJECTED', problem: { request: { status: 'REJECTED' } } });
  });

  it.each([
    ['a proxy’s page', 404, '<html>nothing</html>', 'HTTP_404', /404 Not Found <html>nothing/],
    ['an array', 400, '[1]', 'HTTP_400', /400 Bad Request/],
    ['nothing', 403, '', 'HTTP_403', /403 Forbidden/],
  ])('names the status when the answer is %s', async (_, status, body, code, message) => {
    const { client } = await talkTo((_heard, res) => res.writeHead(status).end(body));
    await expect(client.approve('x')).rejects.toMatchObject({ status, code, message: expect.stringMatching(message) });
  });

  it('asks reads again when the server comes back, and not for ever', async () => {
    const { server, client } = await talkTo((_, res, number) => (number < 3 ? json(res, 503, { code: 'DATABASE_UNAVAILABLE', error: 'away' }) : json(res, 200, { count: 0, pending: [] })));
    await expect(client.pending()).resolves.toEqual({ count: 0, pending: [] });
    expect(server.heard.length).toBe(3);
  });

  it('asks for a request again with the same Idempotency-Key, and for another with another', async () => {
    const { server, client } = await talkTo((_, res, number) => (number === 1 ? res.destroy() : json(res, 200, { status: 'PENDING' })));
    await client.request(REQUEST);
    await client.request(REQUEST);
    const keys = server.heard.map(({ headers }) => headers['idempotency-key']);
    expect(keys.length).toBe(3);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it.each([
    ['a decision', (client: ReturnType<typeof createWingmanClient>) => client.approve('x')],
    ['a token', (client: ReturnType<typeof createWingmanClient>) => client.gatewayExecute('t', { approval_id: 'a', command: 'c' })],
    ['a key', (client: ReturnType<typeof createWingmanClient>) => client.createKey({ kind: 'operator', subject: 'o' })],
  ])('never repeats %s by itself', async (_, call) => {
    const { server, client } = await talkTo((_heard, res) => res.destroy());
    await expect(call(client)).rejects.toThrow(WingmanUnreachable);
    expect(server.heard.length).toBe(1);
  });

  it('does not repeat what is refused for good', async () => {
    const { server, client } = await talkTo((_, res) => json(res, 422, { code: 'COMMAND_UNKNOWN_VERB', error: 'no' }));
    await expect(client.request(REQUEST)).rejects.toMatchObject({ code: 'COMMAND_UNKNOWN_VERB' });
    expect(server.heard.length).toBe(1);
  });

  it('says where nothing answers, and what to do', async () => {
    const gone = await startLocalServer((_, res) => res.end());
    await gone.close();
    await expect(createWingmanClient({ url: gone.url, key: KEY }).pending()).rejects.toThrow(`does not answer at ${gone.url}; is it running (\`npm start\`)?`);
  });

  it('follows no redirect: the key stays with the host that was named', async () => {
    const other = await startLocalServer((_, res) => json(res, 200, {}));
    const { client } = await talkTo((_, res) => res.writeHead(307, { location: `${other.url}/health` }).end());
    await expect(client.approve('x')).rejects.toThrow(WingmanUnreachable);
    expect(other.heard).toEqual([]);
    await other.close();
  });

  it('waits for a decision through a restart of the server', async () => {
    const first = await startLocalServer((_, res, number) => {
      if (number === 1) json(res, 200, { status: 'PENDING' });
      else first.cut();
    });
    const client = createWingmanClient({ url: first.url, key: KEY });
    const waiting = client.waitForDecision('id-1');
    while (first.heard.length < 2) await new Promise(setImmediate);
    await first.close();
    server = await startLocalServer((_, res) => json(res, 200, { status: 'APPROVED' }), first.port);
    await expect(waiting).resolves.toEqual({ status: 'APPROVED' });
    expect(first.heard[0]?.url).toBe('/approvals/id-1?wait=25');
  });

  it('stops waiting when the signal fires, and when it is refused', async () => {
    const stop = new AbortController();
    const { server, client } = await talkTo(({ url }, res) => {
      if (url.includes('missing')) json(res, 404, { code: 'NOT_FOUND', error: 'there is no such request' });
    });
    const waiting = client.waitForDecision('id-1', stop.signal);
    while (server.heard.length < 1) await new Promise(setImmediate);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(client.waitForDecision('missing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('waits as long as it is told when there were too many calls', async () => {
    const { server, client } = await talkTo((_, res, number) => (number === 1 ? json(res, 429, { code: 'RATE_LIMITED', error: 'slowly' }, { 'retry-after': '1' }) : json(res, 200, { status: 'REJECTED' })));
    const began = Date.now();
    await expect(client.waitForDecision('x')).resolves.toEqual({ status: 'REJECTED' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
    expect(server.heard.length).toBe(2);
  });

  const step = (execution_status: string | null, more: object = {}) => ({ status: 'APPROVED', execution_status, executable_until: '2999-01-01T00:00:00Z', ...more });
  it.each([
    ['all steps are done', [step(null), step('RUNNING'), step('PARTIAL'), step('SUCCEEDED')], 'SUCCEEDED'],
    ['a step failed', [step('RUNNING'), step('FAILED')], 'FAILED'],
    ['it could not start', [step('NOT_STARTED')], 'NOT_STARTED'],
    ['the approval was revoked', [step(null, { revoked_at: '2026-01-01T00:00:00Z' })], null],
    ['the approval has lapsed', [step(null, { executable_until: '2020-01-01T00:00:00Z' })], null],
    ['it was rejected', [{ status: 'REJECTED', execution_status: null }], null],
  ])('waits for the execution until %s', async (_, answers, expected) => {
    const { server, client } = await talkTo((_heard, res, number) => json(res, 200, answers[number - 1]));
    await expect(client.waitForExecution('x')).resolves.toMatchObject({ execution_status: expected });
    expect(server.heard.length).toBe(answers.length);
  });

  it('knows a server that is not ready', async () => {
    const { client } = await talkTo((_, res) => json(res, 503, { ready: false, database: false, temporal: true }));
    await expect(client.ready()).resolves.toEqual({ ready: false, database: false, temporal: true });
  });

  it('does not take an export that was cut off for a whole one', async () => {
    const { client } = await talkTo((_, res) => {
      res.writeHead(200, { 'content-type': 'application/x-ndjson' });
      res.write('{"seq":1}\n{"seq":2}\n', () => res.destroy());
    });
    const rows: unknown[] = [];
    const reading = (async () => {
      for await (const row of client.ledgerExport()) rows.push(row);
    })();
    await expect(reading).rejects.toThrow(WingmanUnreachable);
    expect(rows.length).toBeLessThanOrEqual(2);
  });
});
