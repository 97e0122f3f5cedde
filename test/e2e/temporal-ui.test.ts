/** What Temporal's own UI shows of an approval: ciphertext at rest, a readable case for whoever opens the UI. */
import { startStack, type Stack } from '../support/stack';

const ORIGIN = 'http://127.0.0.1:8233';
const SECRET = 'a-secret-of-this-start';

interface Wire {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

interface Call {
  readonly secret?: string;
  readonly origin?: string | null;
  readonly verb?: string;
  readonly method?: string;
}

describe('an approval in Temporal’s UI', () => {
  let stack: Stack;
  let payloads: readonly Wire[];
  beforeAll(async () => {
    stack = await startStack({ uiCodec: { secret: SECRET, origins: [ORIGIN] } });
    const { body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: 'Pull the shop', instruction: 'Do it.', deployment_env: 'dev', commands: ['docker pull nginx:1.27'],
    });
    const [row] = await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [body['request'].request_id]);
    const { executionConfig } = await stack.temporal.workflowService.describeWorkflowExecution({ namespace: 'default', execution: { workflowId: row?.workflow_id ?? '' } });
    payloads = [executionConfig?.userMetadata?.summary, executionConfig?.userMetadata?.details].map((payload) => ({
      metadata: Object.fromEntries(Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
      data: Buffer.from(payload?.data ?? []).toString('base64'),
    }));
  });
  afterAll(() => stack?.close());

  const decode = (sent: unknown, { secret = SECRET, origin = ORIGIN, verb = 'decode', method = 'POST' }: Call = {}) =>
    stack.call(method, `/temporal/codec/${secret}/${verb}`, null, sent, origin === null ? {} : { origin, 'x-namespace': 'default' });
  const text = ({ data }: Wire): string => Buffer.from(data ?? '', 'base64').toString('utf8');

  it('holds nothing readable at rest', () => {
    expect(payloads.map(text).join()).not.toMatch(/shop|nginx|agent-1/);
  });

  it('is a case with its agent, its task and its plan once decoded', async () => {
    const { status, headers, body } = await decode({ payloads });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
    const [summary, details] = (body['payloads'] as Wire[]).map(text);
    expect(JSON.parse(summary ?? '')).toBe('agent-1 · dev · Pull the shop');
    expect(JSON.parse(details ?? '')).toBe('1. `docker pull nginx:1.27`');
  });

  it('gives back what it cannot read as it was', async () => {
    const foreign = [{ metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: Buffer.from('"plain"').toString('base64') }, { ...payloads[0], data: 'AAAA' }];
    expect((await decode({ payloads: foreign })).body['payloads']).toEqual(foreign);
  });

  it.each([
    ['another secret', { secret: 'guess' }, 404],
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['no page at all', { origin: null }, 403],
    ['encoding', { verb: 'encode' }, 404],
  ])('is not for %s', async (_what, call, status) => {
    const answer = await decode({ payloads }, call);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, null]);
  });

  it.each([[{}], [{ payloads: 'x' }], [{ payloads: [{ data: '%%%' }] }], ['{"payloads":'], [{ payloads: [], more: 1 }]])('refuses %j with 400', async (sent) => {
    expect((await decode(sent)).status).toBe(400);
  });

  it('answers the browser’s question before it', async () => {
    const { status, headers } = await decode(undefined, { method: 'OPTIONS' });
    expect([status, headers.get('access-control-allow-methods'), headers.get('access-control-allow-headers')]).toEqual([204, 'POST', expect.stringContaining('x-namespace')]);
  });
});
