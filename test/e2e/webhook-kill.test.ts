import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startChild, type TestChild } from '../support/child-process';
import { sharedServers } from '../support/shared-servers';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { startWebhookReceiver, typesOf, verified, type WebhookReceiver } from '../support/webhook-receiver';

/** Between which two steps the worker dies, and how often the message may then come: at least once, under one id. */
const POINTS: readonly { readonly point: string; readonly most: number }[] = [
  { point: 'worker.after_webhook_fill', most: 1 },
  { point: 'worker.after_webhook_start', most: 1 },
  { point: 'worker.before_webhook', most: 1 },
  { point: 'worker.after_webhook', most: 2 },
];

describe('kill -9 of the worker while it tells of things', () => {
  let stack: Stack;
  let receiver: WebhookReceiver;
  let secret: string;
  let worker: TestChild | null = null;
  beforeAll(async () => {
    stack = await startStack();
    await stack.stopWorker();
    receiver = await startWebhookReceiver();
    const { body } = await stack.call('POST', '/webhooks', stack.operator_key, { url: receiver.url, private: true, events: ['lock.set'] });
    secret = body['secret'];
  });
  afterAll(async () => {
    await worker?.kill();
    await receiver?.close();
    await stack?.close();
  });

  const start = (failpoint: string | null): Promise<TestChild> =>
    startChild('workers', {
      WINGMAN_TEMPORAL_ADDRESS: sharedServers().temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: 'default', WINGMAN_TASK_QUEUE: stack.taskQueue, WINGMAN_LOG_LEVEL: 'info', WINGMAN_SWEEP_SECONDS: '0',
      WINGMAN_DATABASE_URL: stack.database.urlOf('wingman_worker'), WINGMAN_KEYS_DIR: join(stack.keysDir, 'worker'), WINGMAN_WORKFLOW_BUNDLE: sharedServers().bundle,
      ...(failpoint === null ? {} : { WINGMAN_FAILPOINT: failpoint }),
    });

  it.each(POINTS)('at $point: told at least once, under one id, and nothing is left behind', async ({ point, most }) => {
    const before = receiver.heard.length;
    const environment = `e${randomBytes(4).toString('hex')}`;
    await stack.call('POST', '/locks', stack.operator_key, { environment, reason: randomUUID() });
    // There is something to tell at once: it may die before it has said that it is ready.
    const end = await start(point).then(
      (child) => child.ended,
      (error: unknown) => /\((SIGKILL)\) before it was ready/.exec(String(error))?.[1],
    );
    expect(end).toBe('SIGKILL');
    worker = await start(null);
    const told = () => receiver.heard.slice(before);
    await until('nothing waits any more', async () => (await stack.sql(`select 1 from wingman.webhook_deliveries where state <> 'DELIVERED'`)).length === 0 && told().length > 0, 60_000);
    expect(typesOf(told()).length).toBeLessThanOrEqual(most);
    expect(new Set(told().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const one of told()) expect(verified(secret, one).data['environment']).toBe(environment);
    await worker.kill();
    worker = null;
  }, 120_000);
});
