/**
 * One attempt to deliver one message: signed here, sent through the guard (platform/guarded-request.ts), and what came of it is a row.
 * Temporal keeps the time until the next one. The input may come from anybody who reaches Temporal: it names a row, and the row says
 * what is sent, and where.
 */
import { ApplicationFailure } from '@temporalio/activity';
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { isWingmanError } from '../domain/errors';
import { toFeedEvent, type FeedRow } from '../domain/ledger/feed-event';
import { toTenantId } from '../domain/ids';
import { failpoint } from '../platform/failpoint';
import { sendGuarded, systemLookup, type GuardedAnswer, type GuardedLimits, type Lookup } from '../platform/guarded-request';
import { toWebhookTarget } from '../platform/webhook-url';
import type { UnsealKey } from '../security/keys/unseal-key';
import { openWebhookSecret, signWebhook } from '../security/tokens/webhook-signature';
import type { Ledger } from '../stores/ledger';
import { dropDelivery, hasDeliveredSince, readDeliveredRow, readDelivery, recordAttempt, type DeliveryState, type WebhookDeliveryRow } from '../stores/webhook-deliveries';
import { readSealedSecrets, readWebhookEndpoint, type WebhookEndpointRow } from '../stores/webhook-endpoints';

export interface WebhookInput {
  readonly tenant: string;
  readonly delivery_id: string;
  readonly round: number;
}

export interface WebhookActivities {
  /** How it ended. Fails, with the time until the next attempt, while there is one to come. */
  sendWebhook(ask: WebhookInput): Promise<{ readonly state: DeliveryState | 'NONE' }>;
}

export interface WebhookSettings {
  readonly lookup?: Lookup;
  /** Seconds between the attempts; one more attempt than there are numbers. */
  readonly backoffSeconds?: readonly number[];
  /** Certificates to trust besides the system's. */
  readonly ca?: string;
  readonly limits?: GuardedLimits;
}

export interface SendWebhookParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly keys: readonly UnsealKey[];
  readonly settings: WebhookSettings;
  readonly now: () => number;
  /** Told when an attempt has ended: there is room for another. */
  readonly settled: () => void;
}

export const WEBHOOK_LIMITS: GuardedLimits = { timeoutMs: 10_000, maxBodyBytes: 65_536 };
/** Three days and four hours in ten attempts: a receiver may be down from Friday to Monday. */
const BACKOFF_SECONDS: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
const MAX_BODY_BYTES = 262_144;

export function createSendWebhook(parts: SendWebhookParts): WebhookActivities['sendWebhook'] {
  const { pool, settled } = parts;
  return async ({ tenant: text, delivery_id, round }) => {
    const tenant = toTenantId(text);
    try {
      const [delivery, row] = await Promise.all([readDelivery(pool, tenant, delivery_id), readDeliveredRow(pool, tenant, delivery_id)]);
      // Ended, replayed since, or out of the log.
      if (delivery === null || row === null || delivery.state !== 'PENDING' || delivery.round !== round) return { state: delivery?.state ?? 'NONE' };
      const endpoint = await readWebhookEndpoint(pool, tenant, delivery.endpoint_id);
      if (endpoint === null || endpoint.state !== 'ACTIVE') {
        await dropDelivery(pool, tenant, delivery_id);
        return { state: 'DROPPED' };
      }
      failpoint('worker.before_webhook');
      const end = await attempt(parts, endpoint, delivery, row);
      failpoint('worker.after_webhook');
      return await settle(parts, endpoint, delivery, end);
    } finally {
      settled();
    }
  };
}

interface End {
  readonly outcome: 'TAKEN' | 'GONE' | 'NOT_TAKEN';
  readonly status: number | null;
  readonly error: string | null;
}

