/**
 * Observations as they may be believed. A prober is another machine: what it sends for a probe that nobody asked, in the name of another
 * host, or in a form that is none, proves nothing.
 */
import type { Observation, Probe } from '../domain/claim/claim';

const MAX_FACTS = 64;
const MAX_TEXT = 1_024;
const MAX_LIST = 256;

export interface Asked {
  readonly probes: readonly Probe[];
  /** The host that was asked, and that an answer must name; a gateway names its engine's host as it likes. */
  readonly host: string;
  readonly anyHost?: true;
}

/** One for each probe that was asked, in that order; what is missing or not fit to be believed is blind, with the reason. */
export function checkedObservations(asked: readonly Asked[], received: readonly unknown[], at: string): readonly Observation[] {
  return asked.flatMap(({ probes, host, anyHost }) =>
    probes.map((probe): Observation => {
      const key = JSON.stringify(probe);
      const answers = received.filter((one) => isObject(one) && stable(one['probe']) === stable(JSON.parse(key)));
      const [answer] = answers;
      if (answer === undefined || !isObject(answer)) return blind(probe, host, at, 'NO_ANSWER', 'nobody answered this probe');
      if (answers.length > 1) return blind(probe, host, at, 'TWO_ANSWERS', 'this probe was answered more than once');
      const seenAt = typeof answer['at'] === 'string' && !Number.isNaN(Date.parse(answer['at'])) ? answer['at'] : at;
      if ('blind' in answer) return { probe, host, at: seenAt, blind: reasonOf(answer['blind']) };
      if (answer['host'] !== host && anyHost !== true) return blind(probe, host, at, 'OTHER_HOST', `the answer says that it is of host ${printable(answer['host'])}, and ${host} was asked`);
      const seen = answer['seen'];
      if (!isFacts(seen)) return blind(probe, host, at, 'ANSWER_FORM', 'the answer is not in the form of facts');
      return { probe, host: isText(answer['host']) ? answer['host'] : host, at: seenAt, seen };
    }),
  );
}

type Facts = Extract<Observation, { seen: unknown }>['seen'];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_TEXT && value.isWellFormed() && !value.includes('\u0000');

function isFacts(value: unknown): value is Facts {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MAX_FACTS && entries.every(([name, fact]) => isText(name) && isFact(fact));
}

function isFact(fact: unknown): boolean {
  if (fact === null || typeof fact === 'boolean') return true;
  if (typeof fact === 'number') return Number.isFinite(fact);
  if (Array.isArray(fact)) return fact.length <= MAX_LIST && fact.every(isText);
  return isText(fact);
}

function reasonOf(value: unknown): { readonly code: string; readonly message: string } {
  if (!isObject(value)) return { code: 'BLIND', message: 'no reason was given' };
  return { code: /^[A-Z_]{1,40}$/.test(String(value['code'])) ? String(value['code']) : 'BLIND', message: printable(value['message']) };
}

const printable = (value: unknown): string => (isText(value) ? value.slice(0, 300) : 'something that is no text');

function blind(probe: Probe, host: string, at: string, code: string, message: string): Observation {
  return { probe, host, at, blind: { code, message } };
}

/** The same text for the same probe, in whatever order its members came. */
function stable(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  return JSON.stringify(Object.keys(value).sort().map((key) => [key, JSON.stringify(value[key])]));
}
