/** One message to one webhook endpoint, until it is taken or given up. The row is the truth; this is its clock. */
import type { WebhookInput } from '../activities/send-webhook';
import { workflowInfo } from '@temporalio/workflow';
import { webhooksOf } from './activity-proxies';

export async function deliverWebhook(input: WebhookInput): Promise<{ readonly state: string }> {
  return webhooksOf(workflowInfo().taskQueue).sendWebhook(input);
}
