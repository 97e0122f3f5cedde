/** Whether what an incident found is put right: the thing is again as it was before somebody changed it. Pure. */
import type { Json } from '../text/canonical-json';
import type { Observation, Probe } from '../claim/claim';

export interface BypassedThing {
  readonly probe: Extract<Probe, { kind: 'container' | 'image' | 'network' | 'volume' }>;
  /** Facts from before the incident; null: there was no such thing. */
  readonly before: Readonly<Record<string, Json>> | null;
}

export interface RemedyVerdict {
  readonly satisfied: boolean;
  readonly reason: string;
}

/** Facts that have to be again as they were. An id may differ: a container that was removed can only be made anew. */
const RESTORED = ['state', 'image_id'] as const;
const KINDS = ['container', 'image', 'network', 'volume'] as const;

/** What a BYPASS incident is about (gateway/report-bypass.ts wrote it); null if it is about something else. */
export function bypassedThing(details: Json): BypassedThing | null {
  const row = record(details);
  const thing = record(row?.['thing']);
  const kind = KINDS.find((known) => known === thing?.['kind']);
  const name = thing?.['name'];
  return kind === undefined || typeof name !== 'string' ? null : { probe: { kind, name }, before: record(row?.['before']) };
}

export function judgeRemedy({ probe, before }: BypassedThing, observation: Observation | null): RemedyVerdict {
  const what = `${probe.kind} ${probe.name}`;
  if (observation === null) return { satisfied: false, reason: `nobody could look at ${what}` };
  if ('blind' in observation) return { satisfied: false, reason: `${what} could not be looked at: ${observation.blind.message}` };
  const { seen } = observation;
  if (before === null) return seen['exists'] === false ? { satisfied: true, reason: `${what} is not there, as before` } : { satisfied: false, reason: `${what} is there, and was not before` };
  if (seen['exists'] !== true) return { satisfied: false, reason: `${what} is not there` };
  const wrong = RESTORED.filter((fact) => before[fact] !== undefined && seen[fact] !== before[fact]);
  if (wrong.length === 0) return { satisfied: true, reason: `${what} is as it was before${typeof seen['state'] === 'string' ? `: ${seen['state']}` : ''}` };
  return { satisfied: false, reason: wrong.map((fact) => `${fact} of ${what} is ${String(seen[fact])}, and was ${JSON.stringify(before[fact])}`).join('; ') };
}

const record = (value: Json | undefined): Readonly<Record<string, Json>> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : null);
