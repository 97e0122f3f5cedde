/** Webhook endpoints and deliveries as the wire has them. A secret is in none of them. */
import type { WebhookDeliveryRow } from '../../stores/webhook-deliveries';
import type { WebhookEndpointRow } from '../../stores/webhook-endpoints';

export function webhookView({ endpoint_id, url, events, private: isPrivate, state, reason, created_by, created_at, changed_at }: WebhookEndpointRow, cursor: number) {
  return { endpoint_id, url, events, private: isPrivate, state, reason, created_by, created_at: created_at.toISOString(), changed_at: changed_at.toISOString(), cursor };
}

export function deliveryView(row: WebhookDeliveryRow) {
  return {
    delivery_id: row.delivery_id,
    seq: row.seq,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    round: row.round,
    last_status: row.last_status,
    last_error: row.last_error,
    created_at: row.created_at.toISOString(),
    attempted_at: row.attempted_at?.toISOString() ?? null,
    next_attempt_at: row.state === 'PENDING' ? (row.due_at?.toISOString() ?? null) : null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
