/** Who is told of what. Rows are written by projectors alone (migration 009); secrets are the worker's to read, and sealed. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export interface WebhookEndpointRow {
  readonly endpoint_id: string;
  readonly tenant: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly private: boolean;
  readonly state: 'ACTIVE' | 'DISABLED' | 'REMOVED';
  readonly reason: string | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly changed_at: Date;
}

const COLUMNS = 'endpoint_id, tenant, url, events, private, state, reason, created_by, created_at, changed_at';

/** Those that were not removed, oldest first. */
export async function listWebhookEndpoints(pool: Pool, tenant: TenantId): Promise<readonly WebhookEndpointRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<WebhookEndpointRow>({ name: 'webhook-endpoints', text: `select ${COLUMNS} from wingman.webhook_endpoints where tenant = $1 and state <> 'REMOVED' order by created_at, endpoint_id`, values: [tenant] }),
  );
  return rows;
}

/** Also one that was removed. Null: there is none, or it is another tenant's. */
export async function readWebhookEndpoint(pool: Pool, tenant: TenantId, id: string): Promise<WebhookEndpointRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<WebhookEndpointRow>({ name: 'webhook-endpoint-by-id', text: `select ${COLUMNS} from wingman.webhook_endpoints where endpoint_id = $1 and tenant = $2`, values: [id, tenant] }),
  );
  return rows[0] ?? null;
}

/** The active endpoint with exactly this URL: not a prefix, not another spelling of it. */
export async function findWebhookEndpoint(pool: Pool, tenant: TenantId, url: string): Promise<WebhookEndpointRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<WebhookEndpointRow>({ name: 'webhook-endpoint-by-url', text: `select ${COLUMNS} from wingman.webhook_endpoints where tenant = $1 and url = $2 and state = 'ACTIVE'`, values: [tenant, url] }),
  );
  return rows[0] ?? null;
}

/** The active endpoints of all tenants. */
export async function listWebhookPlaces(pool: Pool): Promise<readonly Pick<WebhookEndpointRow, 'tenant' | 'endpoint_id'>[]> {
  const { rows } = await pool.query<Pick<WebhookEndpointRow, 'tenant' | 'endpoint_id'>>({ name: 'webhook-places', text: 'select tenant, endpoint_id from wingman.webhook_places()' });
  return rows;
}

/** In force now: the current one first, then those in their grace. Only the worker's role may ask. */
export async function readSealedSecrets(pool: Pool, tenant: TenantId, id: string): Promise<readonly string[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ sealed: string }>({
      name: 'webhook-secrets',
      text: `select sealed from wingman.webhook_secrets where endpoint_id = $1 and tenant = $2 and (expires_at is null or expires_at > clock_timestamp()) order by generation desc`,
      values: [id, tenant],
    }),
  );
  return rows.map(({ sealed }) => sealed);
}
