/** Webhook endpoints: an operator says who is told of what. Signing and sending is the worker's; a secret is shown here once. */
import { randomUUID } from 'node:crypto';
import { replayWebhookBody, rotateWebhookBody, webhookBody } from '../../contracts/wire';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { refusal } from '../../domain/errors';
import { DEFAULT_WEBHOOK_EVENTS, toWebhookEvents } from '../../domain/ledger/webhook-events';
import { toWebhookTarget } from '../../platform/webhook-url';
import { sha256Hex } from '../../security/digest';
import { createWebhookSecret, sealWebhookSecret } from '../../security/tokens/webhook-signature';
import { countOpenDeliveries, DELIVERY_STATES, listDeliveries, readDelivery, readWebhookCursor } from '../../stores/webhook-deliveries';
import { listWebhookEndpoints, readWebhookEndpoint, type WebhookEndpointRow } from '../../stores/webhook-endpoints';
import type { OperatorPrincipal } from '../identity/authenticate';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { toId, toLimit, toOneOf } from '../http/query';
import { deliveryView, webhookView } from '../views/webhook-views';

const GRACE_SECONDS = 86_400;

export function webhookRoutes({ pool, ledger, webhookSeal }: Pick<ApiContext, 'pool' | 'ledger' | 'webhookSeal'>): readonly Endpoint[] {
  const append = (tenant: string, kind: string, body: { readonly [key: string]: Json }, projection: Json = {}) => ledger.append({ tenant, kind, body: canonicalJson(body), projection, idem: null });

  /** One that was removed is not there any more. */
  const readOwn = async ({ tenant }: OperatorPrincipal, id: string | undefined): Promise<WebhookEndpointRow> => {
    const row = await readWebhookEndpoint(pool, tenant, toId(id, 'webhook endpoint'));
    if (row === null || row.state === 'REMOVED') throw refusal('NOT_FOUND', 'there is no such webhook endpoint; `wingman webhooks list` has them');
    return row;
  };
  const view = async (row: WebhookEndpointRow | null, { tenant }: OperatorPrincipal) => {
    if (row === null) throw refusal('NOT_FOUND', 'there is no such webhook endpoint');
    return webhookView(row, await readWebhookCursor(pool, tenant, row.endpoint_id));
  };

  return [
    endpoint({
      method: 'get', path: '/webhooks', tag: 'operations', who: ['operator'], summary: 'Webhook endpoints, without their secrets', answers: 'webhooks',
      handle: async ({ principal }) => ({ body: { webhooks: await Promise.all((await listWebhookEndpoints(pool, principal.tenant)).map((row) => view(row, principal))) } }),
    }),
    endpoint({
      method: 'post', path: '/webhooks', tag: 'operations', who: ['operator'], summary: 'Adds an endpoint; the secret is shown this once', body: webhookBody, answers: 'webhook, secret',
      async handle({ principal, body }) {
        const isPrivate = body.private ?? false;
        toWebhookTarget(body.url, isPrivate);
        const events = toWebhookEvents(body.events ?? DEFAULT_WEBHOOK_EVENTS);
        const endpoint_id = randomUUID();
        const secret = createWebhookSecret();
        await append(
          principal.tenant, 'webhook.registered',
          { endpoint_id, origin: new URL(body.url).origin, url_sha256: sha256Hex(body.url), events: [...events], private: isPrivate, by: principal.name },
          { url: body.url, sealed: await sealWebhookSecret(webhookSeal, { tenant: principal.tenant, endpoint_id }, secret) },
        );
        return { body: { webhook: await view(await readWebhookEndpoint(pool, principal.tenant, endpoint_id), principal), secret } };
      },
    }),
    endpoint({
      method: 'post', path: '/webhooks/:id/rotate', tag: 'operations', who: ['operator'], summary: 'Makes a new secret, shown this once; the old one signs beside it for a grace time', body: rotateWebhookBody, answers: 'endpoint_id, secret, old_secret_until',
      async handle({ principal, params, body }) {
        const { endpoint_id } = await readOwn(principal, params['id']);
        const grace_seconds = body.grace_seconds ?? GRACE_SECONDS;
        const secret = createWebhookSecret();
        const [row] = await append(principal.tenant, 'webhook.rotated', { endpoint_id, grace_seconds, by: principal.name }, { sealed: await sealWebhookSecret(webhookSeal, { tenant: principal.tenant, endpoint_id }, secret) });
        const until = row === undefined ? null : new Date(Date.parse(row.at) + grace_seconds * 1000).toISOString();
        return { body: { endpoint_id, secret, old_secret_until: until } };
      },
    }),
    endpoint({
      method: 'post', path: '/webhooks/:id/remove', tag: 'operations', who: ['operator'], summary: 'Removes an endpoint; what was not delivered is dropped', answers: 'endpoint_id',
      async handle({ principal, params }) {
        const { endpoint_id } = await readOwn(principal, params['id']);
        await append(principal.tenant, 'webhook.removed', { endpoint_id, by: principal.name });
        return { body: { endpoint_id, removed: true } };
      },
    }),
    endpoint({
      method: 'post', path: '/webhooks/:id/enable', tag: 'operations', who: ['operator'], summary: 'Lets a disabled endpoint hear again, of what comes from now on; `missed_from` is where it stopped', answers: 'webhook, missed_from',
      async handle({ principal, params }) {
        const { endpoint_id } = await readOwn(principal, params['id']);
        const before = await readWebhookCursor(pool, principal.tenant, endpoint_id);
        await append(principal.tenant, 'webhook.enabled', { endpoint_id, by: principal.name });
        return { body: { webhook: await view(await readWebhookEndpoint(pool, principal.tenant, endpoint_id), principal), missed_from: before + 1 } };
      },
    }),
    endpoint({
      method: 'get', path: '/webhooks/:id/deliveries', tag: 'operations', who: ['operator'], summary: 'What was sent, newest first: the last thousand of each endpoint', query: ['state', 'limit'], answers: 'deliveries',
      async handle({ principal, params, query }) {
        const { endpoint_id } = await readOwn(principal, params['id']);
        const rows = await listDeliveries(pool, principal.tenant, endpoint_id, { state: toOneOf(query, 'state', DELIVERY_STATES), limit: toLimit(query, 50) });
        return { body: { deliveries: rows.map(deliveryView) } };
      },
    }),
    endpoint({
      method: 'post', path: '/webhooks/:id/replay', tag: 'operations', who: ['operator'], summary: 'Sends one message, or those of a span of the ledger, once more, under the same ids', body: replayWebhookBody, answers: 'endpoint_id, waiting',
      async handle({ principal, params, body }) {
        const { endpoint_id } = await readOwn(principal, params['id']);
        const { from, to } = await span(principal, endpoint_id, body);
        await append(principal.tenant, 'webhook.replayed', { endpoint_id, from_seq: from, to_seq: to, by: principal.name });
        return { body: { endpoint_id, from_seq: from, to_seq: to, waiting: await countOpenDeliveries(pool, principal.tenant, endpoint_id, from, to) } };
      },
    }),
  ];

  async function span({ tenant }: OperatorPrincipal, endpoint_id: string, body: { readonly delivery_id?: string | undefined; readonly from_seq?: number | undefined; readonly to_seq?: number | undefined }) {
    if (body.delivery_id === undefined) return { from: body.from_seq ?? 0, to: body.to_seq ?? 0 };
    const delivery = await readDelivery(pool, tenant, body.delivery_id);
    if (delivery === null || delivery.endpoint_id !== endpoint_id) throw refusal('NOT_FOUND', 'there is no such delivery in the log of this endpoint; replay a span of the ledger instead (from_seq, to_seq)');
    return { from: delivery.seq, to: delivery.seq };
  }
}
