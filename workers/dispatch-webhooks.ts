/**
 * Reads the ledger on for every webhook endpoint, and gives each delivery its workflow. What a crash leaves undone is in the rows: the
 * cursor moves with the deliveries that it passed, and a delivery without a workflow is found again. Two workers may do this at once.
 */
import type { Pool } from 'pg';
import { toTenantId, type TenantId } from '../domain/ids';
import { failpoint } from '../platform/failpoint';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import { createFeed } from '../stores/feed';
import { fillDeliveries, listDeliveriesToStart, markDeliveryStarted } from '../stores/webhook-deliveries';
import { listWebhookPlaces } from '../stores/webhook-endpoints';
import type { WebhookStarter } from '../temporal/webhook-starter';

export interface DispatcherParts {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly starter: WebhookStarter;
  readonly log: Logger;
}

export interface Dispatcher extends Running {
  /** An attempt has ended: there is room for another. */
  wake(): void;
}

/** Without a word from the ledger: a notice may be lost, and what was forgotten comes back by the clock. */
const EVERY_MS = 5_000;
/** Between two rounds: a busy ledger wakes us hundreds of times a second, and each round asks for every endpoint. */
const GAP_MS = 50;

export function startDispatcher({ pool, databaseUrl, starter, log }: DispatcherParts): Dispatcher {
  const feed = createFeed(databaseUrl, log);
  let stop = new AbortController();
  let closed = false;

  const dispatch = async (tenant: TenantId, endpointId: string): Promise<void> => {
    let more = true;
    while (more && !closed) {
      more = await fillDeliveries(pool, tenant, endpointId);
      failpoint('worker.after_webhook_fill');
      for (const { delivery_id, round } of await listDeliveriesToStart(pool, tenant, endpointId)) {
        await starter.start({ tenant, delivery_id, round });
        failpoint('worker.after_webhook_start');
        await markDeliveryStarted(pool, tenant, delivery_id, round);
      }
    }
  };
  const round = async (): Promise<void> => {
    for (const { tenant, endpoint_id } of await listWebhookPlaces(pool)) await dispatch(toTenantId(tenant), endpoint_id);
  };

  const loop = (async () => {
    while (!closed) {
      // Before the round: what comes while it runs is seen by the next one at once.
      stop = new AbortController();
      const woken = feed.wait(EVERY_MS, stop.signal);
      await round().catch((err: unknown) => log.warn({ err }, 'webhooks could not be dispatched yet'));
      await woken;
      if (!closed) await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    }
  })();
  return {
    wake: () => stop.abort(),
    async close() {
      closed = true;
      stop.abort();
      await loop;
      await feed.close();
      await starter.close();
    },
  };
}
