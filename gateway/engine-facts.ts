/**
 * What one thing at the engine is at this moment, as the facts that claims are judged by (domain/claim/facts.ts) and that baselines
 * keep. A container's environment, command and labels are no facts: whoever made it wrote them. Texts are bounded, on one line.
 */
import type { TargetKind } from '../domain/command/action';
import type { Facts } from '../domain/claim/facts';
import { isWingmanError, WingmanError } from '../domain/errors';
import { showOnOneLine } from '../domain/text/hidden-text';
import type { Engine } from './engine';

/** Facts, and under which name the engine knows the thing: null if there is none. */
export interface Described {
  readonly name: string | null;
  readonly facts: Record<string, string | number | boolean | null | readonly string[]>;
  /** Of a container, for whoever has to know what the engine does to it by itself; never part of an observation. */
  readonly own: { readonly auto_remove: boolean; readonly restart_policy: boolean; readonly labels: Readonly<Record<string, string>> };
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/;
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,300}$/;
const NOT_OWN: Described['own'] = { auto_remove: false, restart_policy: false, labels: {} };
const ABSENT: Described = { name: null, facts: { exists: false }, own: NOT_OWN };
const MOST_TEXT = 300;
const MOST_ITEMS = 100;

/**
 * @param reference name or id; an id prefix is the caller's affair
 * @throws WingmanError INVALID_FIELD for what can be no name; ENGINE_UNAVAILABLE, ENGINE_ERROR, TIMED_OUT
 */
export async function describeThing(engine: Pick<Engine, 'call'>, kind: TargetKind, reference: string, signal: AbortSignal): Promise<Described> {
  // This text becomes part of a path, and an agent may have written it.
  if (!(kind === 'image' ? REFERENCE : NAME).test(reference)) throw new WingmanError('INVALID_FIELD', `this cannot be the name of a ${kind}`);
  const path = `/${kind}s/${encodeURIComponent(reference)}${kind === 'container' || kind === 'image' ? '/json' : ''}`;
  const json = await read(engine, path, signal);
  if (json === null) return ABSENT;
  switch (kind) {
    case 'container':
      return describeContainer(json);
    case 'image':
      return describeImage(engine, json, reference, signal);
    case 'network':
      return describeNetwork(json);
    case 'volume':
      return { name: text(json['Name']), facts: clean({ exists: true, driver: text(json['Driver']), created_at: time(json['CreatedAt']) } satisfies Unclean<Facts['volume']>), own: NOT_OWN };
  }
}

type Row = Readonly<Record<string, unknown>>;
type Unclean<T> = { [K in keyof T]: T[K] | undefined | null };

