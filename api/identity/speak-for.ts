/** In whose name a caller acts: the agent that a key may speak as, its environments, and the person whose name stands under an order. */
import { refusal } from '../../domain/errors';
import { REMEDY_WORKER } from '../../domain/incident/remedy';
import type { AgentPrincipal, OperatorPrincipal, ReviewerPrincipal } from './authenticate';
import { ownsWorker } from './may-see';

/**
 * Whose name stands under a lock, a release or a resolution: an operator's, or that of a reviewer who may decide. Who may only
 * read can neither stop the work of others nor let a quarantined agent go on.
 *
 * @throws WingmanError REVIEWER_NOT_ALLOWED
 */
export function requireSay(principal: OperatorPrincipal | ReviewerPrincipal): string {
  if (principal.kind === 'operator') return principal.name;
  if (!principal.mayDecide) throw refusal('REVIEWER_NOT_ALLOWED', `${principal.reviewer} may read, not decide; ask an operator or a reviewer who may decide`);
  return principal.reviewer;
}

/** The worker id that this key may speak as. @throws WingmanError WORKER_ID_NOT_ALLOWED with the ids that would do */
export function requireWorkerId(agent: AgentPrincipal, workerId: string): string {
  if (workerId === REMEDY_WORKER) throw refusal('WORKER_ID_NOT_ALLOWED', `${REMEDY_WORKER} is Wingman's own name for remedies; no key is for it`);
  if (ownsWorker(agent, workerId)) return workerId;
  const usable = [...agent.workerIds, ...agent.workerPrefixes.map((prefix) => `${prefix}*`)];
  throw refusal('WORKER_ID_NOT_ALLOWED', `this key is not for worker_id ${workerId.slice(0, 60)}; it is for ${usable.join(', ')}`, { allowed: usable });
}

/** @throws WingmanError ENVIRONMENT_NOT_ALLOWED */
export function requireEnvironment(agent: AgentPrincipal, environment: string | undefined): string {
  const chosen = environment ?? agent.environments[0];
  if (chosen !== undefined && agent.environments.includes(chosen)) return chosen;
  throw refusal('ENVIRONMENT_NOT_ALLOWED', `this key is not for that environment; it is for ${agent.environments.join(', ')}`, { allowed: [...agent.environments] });
}
