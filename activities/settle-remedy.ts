/** The end of a remedy: what to look at again, and what the look means for the incident. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import type { Observation, Probe } from '../domain/claim/claim';
import { isWingmanError } from '../domain/errors';
import { toApprovalId, toTenantId } from '../domain/ids';
import { bypassedThing, judgeRemedy, type RemedyVerdict } from '../domain/incident/judge-remedy';
import { redact } from '../domain/secrets/redact';
import { storableText } from '../domain/text/storable-text';
import { readApproval } from '../stores/approvals';
import { listExecutionsOfApproval } from '../stores/executions';
import { readIncident } from '../stores/incidents';
import type { Ledger } from '../stores/ledger';
import { listRemedies, type RemedyOutcome } from '../stores/remedies';

export interface RemedyInput {
  readonly tenant: string;
  readonly incident_id: string;
  readonly attempt: number;
}

export interface OpenedRemedy {
  readonly environment: string;
  /** Null: no gateway can repeat it; `claim_id` says which claim to verify again, if there is one. */
  readonly probe: Probe | null;
  readonly claim_id: string | null;
}

export interface RemedyActivities {
  /** Null: there is nothing to settle. */
  openRemedy(ask: RemedyInput): Promise<OpenedRemedy | null>;
  recordRemedy(ask: RemedyInput & { readonly observation: Observation | null; readonly verdict: string | null }): Promise<{ readonly outcome: RemedyOutcome }>;
}

export function createRemedyActivities({ pool, ledger }: { readonly pool: Pool; readonly ledger: Ledger }): RemedyActivities {
  const find = async ({ tenant: text, incident_id, attempt }: RemedyInput) => {
    const tenant = toTenantId(text);
    const [incident, remedies] = await Promise.all([readIncident(pool, tenant, incident_id), listRemedies(pool, tenant, incident_id)]);
    const remedy = remedies.find((one) => one.attempt === attempt);
    return incident === null || remedy === undefined ? null : { tenant, incident, remedy };
  };
  return {
    async openRemedy(ask) {
      const found = await find(ask);
      if (found === null || found.remedy.outcome !== null) return null;
      return { environment: found.remedy.environment, probe: bypassedThing(found.incident.details)?.probe ?? null, claim_id: found.incident.claim_id };
    },
    async recordRemedy(ask) {
      const found = await find(ask);
      if (found === null) return { outcome: 'NOT_EXECUTED' };
      const { tenant, incident, remedy } = found;
      if (remedy.outcome !== null) return { outcome: remedy.outcome };
      const [approval, executions] = await Promise.all([readApproval(pool, tenant, toApprovalId(remedy.approval_id)), listExecutionsOfApproval(pool, tenant, remedy.approval_id)]);
      const thing = bypassedThing(incident.details);
      const judged: RemedyVerdict = thing !== null ? judgeRemedy(thing, ask.observation) : { satisfied: ask.verdict === 'TRUE', reason: ask.verdict === null ? 'there is no look to repeat for this kind of incident; a person has to close it' : `the claim is ${ask.verdict} now` };
      const failed = executions.find(({ status }) => status !== 'SUCCEEDED');
      const ran = executions.length === 0 ? `the request ended ${approval?.execution_status === 'NOT_STARTED' ? 'without a start' : (approval?.status ?? 'unknown')}` : failed === undefined ? 'all steps succeeded' : `step ${String(failed.step + 1)} ended ${failed.status}${failed.output === null || failed.output === '' ? '' : ` (${failed.output.trim().slice(0, 200)})`}`;
      const outcome: RemedyOutcome = executions.length === 0 ? 'NOT_EXECUTED' : judged.satisfied ? 'SATISFIED' : 'NOT_SATISFIED';
      const reason = storableText(redact(`${ran}; ${judged.reason}`).slice(0, 1000));
      const about = { incident_id: ask.incident_id, attempt: ask.attempt, outcome, reason, approval_id: remedy.approval_id };
      const entries = [{ tenant, kind: 'incident.remedied', body: canonicalJson(about), idem: `remedied:${ask.incident_id}:${String(ask.attempt)}`, projection: {} }];
      if (outcome === 'SATISFIED' && incident.state !== 'RESOLVED') {
        const resolution = storableText(`remedy ${remedy.name} (request ${remedy.approval_id}): ${reason}`.slice(0, 1000));
        entries.push({ tenant, kind: 'incident.resolved', body: canonicalJson({ incident_id: ask.incident_id, by: 'wingman', resolution }), idem: `resolved-by-remedy:${ask.incident_id}`, projection: {} });
      }
      await ledger.appendTogether(entries).catch((error: unknown) => {
        // A person closed it in this moment: then what the remedy came to stands alone.
        if (!isWingmanError(error) || error.code !== 'INCIDENT_STATE' || entries.length === 1) throw error;
        return ledger.appendTogether(entries.slice(0, 1));
      });
      return { outcome };
    },
  };
}
