/** What a policy registers to put an incident right: an ordinary request, with a card, an approval and a token of its own. */
import { matchesGlob } from './glob';

export interface Remedy {
  readonly name: string;
  /** Of the incident. */
  readonly kind: string;
  /** Of the incident's subject, such as `container web in dev`; `*` is any run of characters. */
  readonly subject: string;
  readonly environment: string;
  readonly commands: readonly string[];
  /** Without a person; only where every step is reversible. */
  readonly automatic: boolean;
}

/** The agent in whose name remedies are asked for. No key is ever issued for it. */
export const REMEDY_WORKER = 'wingman';

/** The first that fits; null: nobody registered one. */
export function remedyFor(remedies: readonly Remedy[] | undefined, incident: { readonly kind: string; readonly subject: string; readonly environment: string | null }): Remedy | null {
  const fits = (one: Remedy): boolean => one.kind === incident.kind && matchesGlob(one.subject, incident.subject) && (incident.environment === null || incident.environment === one.environment);
  return remedies?.find(fits) ?? null;
}
