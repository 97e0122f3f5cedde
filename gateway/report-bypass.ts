/** An incident for what changed at the engine without an execution that accounts for it. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { isWingmanError } from '../domain/errors';
import { showOnOneLine } from '../domain/text/hidden-text';
import { incidentRules } from '../domain/policy/incident-rules';
import type { TenantId } from '../domain/ids';
import type { Policy } from '../domain/policy/policy';
import { isProduction } from '../domain/policy/risk';
import { severityOf } from '../domain/incident/severity';
import { storableJson, storableText } from '../domain/text/storable-text';
import { findOpenIncident } from '../stores/incidents';
import type { Ledger } from '../stores/ledger';

export interface Bypass {
  /** The same act found twice (told again after a crash) has the same key. */
  readonly key: string;
  readonly environment: string;
  readonly thing: { readonly kind: string; readonly id: string; readonly name: string };
  readonly actions: readonly string[];
  /** Null: nobody watched then; it was found by comparing. */
  readonly at: number | null;
  readonly before: Json;
}

const KIND = 'BYPASS';

/** Opens an incident, or counts a repeat of the one that is open for the same thing. Safe to repeat. */
export async function reportBypass(parts: { readonly pool: Pool; readonly ledger: Ledger; readonly host: string }, tenant: TenantId, policy: Policy, bypass: Bypass): Promise<void> {
  const { thing, environment, actions, at, key } = bypass;
  const subject = storableText(`${thing.kind} ${showOnOneLine(thing.name)} in ${environment}`.slice(0, 400));
  const done = actions.join(', ');
  const when = at === null ? 'while nobody watched' : `at ${new Date(at).toISOString()}`;
  const summary = storableText(`${thing.kind} ${showOnOneLine(thing.name)} was changed outside Wingman in ${environment}: ${done} ${when}; no execution accounts for it, and the engine does not tell who asked`.slice(0, 500));
  const rules = incidentRules(policy);
  const severity = severityOf({
    kind: KIND, predicates: [], production: isProduction(environment, policy), about_approval: false, history: { incidents: 0, verdicts_false: 0 },
    at_least: rules.severity[KIND] ?? null, critical_after: null,
  });
  const details = storableJson({ event: key, thing: { ...thing }, actions: [...actions], at: at === null ? null : new Date(at).toISOString(), who: null, before: bypass.before });
  const about = { kind: KIND, subject, severity, summary, worker_id: null, environment, host: parts.host, claim_id: null, verdict_id: null, approval_id: null, execution_id: null };
  const append = (kind: string, incident_id: string): Promise<unknown> =>
    parts.ledger.append({ tenant, kind, body: canonicalJson({ incident_id, ...about }), idem: `${kind}:${tenant}:${environment}:${key}`, projection: { details } });

  const open = await findOpenIncident(parts.pool, tenant, KIND, subject);
  if (open === null) await append('incident.opened', randomUUID());
  else if (!isAbout(open.details, key)) {
    await append('incident.repeated', open.incident_id).catch((error: unknown) => {
      // Resolved in this moment: then it is a new one.
      if (!isWingmanError(error) || error.code !== 'INCIDENT_STATE') throw error;
      return append('incident.opened', randomUUID());
    });
  }
}

const isAbout = (details: Json, key: string): boolean => typeof details === 'object' && details !== null && 'event' in details && details['event'] === key;
