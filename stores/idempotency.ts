/** Answers of calls that carried an `Idempotency-Key`: the same call again gets the same answer, and nothing happens twice. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export interface IdempotencyScope {
  readonly tenant: TenantId;
  readonly keyId: string;
  readonly idempotencyKey: string;
}

export interface IdempotentAnswer {
  readonly request_hash: string;
  /** Null while the first call is still under way. */
  readonly status: number | null;
  readonly body: string | null;
}

/** Null: this call is the first. A first call that died without an answer can be taken over after a minute. */
export async function claimIdempotency(pool: Pool, scope: IdempotencyScope, requestHash: string): Promise<IdempotentAnswer | null> {
  return withTenant(pool, scope.tenant, async (client) => {
    const claimed = await client.query({
      name: 'idempotency-claim',
      text: `insert into wingman.idempotency (tenant, key_id, idempotency_key, request_hash) values ($1, $2, $3, $4)
        on conflict (tenant, key_id, idempotency_key) do update set created_at = clock_timestamp()
        where idempotency.status is null and idempotency.request_hash = excluded.request_hash
          and idempotency.created_at < clock_timestamp() - interval '1 minute'`,
      values: [scope.tenant, scope.keyId, scope.idempotencyKey, requestHash],
    });
    if (claimed.rowCount === 1) return null;
    const { rows } = await client.query<IdempotentAnswer>({
      name: 'idempotency-read',
      text: 'select request_hash, status, body from wingman.idempotency where tenant = $1 and key_id = $2 and idempotency_key = $3',
      values: [scope.tenant, scope.keyId, scope.idempotencyKey],
    });
    return rows[0] ?? null;
  });
}

export async function saveIdempotentAnswer(pool: Pool, scope: IdempotencyScope, status: number, body: string): Promise<void> {
  await withTenant(pool, scope.tenant, (client) =>
    client.query({
      name: 'idempotency-save',
      text: 'update wingman.idempotency set status = $4, body = $5 where tenant = $1 and key_id = $2 and idempotency_key = $3',
      values: [scope.tenant, scope.keyId, scope.idempotencyKey, status, body],
    }),
  );
}

/** After a fault nothing was done: the same key may be tried again. */
export async function releaseIdempotency(pool: Pool, scope: IdempotencyScope): Promise<void> {
  await withTenant(pool, scope.tenant, (client) =>
    client.query({
      name: 'idempotency-release',
      text: 'delete from wingman.idempotency where tenant = $1 and key_id = $2 and idempotency_key = $3 and status is null',
      values: [scope.tenant, scope.keyId, scope.idempotencyKey],
    }),
  );
}
