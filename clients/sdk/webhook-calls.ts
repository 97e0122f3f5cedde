/** Webhook endpoints: operators say who is told of what. */
import { at, type Transport } from './transport';
import type { DeliveryShape, NewWebhook, WebhookShape } from './webhook-shapes';

export function webhookCalls({ get, post }: Transport) {
  return {
    webhooks: () => get<{ webhooks: readonly WebhookShape[] }>('/webhooks'),
    /** `secret` is in this answer and nowhere else. */
    addWebhook: (body: NewWebhook) => post<{ webhook: WebhookShape; secret: string }>('/webhooks', body),
    rotateWebhook: (id: string, grace_seconds?: number) =>
      post<{ endpoint_id: string; secret: string; old_secret_until: string | null }>(at('/webhooks/:id/rotate', id), grace_seconds === undefined ? {} : { grace_seconds }),
    removeWebhook: (id: string) => post<{ endpoint_id: string }>(at('/webhooks/:id/remove', id)),
    enableWebhook: (id: string) => post<{ webhook: WebhookShape; missed_from: number }>(at('/webhooks/:id/enable', id)),
    webhookDeliveries: (id: string, { state, limit }: { readonly state?: string | undefined; readonly limit?: number | undefined } = {}) => {
      const query = new URLSearchParams({ ...(state === undefined ? {} : { state }), ...(limit === undefined ? {} : { limit: String(limit) }) }).toString();
      return get<{ deliveries: readonly DeliveryShape[] }>(at('/webhooks/:id/deliveries', id) + (query === '' ? '' : `?${query}`));
    },
    replayWebhook: (id: string, what: { readonly delivery_id: string } | { readonly from_seq: number; readonly to_seq: number }) =>
      post<{ endpoint_id: string; from_seq: number; to_seq: number; waiting: number }>(at('/webhooks/:id/replay', id), what),
  };
}
