/** What a false claim costs its agent: an incident, or a repeat of one; and quarantine at once when that is CRITICAL. */
import type { Pool } from 'pg';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import type { ClaimSubject, ClaimVerdict } from '../domain/claim/claim';
import type { TenantId } from '../domain/ids';
import { incidentRules } from '../domain/policy/incident-rules';
import { redact } from '../domain/secrets/redact';
import { isProduction } from '../domain/policy/risk';
import { gravest, severityOf } from '../domain/incident/severity';
import type { Severity } from '../domain/policy/incident-rules';
import { storableText } from '../domain/text/storable-text';
import { readAgentClaims } from '../stores/agent-records';
import type { ClaimRow } from '../stores/claims';
import { findOpenIncident } from '../stores/incidents';
import type { LedgerEntry } from '../stores/ledger';
import { readQuarantine } from '../stores/locks';
import { readPolicy } from '../stores/policies';

interface FalseClaim {
  readonly tenant: TenantId;
  readonly claim: ClaimRow;
  readonly verdict_id: string;
  /** Of the incident, if it is a new one. */
  readonly new_id: string;
  readonly judged: ClaimVerdict;
}

export interface Costs {
  readonly incident_id: string;
  readonly entries: readonly LedgerEntry[];
}

const KIND = 'FALSE_CLAIM';

/** Null: a question costs nothing, nor does a claim that was found false before. */
export async function falseClaimEntries({ pool }: { readonly pool: Pool }, { tenant, claim, verdict_id, new_id, judged }: FalseClaim): Promise<Costs | null> {
  const { worker_id } = claim;
  if (claim.origin !== 'LOGGED' || worker_id === null || claim.status === 'FALSE' || claim.status === 'TRUE') return null;
  const wrong = judged.parts.filter(({ verdict }) => verdict === 'FALSE');
  const subject = storableText(`${worker_id} ${wrong.map(({ part }) => `${part.subject.kind}:${nameOf(part.subject)}:${part.predicate}`)[0] ?? 'claim'}`.slice(0, 400));
  const [policy, history, open, quarantine] = await Promise.all([
    readPolicy(pool, tenant), readAgentClaims(pool, tenant, worker_id), findOpenIncident(pool, tenant, KIND, subject), readQuarantine(pool, tenant, worker_id),
  ]);
  const rules = incidentRules(policy?.policy ?? null);
  const severity = severityOf({
    kind: KIND,
    predicates: wrong.map(({ part }) => part.predicate),
    production: claim.environment !== null && policy !== null && isProduction(claim.environment, policy.policy),
    about_approval: claim.approval_id !== null || claim.execution_id !== null,
    history,
    at_least: rules.severity[KIND] ?? null,
    critical_after: rules.critical_after,
  });
  const summary = storableText(redact(`${worker_id} claimed what is not so: ${judged.reason}`).slice(0, 500));
  const incident_id = open?.incident_id ?? new_id;
  const about = { incident_id, kind: KIND, subject, severity, summary, worker_id, environment: claim.environment, host: claim.host, claim_id: claim.claim_id, verdict_id, approval_id: claim.approval_id, execution_id: claim.execution_id };
  const entries: LedgerEntry[] = [
    entry(tenant, open === null ? 'incident.opened' : 'incident.repeated', about, `incident:${verdict_id}`, { details: { claim: claim.claim, rules: wrong.map(({ rule }) => rule) } }),
  ];
  if (isCritical(severity, open?.severity) && quarantine === null) entries.push(quarantineEntry(tenant, worker_id, { incident_id, verdict_id }, summary));
  return { incident_id, entries };
}

/** A repeat never makes an incident less grave. */
const isCritical = (severity: Severity, before: Severity | undefined): boolean => gravest([severity, before ?? 'LOW']) === 'CRITICAL';

function quarantineEntry(tenant: TenantId, worker_id: string, { incident_id, verdict_id }: { readonly incident_id: string; readonly verdict_id: string }, summary: string): LedgerEntry {
  return entry(tenant, 'quarantine.set', { worker_id, reason: storableText(`incident ${incident_id}: ${summary}`.slice(0, 500)), by: 'watcher', incident_id }, `quarantine:${verdict_id}`, {});
}

const entry = (tenant: TenantId, kind: string, body: { readonly [key: string]: Json }, idem: string, projection: Json): LedgerEntry => ({ tenant, kind, body: canonicalJson(body), idem, projection });

function nameOf(subject: ClaimSubject): string {
  switch (subject.kind) {
    case 'file':
    case 'directory':
      return subject.path;
    case 'process':
      return subject.name ?? String(subject.pid);
    case 'port':
      return String(subject.port);
    case 'http':
      return subject.url;
    case 'commit':
      return `${subject.repository}@${subject.revision}`;
    case 'rows':
      return `${subject.database}.${subject.table}`;
    case 'execution':
      return subject.execution_id ?? subject.command ?? 'any';
    default:
      return subject.name;
  }
}
