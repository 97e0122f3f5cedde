/** After a claim about a request: where it and the record differ, and the incidents of it. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { isWingmanError } from '../domain/errors';
import { toApprovalId, type TenantId } from '../domain/ids';
import { incidentRules } from '../domain/policy/incident-rules';
import type { Policy } from '../domain/policy/policy';
import { redact } from '../domain/secrets/redact';
import { graceMinutesOf, reconcile, type Finding } from '../domain/claim/reconcile';
import { isProduction } from '../domain/policy/risk';
import { severityOf } from '../domain/incident/severity';
import { storableText } from '../domain/text/storable-text';
import { readAccount } from '../stores/accounts';
import { readApproval, type ApprovalRow } from '../stores/approvals';
import { findOpenIncident } from '../stores/incidents';
import { sha256Hex } from '../security/digest';
import type { Ledger, LedgerEntry } from '../stores/ledger';
import { readPolicy } from '../stores/policies';

/** The others are shown: an agent that says nothing has said nothing false. */
const OPENS_INCIDENT = new Set<Finding['kind']>(['CLAIMED_NOT_EXECUTED', 'CLAIMED_OTHER_THAN_EXECUTED', 'EXECUTED_NOT_APPROVED']);

/**
 * Opens an incident for each finding about this claim, and for what ran without leave. Once for each: the same again changes nothing.
 * The incident's workflow is started by the watcher's next round.
 */
export async function recordFindings({ pool, ledger, now }: { readonly pool: Pool; readonly ledger: Ledger; readonly now: () => number }, tenant: TenantId, approvalId: string, claimId: string): Promise<void> {
  const approval = await readApproval(pool, tenant, toApprovalId(approvalId));
  if (approval === null) return;
  const [{ account }, policy] = await Promise.all([readAccount(pool, tenant, approval), readPolicy(pool, tenant)]);
  const findings = reconcile(account, now(), graceMinutesOf(policy?.policy ?? null) * 60_000);
  for (const finding of findings.filter(({ kind, claim_id }) => OPENS_INCIDENT.has(kind) && (claim_id === null || claim_id === claimId))) await openIncident({ pool, ledger }, tenant, approval, finding, policy?.policy ?? null);
}

async function openIncident({ pool, ledger }: { readonly pool: Pool; readonly ledger: Ledger }, tenant: TenantId, approval: ApprovalRow, finding: Finding, policy: Policy | null): Promise<void> {
  const { kind, execution_id, claim_id, reason } = finding;
  const subject = `request ${approval.request_id} ${claim_id === null ? `execution ${execution_id ?? 'none'}` : `claim ${claim_id}`}`;
  if ((await findOpenIncident(pool, tenant, kind, subject)) !== null) return;
  const rules = incidentRules(policy);
  const severity = severityOf({
    kind, predicates: [], production: policy !== null && isProduction(approval.environment, policy), about_approval: true, history: { incidents: 0, verdicts_false: 0 },
    at_least: rules.severity[kind] ?? null, critical_after: null,
  });
  const body = {
    incident_id: idOf(`${tenant} ${kind} ${subject}`), kind, severity, subject, summary: storableText(redact(`${approval.worker_id}: ${reason}`).slice(0, 500)), worker_id: approval.worker_id, environment: approval.environment,
    host: null, claim_id, verdict_id: null, approval_id: approval.request_id, execution_id,
  };
  const entries: LedgerEntry[] = [{ tenant, kind: 'incident.opened', body: canonicalJson(body), idem: `finding:${kind}:${subject}`, projection: { details: { step: finding.step, reason: storableText(redact(reason)) } } }];
  if (severity === 'CRITICAL') {
    const quarantine = { worker_id: approval.worker_id, reason: storableText(`incident ${body.incident_id}: ${body.summary}`.slice(0, 500)), by: 'watcher', incident_id: body.incident_id };
    entries.push({ tenant, kind: 'quarantine.set', body: canonicalJson(quarantine), idem: `quarantine:${kind}:${subject}`, projection: {} });
  }
  await ledger.appendTogether(entries).catch((error: unknown) => {
    // Opened in this moment by another verification of the same claim.
    if (!isWingmanError(error) || error.code !== 'INCIDENT_STATE') throw error;
  });
}

/** The same finding has the same id, however often it is looked for. */
function idOf(text: string): string {
  const hex = sha256Hex(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
