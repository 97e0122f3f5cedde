/** Looks after an incident: how it stands, and a digest when it came again since it was last told. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { isWingmanError } from '../domain/errors';
import { toTenantId } from '../domain/ids';
import { incidentRules } from '../domain/policy/incident-rules';
import { markAttended, readIncident } from '../stores/incidents';
import type { Ledger } from '../stores/ledger';
import { readPolicy } from '../stores/policies';
import type { IncidentActivities } from './truth-activities';

export function createAttendIncident({ pool, ledger }: { readonly pool: Pool; readonly ledger: Ledger }): IncidentActivities['attendIncident'] {
  return async ({ tenant: tenantText, incident_id, digest }) => {
    const tenant = toTenantId(tenantText);
    const row = await readIncident(pool, tenant, incident_id);
    if (row === null) return null;
    await markAttended(pool, tenant, incident_id);
    if (digest && row.state !== 'RESOLVED' && row.repeats > row.digested) {
      await ledger
        .append({
          tenant,
          kind: 'incident.digest',
          body: canonicalJson({ incident_id, kind: row.kind, severity: row.severity, summary: row.summary, worker_id: row.worker_id, repeats: row.repeats, since_last: row.repeats - row.digested }),
          idem: `digest:${incident_id}:${String(row.repeats)}`,
          projection: {},
        })
        .catch((error: unknown) => {
          // Resolved in the same moment: there is nothing left to tell.
          if (!isWingmanError(error) || error.code !== 'INCIDENT_STATE') throw error;
        });
    }
    const policy = await readPolicy(pool, tenant);
    return { state: row.state, severity: row.severity, summary: row.summary, repeats: row.repeats, digest_minutes: incidentRules(policy?.policy ?? null).digest_minutes };
  };
}
