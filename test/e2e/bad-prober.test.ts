/** A prober is another machine, and may be anybody by the time it answers: what it sends bad is bounded, proves nothing, and is written down. */
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { loadProberKeys } from '../../security/keys/load';
import { createDataConverter } from '../../temporal/data-converter';
import { proberQueue } from '../../temporal/names';
import { sharedServers } from '../support/shared-servers';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

interface Ask {
  readonly probes: readonly object[];
}
type Answer = (ask: Ask) => Promise<unknown>;

const AT = '2026-11-23T12:00:00.000Z';
const FILE = '/srv/report.json';
const seen = (probe: unknown, more: object = {}) => ({ probe, host: 'local', at: AT, seen: { exists: true, type: 'file', size: 1 }, ...more });

describe('a prober that is not what it should be', () => {
  let stack: Stack;
  let connection: NativeConnection;
  let answer: Answer = ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe)));
  let asked = 0;
  let worker: Worker;
  let running: Promise<void>;

  const startBad = async (): Promise<void> => {
    const { codec } = await loadProberKeys(join(stack.keysDir, 'prober'));
    worker = await Worker.create({
      connection, namespace: 'default', taskQueue: proberQueue('local', stack.taskQueue), dataConverter: createDataConverter(codec, 'refuse'), shutdownForceTime: '1 second',
      activities: {
        probe(ask: Ask) {
          asked += 1;
          return answer(ask);
        },
      },
    });
    running = worker.run();
    running.catch(() => undefined);
  };
  const stopBad = async (): Promise<void> => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running.catch(() => undefined);
  };
  beforeAll(async () => {
    stack = await startStack();
    connection = await NativeConnection.connect({ address: sharedServers().temporalAddress });
    await startBad();
  });
  afterAll(async () => {
    await stopBad();
    await connection?.close();
    await stack?.close();
  });

  const verify = async (): Promise<Record<string, any>> => (await stack.call('POST', '/verify', stack.agent_key, { claim: `I created ${FILE}` })).body;
  const written = async (verdict: Record<string, any>): Promise<unknown> => {
    const [row] = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'claim.verdict' and seq = $1`, [verdict['ledger_seq']]);
    return (JSON.parse(row?.body ?? '{}') as { verdict?: unknown }).verdict;
  };

  it('is believed while it answers what it was asked', async () => {
    expect(await verify()).toMatchObject({ verdict: 'TRUE', probes: [{ host: 'local', seen: { exists: true } }] });
  });

  it.each<readonly [string, string, Answer]>([
    ['answers for another host', 'OTHER_HOST', ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe, { host: 'elsewhere' })))],
    ['answers for no host', 'OTHER_HOST', ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe, { host: undefined })))],
    ['answers what nobody asked', 'NO_ANSWER', () => Promise.resolve([seen({ kind: 'file', path: '/etc/passwd', want: [] })])],
    ['answers nothing', 'NO_ANSWER', () => Promise.resolve([])],
    ['answers twice, once each way', 'TWO_ANSWERS', ({ probes }) => Promise.resolve(probes.flatMap((probe) => [seen(probe), seen(probe, { seen: { exists: false } })]))],
    ['answers with things instead of facts', 'ANSWER_FORM', ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe, { seen: { exists: { toString: 'true' } } })))],
    ['answers with more facts than there are', 'ANSWER_FORM', ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe, { seen: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${String(at)}`, true])) })))],
    ['answers with a text as long as a book', 'ANSWER_FORM', ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe, { seen: { exists: true, type: 'file'.repeat(10_000) } })))],
    ['answers that the claim is TRUE', 'PROBER_FAILED', () => Promise.resolve({ verdict: 'TRUE', rule: 'FILE_THERE' })],
    ['answers 100 MB', 'PROBER_FAILED', ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe, { seen: { exists: 'x'.repeat(100_000_000) } })))],
    ['fails', 'PROBER_FAILED', () => Promise.reject(new Error('the claim is TRUE'))],
  ])('%s: UNVERIFIABLE, %s', async (_, code, bad) => {
    answer = bad;
    const verdict = await verify();
    expect(verdict).toMatchObject({ verdict: 'UNVERIFIABLE', probes: [{ blind: { code } }] });
    expect(JSON.stringify(verdict).length).toBeLessThan(20_000);
    expect(await written(verdict)).toBe('UNVERIFIABLE');
  });

  it('hangs, or dies with the question in its hands: UNVERIFIABLE in bounded time', async () => {
    answer = () => new Promise(() => undefined);
    const before = asked;
    const hung = verify();
    await until('it was asked', () => asked > before);
    await stopBad();
    expect(await hung).toMatchObject({ verdict: 'UNVERIFIABLE', probes: [{ blind: { code: expect.stringMatching(/^(?:PROBER_FAILED|NO_PROBER)$/) } }] });
    // Nobody is there any more.
    expect(await verify()).toMatchObject({ verdict: 'UNVERIFIABLE', probes: [{ blind: { code: 'NO_PROBER' } }] });
    await startBad();
    answer = ({ probes }) => Promise.resolve(probes.map((probe) => seen(probe)));
    expect(await verify()).toMatchObject({ verdict: 'TRUE' });
  });
});