function describeContainer(row: Row): Described {
  const state = record(row['State']);
  const facts: Unclean<Facts['container']> & { running?: boolean; paused?: boolean } = {
    exists: true,
    id: text(row['Id']),
    image: text(record(row['Config'])['Image']),
    image_id: text(row['Image']),
    state: text(state['Status']),
    running: state['Running'] === true,
    paused: state['Paused'] === true,
    health: text(record(state['Health'])['Status']),
    // While it runs the engine reports the code of the last time, which says nothing of this one.
    exit_code: state['Running'] === true ? null : number(state['ExitCode']),
    created_at: time(row['Created']),
    started_at: time(state['StartedAt']),
    finished_at: time(state['FinishedAt']),
    restarts: number(row['RestartCount']),
    ports: publishedPorts(record(row['NetworkSettings'])['Ports']),
    mapped: mappedPorts(record(row['NetworkSettings'])['Ports']),
    networks: Object.keys(record(record(row['NetworkSettings'])['Networks'])).map((name) => name.slice(0, MOST_TEXT)).sort().slice(0, MOST_ITEMS),
  };
  const hostConfig = record(row['HostConfig']);
  const policy = record(hostConfig['RestartPolicy'])['Name'];
  return {
    name: text(row['Name'])?.replace(/^\//, '') ?? null,
    facts: clean(facts),
    own: { auto_remove: hostConfig['AutoRemove'] === true, restart_policy: typeof policy === 'string' && policy !== '' && policy !== 'no', labels: boundedLabels(record(row['Config'])['Labels']) },
  };
}

/** Hostile: so many, so long, and no more. */
export function boundedLabels(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(record(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(pairs.slice(0, MOST_ITEMS).map(([name, label]) => [name.slice(0, MOST_TEXT), label.slice(0, MOST_TEXT)]));
}

async function describeImage(engine: Pick<Engine, 'call'>, row: Row, reference: string, signal: AbortSignal): Promise<Described> {
  const id = text(row['Id']);
  const made = (await readList(engine, '/containers/json', { all: true, filters: JSON.stringify({ ancestor: [id ?? reference] }) }, signal))
    // `ancestor` also finds containers of images that were built from this one.
    .filter(({ ImageID }) => ImageID === id);
  const facts: Unclean<Facts['image']> = {
    exists: true, id, size: number(row['Size']), created_at: time(row['Created']), running: made.filter(({ State }) => State === 'running').length, containers: made.length,
  };
  return { name: reference, facts: clean(facts), own: NOT_OWN };
}

function describeNetwork(row: Row): Described {
  const names = Object.values(record(row['Containers'])).map((one) => text(record(one)['Name'])).filter((name) => name !== null);
  const facts: Unclean<Facts['network']> = { exists: true, id: text(row['Id']), driver: text(row['Driver']), created_at: time(row['Created']), containers: names.sort().slice(0, MOST_ITEMS) };
  return { name: text(row['Name']), facts: clean(facts), own: NOT_OWN };
}

/** Host ports, such as "8080"; once, though IPv4 and IPv6 each have theirs. */
function publishedPorts(ports: unknown): readonly string[] {
  const bound = Object.values(record(ports)).flatMap((bindings) => (Array.isArray(bindings) ? (bindings as readonly unknown[]) : []));
  const numbers = bound.map((binding) => text(record(binding)['HostPort'])).filter((port) => port !== null && /^\d{1,5}$/.test(port));
  return [...new Set(numbers as readonly string[])].sort().slice(0, MOST_ITEMS);
}

/** Such as "127.0.0.1:8080->80". */
function mappedPorts(ports: unknown): readonly string[] {
  const pairs = Object.entries(record(ports)).flatMap(([inner, bindings]) =>
    (Array.isArray(bindings) ? (bindings as readonly unknown[]) : []).map((binding) => `${text(record(binding)['HostIp']) ?? '0.0.0.0'}:${text(record(binding)['HostPort']) ?? ''}->${inner.split('/')[0] ?? ''}`),
  );
  return [...new Set(pairs.filter((pair) => /:\d{1,5}->\d{1,5}$/.test(pair)))].sort().slice(0, MOST_ITEMS);
}

async function read(engine: Pick<Engine, 'call'>, path: string, signal: AbortSignal): Promise<Row | null> {
  try {
    const { json } = await engine.call({ method: 'GET', path, answer: 'json', expect: [200] }, { signal });
    return record(json);
  } catch (error) {
    if (isWingmanError(error) && error.code === 'ENGINE_ERROR' && error.details['status'] === 404) return null;
    throw error;
  }
}

async function readList(engine: Pick<Engine, 'call'>, path: string, query: Readonly<Record<string, string | boolean>>, signal: AbortSignal): Promise<readonly Row[]> {
  const { json } = await engine.call({ method: 'GET', path, query, answer: 'json', expect: [200] }, { signal });
  return Array.isArray(json) ? json.map(record) : [];
}

const record = (value: unknown): Row => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : {});
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? showOnOneLine(value.slice(0, MOST_TEXT)) : null);

/** The engine writes the year 1 for what never happened. Its nanoseconds become milliseconds. */
function time(value: unknown): string | null {
  if (typeof value !== 'string' || value.startsWith('0001-')) return null;
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}

/** What could not be found out is left out. */
function clean(facts: object): Described['facts'] {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined));
}
