/** Credentials, found by the digest of what was presented. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';

export interface ApiKeyRow {
  readonly key_id: string;
  readonly tenant: string;
  readonly kind: 'agent' | 'reviewer' | 'operator' | 'delegate';
  readonly subject: string | null;
  readonly worker_ids: readonly string[];
  readonly worker_prefixes: readonly string[];
  readonly environments: readonly string[];
  readonly owner: string | null;
  readonly revoked_at: Date | null;
}

export async function findKey(pool: Pool, hash: string): Promise<ApiKeyRow | null> {
  const { rows } = await pool.query<ApiKeyRow>({ name: 'find-key', text: 'select * from wingman.find_key($1)', values: [hash] });
  return rows[0] ?? null;
}

export async function listKeys(pool: Pool, tenant: TenantId): Promise<readonly (Omit<ApiKeyRow, 'tenant'> & { readonly created_at: Date })[]> {
  const { rows } = await pool.query<Omit<ApiKeyRow, 'tenant'> & { readonly created_at: Date }>({
    name: 'list-keys',
    text: 'select * from wingman.list_keys($1)',
    values: [tenant],
  });
  return rows;
}
