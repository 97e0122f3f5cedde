/** Incidents: what a false claim or a change that nobody answers for has opened. Rows are written by projectors alone (migration 005). */
import type { Pool } from 'pg';
import type { Json } from '../domain/text/canonical-json';
import type { TenantId } from '../domain/ids';
import type { Severity } from '../domain/policy/incident-rules';
import { withTenant } from './pool';
import { isOwned, ownerValues, type Owners } from './owners';

export type IncidentState = 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';

export interface IncidentRow {
  readonly incident_id: string;
  readonly tenant: string;
  readonly seq: number;
  readonly kind: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly summary: string;
  readonly worker_id: string | null;
  readonly environment: string | null;
  readonly host: string | null;
  readonly claim_id: string | null;
  readonly verdict_id: string | null;
  readonly approval_id: string | null;
  readonly execution_id: string | null;
  readonly details: Json;
  readonly state: IncidentState;
  readonly repeats: number;
  /** Repeats that were told in a digest. */
  readonly digested: number;
  readonly opened_at: Date;
  readonly last_seen_at: Date;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly acknowledge_note: string | null;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
  readonly resolution: string | null;
}

const COLUMNS = `incident_id, tenant, seq::float8 as seq, kind, severity, subject, summary, worker_id, environment, host, claim_id, verdict_id, approval_id,
  execution_id, details, state, repeats, digested, opened_at, last_seen_at, acknowledged_at, acknowledged_by, acknowledge_note, resolved_at, resolved_by, resolution`;

export async function readIncident(pool: Pool, tenant: TenantId, id: string): Promise<IncidentRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<IncidentRow>({ name: 'incident-by-id', text: `select ${COLUMNS} from wingman.incidents where incident_id = $1 and tenant = $2`, values: [id, tenant] }),
  );
  return rows[0] ?? null;
}

/** The one that is not resolved, of which the next of the same kind and subject is a repeat. */
export async function findOpenIncident(pool: Pool, tenant: TenantId, kind: string, subject: string): Promise<IncidentRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<IncidentRow>({
      name: 'incident-open',
      text: `select ${COLUMNS} from wingman.incidents where tenant = $1 and kind = $2 and subject = $3 and state <> 'RESOLVED'`,
      values: [tenant, kind, subject],
    }),
  );
  return rows[0] ?? null;
}

export interface IncidentFilter {
  /** Null: those that are not resolved. */
  readonly state: IncidentState | 'ALL' | null;
  readonly worker_id: string | null;
  readonly limit: number;
}

/** Newest first. */
export async function listIncidents(pool: Pool, tenant: TenantId, owners: Owners | null, { state, worker_id, limit }: IncidentFilter): Promise<readonly IncidentRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<IncidentRow>({
      name: 'incidents-recent',
      text: `select ${COLUMNS} from wingman.incidents
        where tenant = $1 and case when $2::text = 'ALL' then true when $2 is null then state <> 'RESOLVED' else state = $2 end and ($3::text is null or worker_id = $3) and ${isOwned(5)}
        order by seq desc limit $4`,
      values: [tenant, state, worker_id, limit, ...ownerValues(owners)],
    }),
  );
  return rows;
}

export async function listUnattended(pool: Pool, tenant: TenantId, limit: number): Promise<readonly string[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ incident_id: string }>({
      name: 'incidents-unattended',
      text: 'select incident_id from wingman.incidents where tenant = $1 and not attended order by seq limit $2',
      values: [tenant, limit],
    }),
  );
  return rows.map(({ incident_id }) => incident_id);
}

export async function markAttended(pool: Pool, tenant: TenantId, id: string): Promise<void> {
  await withTenant(pool, tenant, (client) => client.query({ name: 'incident-attended', text: 'update wingman.incidents set attended = true where incident_id = $1', values: [id] }));
}
