/** CLAIM_WORLD as a prober and a gateway would report it, without either. */
import { createHash } from 'node:crypto';
import { CLAIM_WORLD, CLAIM_WORLD_CONTAINERS, placed } from '../../support/claim-world-data';
import { judgeClaim, judgePart } from '../../../domain/claim/judge';
import { parseClaim } from '../../../domain/claim/parse';
import { probesOf } from '../../../domain/claim/probes-of';
import type { WorldPlaces } from '../../support/claim-world-data';
import type { ClaimVerdict, ClaimWorld, JudgeContext, Observation, Probe } from '../../../domain/claim/claim';

export const NOW = '2026-11-23T15:00:00Z';
const MADE = '2026-11-23T14:58:50Z';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export const PLACES: WorldPlaces = {
  root: '/srv/claims',
  http: 'http://127.0.0.1:18080',
  port: '18080',
  closed: '18081',
  published: '18090',
  image: 'claim/base:1',
  other_image: 'claim/base:2',
  process: 'claim-proc',
  pid: '4242',
  backup_sha256: sha256('\0'.repeat(10_240)),
};

type Seen = Extract<Observation, { seen: unknown }>['seen'];
interface Blind {
  readonly code: string;
  readonly message: string;
}

const fill = (text: string): string => placed(text, PLACES);
const FILES = new Map(CLAIM_WORLD.files.map((file) => [fill(file.path), file]));
const isUnder = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);
const DIRECTORIES = new Set([PLACES.root, ...CLAIM_WORLD.directories.map(fill)]);
for (const path of FILES.keys())
  for (let at = path.lastIndexOf('/'); at > PLACES.root.length; at = path.lastIndexOf('/', at - 1))
    DIRECTORIES.add(path.slice(0, at));

function file(path: string): Seen | Blind {
  if (path !== PLACES.root && !isUnder(path, PLACES.root))
    return { code: 'INVALID_PATH', message: 'outside of the roots' };
  const times = { created_at: MADE, modified_at: MADE, changed_at: MADE };
  const found = FILES.get(path);
  if (found !== undefined) {
    const written =
      found.written_ago === undefined ? MADE : new Date(Date.parse(NOW) - found.written_ago * 1000).toISOString();
    return {
      exists: true,
      type: 'file',
      size: Buffer.byteLength(found.content),
      lines: found.content.split('\n').length - 1,
      sha256: sha256(found.content),
      mode: found.mode ?? '0644',
      ...times,
      modified_at: written,
    };
  }
  if (!DIRECTORIES.has(path)) return { exists: false };
  const direct = (paths: Iterable<string>): number =>
    [...paths].filter((at) => isUnder(at, path) && !at.slice(path.length + 1).includes('/')).length;
  const [files, directories] = [direct(FILES.keys()), direct(DIRECTORIES)];
  return { exists: true, type: 'directory', mode: '0755', entries: files + directories, files, directories, ...times };
}

function container(name: string): Seen {
  const found = CLAIM_WORLD.containers.find((one) => one.name === name);
  if (found === undefined) return { exists: false };
  return {
    exists: true,
    id: sha256(name),
    image: PLACES.image,
    state: found.state,
    health: 'none',
    exit_code: found.exit_code ?? 0,
    restarts: 0,
    created_at: MADE,
    started_at: MADE,
    finished_at: found.state === 'exited' ? '2026-11-23T14:59:00Z' : '0001-01-01T00:00:00Z',
    ports: found.publishes === undefined ? [] : [fill(found.publishes)],
    mapped: found.publishes === undefined ? [] : [`0.0.0.0:${fill(found.publishes)}->80`],
  };
}

function http(url: string): Seen | Blind {
  if (url.startsWith(`http://127.0.0.1:${PLACES.closed}/`)) return { responded: false };
  const status = url.startsWith(PLACES.http) ? CLAIM_WORLD.routes[url.slice(PLACES.http.length)] : undefined;
  return status === undefined ? { code: 'FORBIDDEN', message: 'not a registered target' } : { responded: true, status };
}

