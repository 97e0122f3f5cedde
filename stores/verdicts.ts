/** Verdicts with their evidence, and what they come to in a span of time. */
import type { Pool } from 'pg';
import type { Json } from '../domain/text/canonical-json';
import type { Verdict } from '../domain/claim/claim';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';
import { isOwned, ownerValues, type Owners } from './owners';

export interface VerdictRow {
  readonly verdict_id: string;
  readonly seq: number;
  readonly claim_id: string;
  readonly run: string;
  readonly worker_id: string | null;
  readonly origin: 'LOGGED' | 'ASKED';
  readonly verdict: Verdict;
  readonly verifier: 'simple' | 'enhanced';
  readonly rule: string;
  readonly details: string;
  readonly evidence: Json;
  readonly evidence_sha256: string;
  readonly processing_time_ms: number;
  readonly incident_id: string | null;
  readonly at: Date;
}

const COLUMNS = 'verdict_id, seq::float8 as seq, claim_id, run, worker_id, origin, verdict, verifier, rule, details, evidence, evidence_sha256, processing_time_ms, incident_id, at';

export async function readVerdict(pool: Pool, tenant: TenantId, claimId: string, run: string): Promise<VerdictRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<VerdictRow>({ name: 'verdict-of-run', text: `select ${COLUMNS} from wingman.verdicts where claim_id = $1 and run = $2`, values: [claimId, run] }),
  );
  return rows[0] ?? null;
}

/** Oldest first. */
export async function listVerdictsOfClaim(pool: Pool, tenant: TenantId, claimId: string): Promise<readonly VerdictRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<VerdictRow>({ name: 'verdicts-of-claim', text: `select ${COLUMNS} from wingman.verdicts where claim_id = $1 order by seq limit 100`, values: [claimId] }),
  );
  return rows;
}

/** Newest first. */
export async function listVerdicts(pool: Pool, tenant: TenantId, owners: Owners | null, verdict: string | null, limit: number): Promise<readonly VerdictRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<VerdictRow>({
      name: 'verdicts-recent',
      text: `select ${COLUMNS} from wingman.verdicts where tenant = $1 and ($2::text is null or verdict = $2) and ${isOwned(4)} order by at desc limit $3`,
      values: [tenant, verdict, limit, ...ownerValues(owners)],
    }),
  );
  return rows;
}

export interface VerdictCounts {
  readonly TRUE: number;
  readonly FALSE: number;
  readonly UNVERIFIABLE: number;
  readonly avg_processing_time_ms: number;
}

export async function countVerdicts(pool: Pool, tenant: TenantId, hours: number): Promise<VerdictCounts> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<VerdictCounts>({
      name: 'verdict-counts',
      text: `select count(*) filter (where verdict = 'TRUE')::float8 as "TRUE", count(*) filter (where verdict = 'FALSE')::float8 as "FALSE",
        count(*) filter (where verdict = 'UNVERIFIABLE')::float8 as "UNVERIFIABLE", coalesce(avg(processing_time_ms), 0)::float8 as avg_processing_time_ms
        from wingman.verdicts where tenant = $1 and at > clock_timestamp() - make_interval(hours => $2)`,
      values: [tenant, hours],
    }),
  );
  return rows[0] as VerdictCounts;
}
