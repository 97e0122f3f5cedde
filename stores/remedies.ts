/** Remedies of incidents. Rows are written by projectors alone (migration 007). */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export type RemedyOutcome = 'SATISFIED' | 'NOT_SATISFIED' | 'NOT_EXECUTED';

export interface RemedyRow {
  readonly incident_id: string;
  readonly attempt: number;
  readonly name: string;
  readonly environment: string;
  readonly approval_id: string;
  readonly asked_by: string;
  readonly proposed_at: Date;
  /** Null: under way. */
  readonly outcome: RemedyOutcome | null;
  readonly reason: string | null;
  readonly ended_at: Date | null;
}

const COLUMNS = 'incident_id, attempt, name, environment, approval_id, asked_by, proposed_at, outcome, reason, ended_at';

export async function listRemedies(pool: Pool, tenant: TenantId, incidentId: string): Promise<readonly RemedyRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<RemedyRow>({ name: 'remedies-of-incident', text: `select ${COLUMNS} from wingman.remedies where incident_id = $1 and tenant = $2 order by attempt`, values: [incidentId, tenant] }),
  );
  return rows;
}

/** Incidents for which none was ever asked, oldest first. */
export async function listWithoutRemedy(pool: Pool, tenant: TenantId, kinds: readonly string[], limit: number): Promise<readonly string[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ incident_id: string }>({
      name: 'incidents-without-remedy',
      text: `select i.incident_id from wingman.incidents i where i.tenant = $1 and i.state <> 'RESOLVED' and i.kind = any($2)
        and not exists (select from wingman.remedies r where r.incident_id = i.incident_id) order by i.seq limit $3`,
      values: [tenant, kinds, limit],
    }),
  );
  return rows.map(({ incident_id }) => incident_id);
}

/** Under way, and their request has come to an end of some kind. */
export async function listRemediesToSettle(pool: Pool, tenant: TenantId, limit: number): Promise<readonly RemedyRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<RemedyRow>({
      name: 'remedies-to-settle',
      text: `select ${COLUMNS.split(', ').map((name) => `r.${name}`).join(', ')} from wingman.remedies r join wingman.approvals a on a.request_id = r.approval_id
        where r.tenant = $1 and r.outcome is null and (a.status in ('REJECTED', 'EXPIRED', 'CANCELLED', 'AUTO_REJECTED') or a.revoked_at is not null
          or a.execution_status in ('SUCCEEDED', 'FAILED', 'TIMED_OUT', 'UNKNOWN', 'NOT_STARTED') or (a.execution_status is distinct from 'RUNNING' and a.executable_until < clock_timestamp()))
        order by r.proposed_at limit $2`,
      values: [tenant, limit],
    }),
  );
  return rows;
}
