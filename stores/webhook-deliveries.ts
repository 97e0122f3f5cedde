/** What was and will be sent to webhook endpoints: read from the ledger by a cursor each, moved on by the worker (migration 009). */
import type { Pool } from 'pg';
import type { FeedRow } from '../domain/ledger/feed-event';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export type DeliveryState = 'PENDING' | 'DELIVERED' | 'FAILED' | 'DROPPED';
export const DELIVERY_STATES: readonly DeliveryState[] = ['PENDING', 'DELIVERED', 'FAILED', 'DROPPED'];

export interface WebhookDeliveryRow {
  readonly delivery_id: string;
  readonly tenant: string;
  readonly endpoint_id: string;
  readonly seq: number;
  readonly kind: string;
  readonly state: DeliveryState;
  readonly round: number;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly attempted_at: Date | null;
  readonly due_at: Date | null;
  readonly ended_at: Date | null;
}

const COLUMNS = 'delivery_id, tenant, endpoint_id, seq::float8 as seq, kind, state, round, attempts, last_status, last_error, created_at, attempted_at, due_at, ended_at';

/** Of each reading of the ledger; what is open at most of one endpoint; what the log keeps of those that have ended. */
const PAGE = 500;
const MOST_OPEN = 1_000;
const MOST_KEPT = 1_000;
/** On their first attempt at once, of one endpoint: one that answers slowly must not take all the places. */
const ABREAST = 10;
/** A workflow that says nothing so long after it should have is started again: whoever reaches Temporal can end one. */
const FORGOTTEN = '15 minutes';

/** Turns what is after the endpoint's cursor into deliveries. True: there is more to read. */
export async function fillDeliveries(pool: Pool, tenant: TenantId, endpointId: string): Promise<boolean> {
  const { rows } = await pool.query<{ more: boolean }>({
    name: 'webhook-fill',
    text: 'select wingman.fill_webhook($1, $2, $3, $4, $5) as more',
    values: [tenant, endpointId, PAGE, MOST_OPEN, MOST_KEPT],
  });
  return rows[0]?.more === true;
}

/** Deliveries of an endpoint that want a workflow now. */
export async function listDeliveriesToStart(pool: Pool, tenant: TenantId, endpointId: string): Promise<readonly Pick<WebhookDeliveryRow, 'delivery_id' | 'round'>[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<Pick<WebhookDeliveryRow, 'delivery_id' | 'round'>>({
      name: 'webhook-to-start',
      text: `select d.delivery_id, d.round from wingman.webhook_deliveries d
        where d.tenant = $1 and d.endpoint_id = $2 and d.state = 'PENDING' and (not d.started or d.due_at < clock_timestamp() - $3::interval)
        order by d.seq limit greatest(0, $4 - (select count(*) from wingman.webhook_deliveries b
          where b.tenant = $1 and b.endpoint_id = $2 and b.state = 'PENDING' and b.started and b.attempts = 0 and b.due_at >= clock_timestamp() - $3::interval))`,
      values: [tenant, endpointId, FORGOTTEN, ABREAST],
    }),
  );
  return rows;
}

export async function markDeliveryStarted(pool: Pool, tenant: TenantId, id: string, round: number): Promise<void> {
  await withTenant(pool, tenant, (client) =>
    client.query({
      name: 'webhook-started',
      text: `update wingman.webhook_deliveries set started = true, due_at = greatest(due_at, clock_timestamp()) where delivery_id = $1 and round = $2 and state = 'PENDING'`,
      values: [id, round],
    }),
  );
}

export async function readDelivery(pool: Pool, tenant: TenantId, id: string): Promise<WebhookDeliveryRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<WebhookDeliveryRow>({ name: 'webhook-delivery', text: `select ${COLUMNS} from wingman.webhook_deliveries where delivery_id = $1 and tenant = $2`, values: [id, tenant] }),
  );
  return rows[0] ?? null;
}

