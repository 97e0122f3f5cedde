import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../platform/free-port';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

const EXAMPLES = join(__dirname, '..', '..', 'docs', 'examples');

describe('the receivers of docs/webhooks.md', () => {
  let stack: Stack;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    stack = await startStack({ webhooks: { backoffSeconds: [1, 1, 1, 1, 1] } });
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await stack?.close();
  });

  it.each([
    ['in Node, with standardwebhooks', process.execPath, [join(EXAMPLES, 'receiver.mjs')]],
    ['in Python, with the standard library alone', 'python3', ['-I', join(EXAMPLES, 'receiver.py')]],
  ])('%s: takes what is signed, once, over a rotation, and nothing else', async (_, program, args) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}/wingman`;
    const { body } = await stack.call('POST', '/webhooks', stack.operator_key, { url, private: true, events: ['lock.set'] });
    const id = String(body['webhook'].endpoint_id);
    const child = spawn(program, args, { env: { PATH: process.env['PATH'], WEBHOOK_SECRET: body['secret'], PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    await until('it listens', () => lines.includes('listening'));

    const lock = () => stack.call('POST', '/locks', stack.operator_key, { environment: `e${randomBytes(4).toString('hex')}`, reason: 'a test' });
    const states = async () => (await stack.call('GET', `/webhooks/${id}/deliveries`, stack.operator_key)).body['deliveries'].map(({ state }: { state: string }) => state);
    await lock();
    await until('it was taken', async () => (await states()).join() === 'DELIVERED');
    await stack.call('POST', `/webhooks/${id}/rotate`, stack.operator_key, {});
    await lock();
    await until('it was taken by the old secret', async () => (await states()).join() === 'DELIVERED,DELIVERED');
    const [first] = await stack.sql<{ seq: string }>('select min(seq) as seq from wingman.webhook_deliveries where endpoint_id = $1', [id]);
    await stack.call('POST', `/webhooks/${id}/replay`, stack.operator_key, { from_seq: Number(first?.seq), to_seq: Number(first?.seq) });
    await until('the replay was taken', async () => (await stack.sql(`select 1 from wingman.webhook_deliveries where endpoint_id = $1 and round = 2 and state = 'DELIVERED'`, [id])).length === 1);

    const now = String(Math.floor(Date.now() / 1000));
    const forged: readonly Record<string, string>[] = [
      {}, { 'webhook-id': 'msg_x', 'webhook-timestamp': now }, { 'webhook-id': 'msg_x', 'webhook-timestamp': now, 'webhook-signature': 'v1,AAAA' },
      { 'webhook-id': 'msg_x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }, { 'webhook-id': 'msg_x', 'webhook-timestamp': 'x', 'webhook-signature': '' },
    ];
    for (const headers of forged) expect((await fetch(url, { method: 'POST', headers, body: '{"type":"lock.set","data":{"seq":1}}' })).status).toBe(401);
    const taken = lines.filter((line) => line !== 'listening');
    expect(taken.map((line) => line.split(' ')[0])).toEqual(['lock.set', 'lock.set']);
  });
});