function look(probe: Probe): Seen | Blind {
  const one = <T extends object>(
    all: Readonly<Record<string, T>>,
    name: string,
  ): ({ exists: true } & T) | { exists: false } => {
    const found = Object.hasOwn(all, name) ? all[name] : undefined;
    return found === undefined ? { exists: false } : { exists: true, ...found };
  };
  switch (probe.kind) {
    case 'file':
      return file(probe.path);
    case 'container':
      return container(probe.name);
    case 'image':
      return probe.name === PLACES.image
        ? { exists: true, running: 2, containers: CLAIM_WORLD.containers.length }
        : { exists: false };
    case 'network': {
      const members = CLAIM_WORLD.containers
        .filter((each) => each.networks?.includes(probe.name))
        .map(({ name }) => name);
      return (CLAIM_WORLD.networks as readonly string[]).includes(probe.name)
        ? { exists: true, created_at: MADE, containers: members }
        : { exists: false };
    }
    case 'volume':
      return (CLAIM_WORLD.volumes as readonly string[]).includes(probe.name)
        ? { exists: true, created_at: MADE }
        : { exists: false };
    case 'port':
      return { listening: String(probe.port) === PLACES.port };
    case 'http':
      return http(probe.url);
    case 'process':
      return {
        count: probe.name === PLACES.process || String(probe.pid) === PLACES.pid ? 1 : 0,
        complete: true,
        started_at: MADE,
      };
    case 'service':
      return one(CLAIM_WORLD.services, probe.name);
    case 'package': {
      const version = Object.entries(CLAIM_WORLD.packages).find(([name]) => name === probe.name)?.[1];
      return version === undefined ? { exists: false } : { exists: true, version };
    }
    case 'commit': {
      const { revision, repository, branches } = CLAIM_WORLD.commits;
      const isThere = probe.repository === fill(repository) && revision.startsWith(probe.revision);
      return isThere ? { exists: true, revision, branches, committed_at: MADE } : { exists: false };
    }
    case 'rows': {
      if (probe.database === '') return { code: 'ROWS_NOT_REGISTERED', message: 'no one database has it' };
      const { database, table, count } = CLAIM_WORLD.rows;
      return probe.database === database && probe.table === table ? { exists: true, count } : { exists: false };
    }
    case 'execution':
      return {};
  }
}

export function observe(probe: Probe, at = NOW): Observation {
  const found = look(probe);
  if ('code' in found && 'message' in found)
    return { probe, host: 'world', at, blind: { code: String(found.code), message: String(found.message) } };
  return { probe, host: 'world', at, seen: found };
}

export const WORLD: ClaimWorld = { now: NOW, registered: { containers: CLAIM_WORLD_CONTAINERS } };

export const CONTEXT: JudgeContext = {
  now: NOW,
  baseline: {
    before: CLAIM_WORLD.gone.map((path) => ({
      probe: { kind: 'file', path: fill(path), want: [] },
      host: 'world',
      at: '2026-11-23T14:50:00Z',
      seen: { exists: true, type: 'file', size: 1 },
    })),
  },
  executions: CLAIM_WORLD.executions.map((row, at) => ({
    ...row,
    started_at: `2026-11-23T14:58:4${String(at)}Z`,
    finished_at: '2026-11-23T14:58:50Z',
  })),
  executions_complete: true,
};

/** The whole way of a claim through the pure core. */
export function judged(text: string, world: ClaimWorld = WORLD, context: JudgeContext = CONTEXT): ClaimVerdict {
  const parsed = parseClaim(text, world);
  return judgeClaim(
    parsed,
    parsed.parts.map((part) =>
      judgePart(
        part,
        probesOf(part).map((probe) => observe(probe)),
        context,
      ),
    ),
  );
}