/** The ledger's row that it tells of. */
export async function readDeliveredRow(pool: Pool, tenant: TenantId, id: string): Promise<FeedRow | null> {
  const { rows } = await pool.query<FeedRow>({ name: 'webhook-row', text: 'select seq::float8 as seq, kind, body, at from wingman.webhook_row($1, $2)', values: [tenant, id] });
  return rows[0] ?? null;
}

export interface AttemptEnd {
  readonly state: DeliveryState;
  readonly status: number | null;
  readonly error: string | null;
  /** Until the next attempt; null: there is none. */
  readonly delaySeconds: number | null;
}

/** What an attempt came to. An attempt of a round that is over changes nothing. */
export async function recordAttempt(pool: Pool, { tenant, delivery_id, round }: { readonly tenant: TenantId; readonly delivery_id: string; readonly round: number }, { state, status, error, delaySeconds }: AttemptEnd): Promise<void> {
  await withTenant(pool, tenant, (client) =>
    client.query({
      name: 'webhook-attempt',
      text: `update wingman.webhook_deliveries set state = $3, attempts = attempts + 1, last_status = $4, last_error = $5, attempted_at = clock_timestamp(),
          due_at = clock_timestamp() + make_interval(secs => $6), ended_at = case when $3 <> 'PENDING' then clock_timestamp() end
        where delivery_id = $1 and round = $2 and state = 'PENDING'`,
      values: [delivery_id, round, state, status, error, delaySeconds],
    }),
  );
}

/** Ends it without an attempt: its endpoint is not there any more. */
export async function dropDelivery(pool: Pool, tenant: TenantId, id: string): Promise<void> {
  await withTenant(pool, tenant, (client) =>
    client.query({ name: 'webhook-dropped', text: `update wingman.webhook_deliveries set state = 'DROPPED', ended_at = clock_timestamp() where delivery_id = $1 and state = 'PENDING'`, values: [id] }),
  );
}

/** Whether the endpoint took anything since then: one that does is not failing, whatever became of one message. */
export async function hasDeliveredSince(pool: Pool, tenant: TenantId, endpointId: string, since: Date): Promise<boolean> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ delivered: boolean }>({
      name: 'webhook-delivered-since',
      text: `select exists (select from wingman.webhook_deliveries where tenant = $1 and endpoint_id = $2 and state = 'DELIVERED' and ended_at >= $3) as delivered`,
      values: [tenant, endpointId, since],
    }),
  );
  return rows[0]?.delivered === true;
}

/** Newest first. */
export async function listDeliveries(pool: Pool, tenant: TenantId, endpointId: string, { state, limit }: { readonly state: DeliveryState | null; readonly limit: number }): Promise<readonly WebhookDeliveryRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<WebhookDeliveryRow>({
      name: 'webhook-deliveries',
      text: `select ${COLUMNS} from wingman.webhook_deliveries where tenant = $1 and endpoint_id = $2 and ($3::text is null or state = $3) order by seq desc limit $4`,
      values: [tenant, endpointId, state, limit],
    }),
  );
  return rows;
}

/** How many messages of a span wait to be sent. */
export async function countOpenDeliveries(pool: Pool, tenant: TenantId, endpointId: string, from: number, to: number): Promise<number> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ n: number }>({
      name: 'webhook-open-in-span',
      text: `select count(*)::int as n from wingman.webhook_deliveries where tenant = $1 and endpoint_id = $2 and seq between $3 and $4 and state = 'PENDING'`,
      values: [tenant, endpointId, from, to],
    }),
  );
  return rows[0]?.n ?? 0;
}

export async function readWebhookCursor(pool: Pool, tenant: TenantId, endpointId: string): Promise<number> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ seq: number }>({ name: 'webhook-cursor', text: 'select seq::float8 as seq from wingman.webhook_cursors where tenant = $1 and endpoint_id = $2', values: [tenant, endpointId] }),
  );
  return rows[0]?.seq ?? 0;
}
