/** The request that a registered remedy makes for an incident. */
import type { Remedy } from '../policy/incident-rules';
import { matchesGlob } from '../text/glob';

/** The agent in whose name remedies are asked for. No key is ever issued for it. */
export const REMEDY_WORKER = 'wingman';

/** The first that fits; null: nobody registered one. */
export function remedyFor(remedies: readonly Remedy[] | undefined, incident: { readonly kind: string; readonly subject: string; readonly environment: string | null }): Remedy | null {
  const fits = (one: Remedy): boolean => one.kind === incident.kind && matchesGlob(one.subject, incident.subject) && (incident.environment === null || incident.environment === one.environment);
  return remedies?.find(fits) ?? null;
}

/**
 * What the reviewer reads besides the commands. All ten sections, since a policy may want them of everybody. Every word is Wingman's own
 * or the policy's, but for the incident's subject.
 */
export function remedyInstruction(remedy: Remedy, incident: { readonly incident_id: string; readonly kind: string; readonly subject: string; readonly summary: string }, attempt: number): string {
  const sections: readonly (readonly [string, string])[] = [
    ['DELIVERABLES', `What incident ${incident.incident_id} found is put right: ${incident.subject}.`],
    ['SUCCESS_CRITERIA', 'The look that found the fault is repeated after the last step, and finds the thing as it was before.'],
    ['BOUNDARIES', `Only the commands of this plan, in ${remedy.environment}. Nothing else is touched.`],
    ['DEPENDENCIES', `The remedy "${remedy.name}" of the policy in force, which an operator registered.`],
    ['MITIGATION', 'If a step fails the rest is not executed, the incident stays open and says why.'],
    ['TEST_PROCESS', 'A gateway looks at the thing again, by the same probe.'],
    ['TEST_RESULTS_FORMAT', 'The incident says SATISFIED, NOT_SATISFIED or NOT_EXECUTED, with the facts.'],
    ['RESOURCE_REQUIREMENTS', 'None beyond the engine of the environment.'],
    ['RISK_ASSESSMENT', `As the card says for each step. Attempt ${String(attempt)} for this incident.`],
    ['QUALITY_METRICS', `The incident (${incident.kind}) is resolved by this request, or it is not.`],
  ];
  return sections.map(([name, text]) => `## ${name}\n${text}`).join('\n\n');
}
