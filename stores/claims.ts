/** What agents said that they did, and where each of it stands. Rows are written by `wingman.project_claim*()` alone (migration 005). */
import type { Pool } from 'pg';
import type { TypedClaim, Verdict } from '../domain/claim/claim';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';
import { isOwned, ownerValues, type Owners } from './owners';

export interface ClaimRow {
  readonly claim_id: string;
  readonly tenant: string;
  /** Null: a person asked. */
  readonly worker_id: string | null;
  readonly claim: string;
  readonly status: 'PENDING_VERIFICATION' | Verdict;
  readonly claimed_at: Date;
  /** Of the ledger. */
  readonly seq: number;
  readonly origin: 'LOGGED' | 'ASKED';
  readonly asked_by: string | null;
  readonly execution_id: string | null;
  readonly approval_id: string | null;
  readonly environment: string | null;
  readonly host: string | null;
  /** As the agent typed them; null: the text is parsed. */
  readonly typed: readonly TypedClaim[] | null;
  readonly judged_at: Date | null;
}

const COLUMNS = `claim_id, tenant, worker_id, claim, status, claimed_at, seq::float8 as seq, origin, asked_by, execution_id, approval_id, environment, host, typed, judged_at`;

export interface ClaimFilter {
  readonly worker_id: string | null;
  readonly status: string | null;
  /** Of one request. */
  readonly approval_id: string | null;
  readonly limit: number;
}

export async function readClaim(pool: Pool, tenant: TenantId, id: string): Promise<ClaimRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ClaimRow>({ name: 'claim-by-id', text: `select ${COLUMNS} from wingman.claims where claim_id = $1 and tenant = $2`, values: [id, tenant] }),
  );
  return rows[0] ?? null;
}

/** Logged claims, newest first. */
export async function listClaims(pool: Pool, tenant: TenantId, owners: Owners | null, { worker_id, status, approval_id, limit }: ClaimFilter): Promise<readonly ClaimRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ClaimRow>({
      name: 'claims-recent',
      text: `select ${COLUMNS} from wingman.claims
        where tenant = $1 and origin = 'LOGGED' and ($2::text is null or worker_id = $2) and ($3::text is null or status = $3) and ($4::uuid is null or approval_id = $4)
          and ${isOwned(6)}
        order by seq desc limit $5`,
      values: [tenant, worker_id, status, approval_id, limit, ...ownerValues(owners)],
    }),
  );
  return rows;
}

/** In the order of the ledger, after a sequence number: also those that have a verdict already, so that a cursor can pass them. */
export async function listClaimsAfter(pool: Pool, tenant: TenantId, after: number, limit: number): Promise<readonly Pick<ClaimRow, 'claim_id' | 'seq' | 'status' | 'origin'>[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<Pick<ClaimRow, 'claim_id' | 'seq' | 'status' | 'origin'>>({
      name: 'claims-after',
      text: 'select claim_id, seq::float8 as seq, status, origin from wingman.claims where tenant = $1 and seq > $2 order by seq limit $3',
      values: [tenant, after, limit],
    }),
  );
  return rows;
}
