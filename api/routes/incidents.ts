/** Incidents and who looks after them. The rows stand in the ledger first; workflows are told afterwards, and may be away. */
import { acknowledgeBody, releaseBody, resolveIncidentBody } from '../../contracts/wire';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { refusal } from '../../domain/errors';
import { toWorkerId } from '../../domain/ids';
import { redact } from '../../domain/secrets/redact';
import { storableText } from '../../domain/text/storable-text';
import { listIncidents, readIncident, type IncidentRow } from '../../stores/incidents';
import { listRemedies } from '../../stores/remedies';
import { readQuarantine } from '../../stores/locks';
import type { Principal } from '../identity/authenticate';
import { requireSay } from '../identity/speak-for';
import { maySee, ownersOf } from '../identity/may-see';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { toId, toLimit, toOneOf } from '../http/query';
import { incidentView, remedyView } from '../views/truth-views';

const READERS = ['agent', 'reviewer', 'operator', 'delegate'] as const;
const STATES = ['OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'ALL'] as const;

export function incidentRoutes({ pool, ledger, verifications, remedies }: Pick<ApiContext, 'pool' | 'ledger' | 'verifications' | 'remedies'>): readonly Endpoint[] {
  const append = (tenant: string, kind: string, body: { readonly [key: string]: Json }) => ledger.append({ tenant, kind, body: canonicalJson(body), idem: null, projection: {} });
  const readVisible = async (principal: Principal, id: string | undefined): Promise<IncidentRow> => {
    const row = await readIncident(pool, principal.tenant, toId(id, 'incident'));
    if (row === null || !maySee(principal, row)) throw refusal('NOT_FOUND', 'there is no such incident');
    return row;
  };
  const list = async (principal: Principal, query: Readonly<Record<string, string>>) => {
    const rows = await listIncidents(pool, principal.tenant, ownersOf(principal), { state: toOneOf(query, 'state', STATES), worker_id: query['worker_id'] ?? null, limit: toLimit(query, 100) });
    return rows.map(incidentView);
  };

  return [
    endpoint({
      method: 'get', path: '/watcher/alerts', tag: 'claims', who: READERS, summary: 'Incidents, newest first: those that are not resolved, or of one state; an agent sees its own',
      query: ['state', 'worker_id', 'limit'], answers: 'alerts, count',
      async handle({ principal, query }) {
        const alerts = await list(principal, query);
        return { body: { alerts, count: alerts.length } };
      },
    }),
    endpoint({
      method: 'get', path: '/watcher/alerts/:id', tag: 'claims', who: READERS, summary: 'One incident', answers: 'the incident',
      async handle({ principal, params }) {
        const row = await readVisible(principal, params['id']);
        return { body: { ...incidentView(row), remedies: (await listRemedies(pool, principal.tenant, row.incident_id)).map(remedyView) } };
      },
    }),
    endpoint({
      method: 'post', path: '/incidents/:id/remedy', tag: 'claims', who: ['operator', 'reviewer'], summary: 'Asks for the registered remedy once more, as a request that a person has to approve', answers: 'the remedy with its request',
      async handle({ principal, params }) {
        const row = await readVisible(principal, params['id']);
        return { body: remedyView(await remedies.propose(principal.tenant, row.incident_id, requireSay(principal))) };
      },
    }),
    endpoint({
      method: 'post', path: '/watcher/acknowledge/:id', tag: 'claims', who: ['operator', 'reviewer'], summary: 'A person has seen it, and looks after it', body: acknowledgeBody, answers: 'acknowledged, the incident',
      async handle({ principal, params, body }) {
        const row = await readVisible(principal, params['id']);
        await append(principal.tenant, 'incident.acknowledged', { incident_id: row.incident_id, by: requireSay(principal), note: noteOf(body.note) });
        await verifications.incidentChanged(principal.tenant, row.incident_id);
        return { body: { ...incidentView(await readVisible(principal, row.incident_id)) } };
      },
    }),
    endpoint({
      method: 'post', path: '/watcher/resolve/:id', tag: 'claims', who: ['operator', 'reviewer'], summary: 'A person closes it, and says why; the same again opens a new one', body: resolveIncidentBody, answers: 'resolved, the incident',
      async handle({ principal, params, body }) {
        const row = await readVisible(principal, params['id']);
        await append(principal.tenant, 'incident.resolved', { incident_id: row.incident_id, by: requireSay(principal), resolution: noteOf(body.resolution) });
        await verifications.incidentChanged(principal.tenant, row.incident_id);
        return { body: { resolved: true, ...incidentView(await readVisible(principal, row.incident_id)) } };
      },
    }),
    endpoint({
      method: 'post', path: '/watcher/release/:worker_id', tag: 'operations', who: ['operator', 'reviewer'], summary: 'Releases a quarantined agent; tokens of before stay dead', body: releaseBody, answers: 'worker_id, released',
      async handle({ principal, params, body }) {
        const worker_id = toWorkerId(params['worker_id']);
        const by = requireSay(principal);
        if ((await readQuarantine(pool, principal.tenant, worker_id)) === null) throw refusal('NOT_FOUND', `${worker_id} is not quarantined`);
        await append(principal.tenant, 'quarantine.released', { worker_id, reason: storableText(redact(body.reason)), by });
        return { body: { worker_id, released: true } };
      },
    }),
  ];
}

const noteOf = (note: string | undefined): string | null => (note === undefined ? null : storableText(redact(note)));
