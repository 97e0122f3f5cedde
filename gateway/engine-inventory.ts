/** What the engine holds, and which thing a name means at this moment. */
import type { ContainerFacts, EngineCall, Inventory, TargetRef } from '../domain/command/action';
import { formatPorts, type PublishedPort } from '../domain/command/output/format-ports';
import { isWingmanError, WingmanError } from '../domain/errors';
import { hangsAfter, type Engine } from './engine';

const ANSWER_MS = 10_000;

interface ContainerRow {
  Id: string;
  Names: readonly string[] | null;
  Image: string;
  State: string;
  Status: string;
  Ports: readonly PublishedPort[] | null;
  ImageID?: string;
  Labels?: Readonly<Record<string, string>> | null;
  NetworkSettings?: { readonly Networks?: Readonly<Record<string, unknown>> | null };
  Mounts?: readonly { readonly Type?: string; readonly Name?: string }[] | null;
}
interface ImageRow {
  Id: string;
  RepoTags: readonly string[] | null;
  RepoDigests?: readonly string[] | null;
}
interface NetworkRow {
  Id: string;
  Name: string;
}
interface VolumeRow {
  Name: string;
  CreatedAt?: string;
}

/** Reads containers, images, networks and volumes. @throws WingmanError ENGINE_UNAVAILABLE, ENGINE_ERROR */
export async function readInventory(engine: Pick<Engine, 'call'>, now: Date): Promise<Inventory> {
  const signal = hangsAfter(ANSWER_MS);
  const read = async (path: string, query: EngineCall['query'] = {}): Promise<unknown> =>
    (await engine.call({ method: 'GET', path, query, answer: 'json', expect: [200] }, { signal })).json;
  const [containers, images, networks, volumes] = (await Promise.all([
    read('/containers/json', { all: true }),
    read('/images/json'),
    read('/networks'),
    read('/volumes'),
  ])) as [ContainerRow[], ImageRow[], NetworkRow[], { Volumes: VolumeRow[] | null }];
  return {
    as_of: now.toISOString(),
    containers: containers.map((row) => ({
      id: row.Id,
      name: ownName(row),
      image: row.Image,
      state: row.State,
      status: row.Status,
      ports: formatPorts(row.Ports ?? []),
      ...surroundingsOf(row),
    })),
    images: images.map(({ Id, RepoTags, RepoDigests }) => ({
      id: Id,
      tags: (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
      digests: (RepoDigests ?? []).filter((digest) => digest !== '<none>@<none>'),
    })),
    networks: networks.map(({ Id, Name }) => ({ id: Id, name: Name })),
    volumes: (volumes.Volumes ?? []).map((row) => ({ name: row.Name, id: volumeId(row) })),
  };
}

/** `Names` also holds the names of old-style links (`/web/db`); the container's own has one slash. A dying one may have none. */
const ownName = ({ Id, Names }: ContainerRow): string =>
  (Names ?? []).find((name) => name.lastIndexOf('/') === 0)?.slice(1) ?? Id.slice(0, 12);

const MOST_LABEL = 300;

/** Labels are whoever made the container's: bounded, and never more than a hint about who depends on whom. */
function surroundingsOf({ ImageID, Labels, NetworkSettings, Mounts }: ContainerRow): Partial<Inventory['containers'][number]> {
  const label = (name: string): string | undefined => Labels?.[`com.docker.compose.${name}`]?.slice(0, MOST_LABEL);
  const [project, service] = [label('project'), label('service')];
  // `db:service_started:false,cache:service_healthy:true`; older ones write the names alone.
  const depends_on = (label('depends_on') ?? '').split(',').map((part) => part.split(':')[0] ?? '').filter((name) => name !== '');
  return {
    ...(ImageID === undefined ? {} : { image_id: ImageID }),
    networks: Object.keys(NetworkSettings?.Networks ?? {}).sort(),
    volumes: (Mounts ?? []).flatMap(({ Type, Name }) => (Type === 'volume' && Name !== undefined ? [Name] : [])).sort(),
    ...(project === undefined ? {} : { project }),
    ...(service === undefined ? {} : { service }),
    ...(depends_on.length === 0 ? {} : { depends_on }),
    labels: boundedLabels(Labels),
  };
}

const MOST_LABELS = 64;

/** Not those of Compose, which are told above. A label that is too long to be kept is cut, and then equals no pattern. */
function boundedLabels(labels: Readonly<Record<string, string>> | null | undefined): Readonly<Record<string, string>> {
  const own = Object.entries(labels ?? {}).filter(([key]) => !key.startsWith('com.docker.compose.'));
  return Object.fromEntries(own.slice(0, MOST_LABELS).map(([key, value]) => [key.slice(0, MOST_LABEL), value.slice(0, MOST_LABEL)]));
}

const volumeId = ({ Name, CreatedAt }: VolumeRow): string => `${Name}@${CreatedAt ?? 'unknown'}`;

export interface ResolvedTarget {
  /** Full engine id; `name@created` for a volume. */
  readonly id: string;
  /** The thing's real name, also when it was asked for by id. */
  readonly name: string;
  /** Of containers: what else it goes by. */
  readonly container?: ContainerFacts;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$/;

/**
 * What the engine itself takes this name, id or id prefix for; null if it knows nothing by it. An id prefix that fits two
 * things is nothing.
 *
 * @throws WingmanError ENGINE_UNAVAILABLE, ENGINE_ERROR
 */
export async function resolveTarget(engine: Pick<Engine, 'call'>, target: TargetRef): Promise<ResolvedTarget | null> {
  // The grammar allows no other characters; checked again because this text becomes part of a path.
  if (!(target.kind === 'image' ? REFERENCE : NAME).test(target.name)) return null;
  const found = await read(engine, `/${target.kind}s/${encodeURIComponent(target.name)}`, target.kind);
  if (found === null) return null;
  switch (target.kind) {
    case 'container':
      return toContainer(found);
    case 'image':
      return { id: required(found.Id), name: target.name };
    case 'network':
      return { id: required(found.Id), name: required(found.Name) };
    case 'volume': {
      const name = required(found.Name);
      return {
        id: volumeId({ Name: name, ...(found.CreatedAt === undefined ? {} : { CreatedAt: found.CreatedAt }) }),
        name,
      };
    }
  }
}

interface Found {
  Id?: string;
  Name?: string;
  CreatedAt?: string;
  Config?: { readonly Image?: string; readonly Labels?: Readonly<Record<string, string>> | null };
  State?: { readonly Status?: string };
}

function toContainer({ Id, Name, Config, State }: Found): ResolvedTarget {
  const [id, name] = [required(Id), required(Name).replace(/^\//, '')];
  const row: ContainerRow = { Id: id, Names: [Name ?? ''], Image: Config?.Image ?? '', State: State?.Status ?? '', Status: '', Ports: [], Labels: Config?.Labels ?? null };
  return { id, name, container: { id, name, image: row.Image, state: row.State, status: '', ports: [], ...surroundingsOf(row) } };
}

async function read(engine: Pick<Engine, 'call'>, path: string, kind: TargetRef['kind']): Promise<Found | null> {
  const withJson = kind === 'container' || kind === 'image' ? `${path}/json` : path;
  try {
    const { json } = await engine.call(
      { method: 'GET', path: withJson, answer: 'json', expect: [200] },
      { signal: hangsAfter(ANSWER_MS) },
    );
    return json as Found;
  } catch (error) {
    if (isWingmanError(error) && error.code === 'ENGINE_ERROR' && isNothing(error)) return null;
    throw error;
  }
}

/** 404, and the engine's way of saying that a prefix is ambiguous, whose status has changed between versions. */
const isNothing = (error: WingmanError): boolean =>
  error.details['status'] === 404 ||
  /multiple IDs found with provided prefix|network .* is ambiguous|No such/i.test(error.message);

function required(value: string | undefined): string {
  if (typeof value !== 'string' || value === '')
    throw new WingmanError('ENGINE_ERROR', 'the engine described a thing without id or name');
  return value;
}