async function attempt({ pool, keys, settings, now }: SendWebhookParts, endpoint: WebhookEndpointRow, delivery: WebhookDeliveryRow, row: FeedRow): Promise<End> {
  const tenant = toTenantId(endpoint.tenant);
  try {
    // Again, and not because it was registered once: the rules of this version hold for what an older one let in.
    const target = toWebhookTarget(endpoint.url, endpoint.private);
    const sealed = await readSealedSecrets(pool, tenant, endpoint.endpoint_id);
    const secrets = await Promise.all(sealed.map((one) => openWebhookSecret(keys, { tenant, endpoint_id: endpoint.endpoint_id }, one)));
    const body = toBody(row);
    const timestamp = Math.floor(now() / 1000);
    const headers = {
      'content-type': 'application/json; charset=utf-8', 'user-agent': 'wingman-webhooks', 'webhook-id': delivery.delivery_id, 'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(secrets, { id: delivery.delivery_id, timestamp, body }),
    };
    return toEnd(await sendGuarded(target, { method: 'POST', headers, body, ca: settings.ca }, settings.lookup ?? systemLookup, settings.limits ?? WEBHOOK_LIMITS));
  } catch (error) {
    if (!isWingmanError(error) || error.code === 'DATABASE_UNAVAILABLE') throw error;
    return { outcome: 'NOT_TAKEN', status: null, error: error.code };
  }
}

/** The same bytes at every attempt, since the receiver may compare them. */
export function toBody(row: FeedRow): string {
  const whole = JSON.stringify({ type: row.kind, timestamp: row.at, data: toFeedEvent(row) });
  if (Buffer.byteLength(whole) <= MAX_BODY_BYTES) return whole;
  // Bounded like every body; the rest is at GET /events, under this number.
  return JSON.stringify({ type: row.kind, timestamp: row.at, data: { seq: row.seq, kind: row.kind, at: row.at, truncated: true } });
}

function toEnd(answer: GuardedAnswer): End {
  if (!answer.answered) return { outcome: 'NOT_TAKEN', status: null, error: answer.reason };
  const { status } = answer;
  if (status >= 200 && status < 300) return { outcome: 'TAKEN', status, error: null };
  if (status === 410) return { outcome: 'GONE', status, error: 'GONE' };
  return { outcome: 'NOT_TAKEN', status, error: status >= 300 && status < 400 ? 'REDIRECT_REFUSED' : 'STATUS' };
}

async function settle(parts: SendWebhookParts, endpoint: WebhookEndpointRow, delivery: WebhookDeliveryRow, { outcome, status, error }: End): Promise<{ readonly state: DeliveryState }> {
  const { pool, settings } = parts;
  const place = { tenant: toTenantId(endpoint.tenant), delivery_id: delivery.delivery_id, round: delivery.round };
  if (outcome === 'TAKEN') {
    await recordAttempt(pool, place, { state: 'DELIVERED', status, error: null, delaySeconds: null });
    return { state: 'DELIVERED' };
  }
  const delay = outcome === 'GONE' ? undefined : (settings.backoffSeconds ?? BACKOFF_SECONDS)[delivery.attempts];
  if (delay !== undefined) {
    // Spread by a tenth: what failed together does not come back together.
    const delaySeconds = delay * (0.95 + Math.random() / 10);
    await recordAttempt(pool, place, { state: 'PENDING', status, error, delaySeconds });
    throw ApplicationFailure.create({ message: 'not delivered yet', type: error ?? 'NOT_TAKEN', nextRetryDelay: Math.max(1, Math.round(delaySeconds * 1000)) });
  }
  // Disabled first: after a crash in between the attempt is made again, and then there is no endpoint to make it to.
  const isFailing = outcome === 'GONE' || !(await hasDeliveredSince(pool, place.tenant, endpoint.endpoint_id, delivery.created_at));
  if (isFailing) await disable(parts, endpoint, { delivery_id: place.delivery_id, reason: outcome === 'GONE' ? 'GONE' : 'FAILING', last_status: status });
  await recordAttempt(pool, place, { state: 'FAILED', status, error, delaySeconds: null });
  return { state: 'FAILED' };
}

interface GivenUp {
  readonly delivery_id: string;
  readonly reason: 'GONE' | 'FAILING';
  readonly last_status: number | null;
}

async function disable({ ledger }: SendWebhookParts, { tenant, endpoint_id }: WebhookEndpointRow, { delivery_id, reason, last_status }: GivenUp): Promise<void> {
  await ledger.append({ tenant, kind: 'webhook.disabled', body: canonicalJson({ endpoint_id, reason, last_status }), idem: null, projection: { delivery_id } }).catch((error: unknown) => {
    // Another delivery said so first, or an operator did.
    if (!isWingmanError(error) || error.code !== 'WEBHOOK_STATE') throw error;
  });
}
