/** Whose things a caller sees. Another tenant's do not exist for anybody, and another agent's do not for an agent. */
import type { Owners } from '../../stores/owners';
import type { AgentPrincipal, Principal } from './authenticate';

export function ownsWorker(agent: AgentPrincipal, workerId: string): boolean {
  return agent.workerIds.includes(workerId) || agent.workerPrefixes.some((prefix) => workerId.startsWith(prefix));
}

/** Whose rows a list holds: an agent sees its own. */
export const ownersOf = (principal: Principal): Owners | null => (principal.kind === 'agent' ? { ids: principal.workerIds, prefixes: principal.workerPrefixes } : null);

/** @param row `worker_id` null: nobody's in particular, and so for people alone */
export const maySee = (principal: Principal, { worker_id }: { readonly worker_id: string | null }): boolean =>
  principal.kind !== 'agent' || (worker_id !== null && ownsWorker(principal, worker_id));
