/**
 * Records a delivery that failed and was then taken, beside the histories of `record.ts`:
 * `npx jest --testMatch '<rootDir>/test/replay/record-webhooks.ts'`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal as proto } from '@temporalio/proto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { startStack } from '../support/stack';
import { until } from '../support/until';
import { startWebhookReceiver } from '../support/webhook-receiver';

const KEYS = join(__dirname, 'codec-keys.json');

interface KeyList {
  readonly keys: readonly { readonly kid: string }[];
}

it('a delivery is recorded', async () => {
  const stack = await startStack({ webhooks: { backoffSeconds: [0.02] } });
  const receiver = await startWebhookReceiver();
  try {
    // Histories of other days stay readable: keys are only added.
    const [known, mine] = [KEYS, join(stack.keysDir, 'worker', 'codec-keys.json')].map((file) => JSON.parse(readFileSync(file, 'utf8')) as KeyList) as [KeyList, KeyList];
    writeFileSync(KEYS, `${JSON.stringify({ ...known, keys: [...known.keys, ...mine.keys] }, null, 2)}\n`);
    await stack.call('POST', '/webhooks', stack.operator_key, { url: receiver.url, private: true, events: ['lock.set'] });
    receiver.answer(500, 204);
    await stack.call('POST', '/locks', stack.operator_key, { environment: 'recorded', reason: 'a test' });
    const id = await until('it is delivered', async () => (await stack.sql<{ delivery_id: string }>(`select delivery_id from wingman.webhook_deliveries where state = 'DELIVERED'`))[0]?.delivery_id);
    const workflowId = `webhook:${id}:1`;
    await until('its workflow has ended', async () => (await stack.eventsOf(workflowId)).at(-1) === 'WORKFLOW_EXECUTION_COMPLETED');
    const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
    expect(history.events?.length).toBeGreaterThan(5);
    writeFileSync(join(__dirname, 'histories', 'webhook.json'), `${historyToJSON(proto.api.history.v1.History.create(history))}\n`);
  } finally {
    await receiver.close();
    await stack.close();
  }
}, 120_000);
