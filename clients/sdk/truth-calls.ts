/** Claims, verdicts, incidents and agents. */
import { at, type Transport } from './transport';
import type { AccountShape, AgentShape, ClaimShape, IncidentShape, NewClaim, NewVerification, StatsShape, VerdictShape } from './truth-shapes';

type Query = Readonly<Record<string, string | number | undefined>>;

export function truthCalls({ get, post, postOnce }: Transport) {
  return {
    /** `extra` says what the claim leans on, and where it can be seen. */
    logClaim: (worker_id: string, claim: string, extra: Omit<NewClaim, 'worker_id' | 'claim'> = {}) =>
      postOnce<{ status: string; entry: { claim_id: string; timestamp: string; worker_id: string; claim: string; status: string } }>('/log_claim', { worker_id, claim, ...extra }),
    /** A verdict now; probes are bounded, so it comes within a minute. */
    verify: (body: NewVerification) => post<VerdictShape>('/verify', body),
    /** Newest first. */
    claims: (query: Query = {}) => get<{ claims: readonly ClaimShape[]; count: number }>(withQuery('/claims', query)),
    claim: (id: string) => get<ClaimShape>(at('/claims/:id', id)),
    verdicts: (query: Query = {}) => get<{ verdicts: readonly VerdictShape[]; count: number }>(withQuery('/verdicts', query)),
    stats: (range = '24h') => get<StatsShape>(withQuery('/stats', { range })),

    /** Those that are not resolved, or of one state; newest first. */
    incidents: (query: Query = {}) => get<{ alerts: readonly IncidentShape[]; count: number }>(withQuery('/watcher/alerts', query)),
    incident: (id: string) => get<IncidentShape>(at('/watcher/alerts/:id', id)),
    acknowledgeIncident: (id: string, note?: string) => post<IncidentShape>(at('/watcher/acknowledge/:id', id), note === undefined ? {} : { note }),
    resolveIncident: (id: string, resolution: string) => post<IncidentShape>(at('/watcher/resolve/:id', id), { resolution }),
    /** Approved, executed and claimed of one request, side by side. */
    account: (requestId: string) => get<AccountShape>(at('/approvals/:id/truth', requestId)),
    agents: () => get<{ agents: readonly AgentShape[]; count: number }>('/agents'),
  };
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])));
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
