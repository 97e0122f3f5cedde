/**
 * What came through the queue, into a probe: whoever reaches Temporal with the codec's key may have written it, and an agent's words
 * are in it in any case. A closed set of kinds, no member that is not known, every text bounded.
 */
import type { Probe } from '../../domain/claim/claim';

export const MAX_PROBES = 64;

type Check = (value: unknown) => boolean;

const text = (maxLength: number): Check => (value) => typeof value === 'string' && value.length > 0 && value.length <= maxLength;
const whole = (min: number, max: number): Check => (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
const WANTS: readonly unknown[] = ['sha256', 'lines', 'entries'];
const wants: Check = (value) => Array.isArray(value) && value.length <= WANTS.length && value.every((want) => WANTS.includes(want)) && new Set(value).size === value.length;

interface Form {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

/** Longer than any path, so that a path that is too long is told as such. */
const PATH_CHARACTERS = 8_192;
const NAME_CHARACTERS = 512;
const URL_CHARACTERS = 2_048;
const LITERAL_CHARACTERS = 200;
const named: Form = { required: { name: text(NAME_CHARACTERS) } };

const FORMS: Readonly<Record<Probe['kind'], Form>> = {
  file: { required: { path: text(PATH_CHARACTERS), want: wants }, optional: { literal: text(LITERAL_CHARACTERS), key: text(NAME_CHARACTERS), value: text(LITERAL_CHARACTERS) } },
  process: { required: {}, optional: { name: text(NAME_CHARACTERS), pid: whole(1, 4_194_304) } },
  port: { required: { port: whole(1, 65_535) }, optional: { address: text(NAME_CHARACTERS) } },
  http: { required: { url: text(URL_CHARACTERS) }, optional: { literal: text(LITERAL_CHARACTERS) } },
  container: named,
  image: named,
  network: named,
  volume: named,
  service: named,
  package: named,
  commit: { required: { repository: text(PATH_CHARACTERS), revision: text(NAME_CHARACTERS) } },
  rows: { required: { database: (value) => value === '' || text(NAME_CHARACTERS)(value), table: text(NAME_CHARACTERS) } },
  execution: { required: {}, optional: { command: text(PATH_CHARACTERS), execution_id: text(NAME_CHARACTERS) } },
};

/** Null for what is no probe. */
export function parseProbe(value: unknown): Probe | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const members = new Map<string, unknown>(Object.entries(value).filter(([, member]) => member !== undefined));
  const kind = members.get('kind');
  if (typeof kind !== 'string' || !Object.hasOwn(FORMS, kind)) return null;
  const { required, optional = {} } = FORMS[kind as Probe['kind']];
  members.delete('kind');
  for (const [name, check] of Object.entries(required)) if (!members.has(name) || !check(members.get(name))) return null;
  for (const [name, member] of members) {
    const check = Object.hasOwn(required, name) ? required[name] : Object.hasOwn(optional, name) ? optional[name] : undefined;
    if (check === undefined || !check(member)) return null;
  }
  return { kind, ...Object.fromEntries(members) } as Probe;
}

const ECHO_CHARACTERS = 200;

/** What is said back of something that is no probe: its form, cut short, so that the answer stays small whatever was sent. */
export function toRefusedProbe(value: unknown): Probe {
  const path = typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string' ? value.path : '';
  return { kind: 'file', path: path.slice(0, ECHO_CHARACTERS).toWellFormed(), want: [] };
}
