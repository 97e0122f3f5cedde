/** The corpus's world (test/support/agent-world) as probers, gateway and ledger would report it today, without any of them. */
import { createHash } from 'node:crypto';
import { literalFacts, settingFacts } from '../../../domain/claim/text-facts';
import {
  AGENT_CONTAINERS,
  AGENT_EXECUTIONS,
  AGENT_IMAGES,
  AGENT_NETWORKS,
  AGENT_VOLUMES,
} from '../../support/agent-world/engine';
import { AGENT_DIRECTORIES, AGENT_FILES, AGENT_GONE, SHOP } from '../../support/agent-world/files';
import {
  AGENT_HTTP,
  AGENT_PACKAGES,
  AGENT_PORTS,
  AGENT_PROCESSES,
  AGENT_SERVICES,
} from '../../support/agent-world/host';
import { AGENT_DATABASES, AGENT_REPOSITORIES } from '../../support/agent-world/repositories';
import { LOOKED_AT, TASK_BEGAN } from '../../support/agent-world/times';
import type { AgentFile, FileFacts } from '../../support/agent-world/files';
import type { ClaimWorld, ExecutionRow, JudgeContext, Observation, Probe } from '../../../domain/claim/claim';

type Seen = Extract<Observation, { seen: unknown }>['seen'];
type Found = { readonly seen: Seen } | { readonly blind: { readonly code: string; readonly message: string } };

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const absolute = (path: string): string => `${SHOP}/${path}`;
const isUnder = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

/** Size, lines and hash of a content that is given in full, or as they are given. */
export function factsOf(content: string | FileFacts): FileFacts {
  if (typeof content !== 'string') return content;
  return { size: Buffer.byteLength(content), lines: content.split('\n').length - 1, sha256: sha256(content) };
}

const FILES = new Map(AGENT_FILES.map((file) => [absolute(file.path), file]));
const DIRECTORIES = new Set([SHOP, ...AGENT_DIRECTORIES.map(({ path }) => absolute(path))]);
for (const path of FILES.keys())
  for (let at = path.lastIndexOf('/'); at > SHOP.length; at = path.lastIndexOf('/', at - 1))
    DIRECTORIES.add(path.slice(0, at));

function seenFile(file: AgentFile, { literal, key, value = '' }: { readonly literal?: string; readonly key?: string; readonly value?: string }): Seen {
  const { created_at, modified_at, changed_at = modified_at, mode = '0644', owner = 'shop:shop', content } = file;
  const [user = '', group = ''] = owner.split(':');
  return {
    exists: true, type: 'file', ...factsOf(content), mode, owner: user, group, created_at, modified_at, changed_at,
    ...(literal === undefined || typeof content !== 'string' ? {} : literalFacts(content, literal)),
    ...(key === undefined || typeof content !== 'string' ? {} : settingFacts(content, key, value)),
  };
}

function seenDirectory(path: string): Seen {
  const direct = (paths: Iterable<string>): number =>
    [...paths].filter((at) => isUnder(at, path) && !at.slice(path.length + 1).includes('/')).length;
  const [files, directories] = [direct(FILES.keys()), direct(DIRECTORIES)];
  const told = AGENT_DIRECTORIES.find((one) => absolute(one.path) === path);
  const at = told?.created_at ?? '2026-08-14T09:12:00Z';
  const times = { created_at: at, modified_at: at, changed_at: at };
  return {
    exists: true,
    type: 'directory',
    mode: told?.mode ?? '0755',
    entries: files + directories,
    files,
    directories,
    ...times,
  };
}

function fileAt(path: string, text: { readonly literal?: string; readonly key?: string; readonly value?: string }): Found {
  if (path !== SHOP && !isUnder(path, SHOP))
    return { blind: { code: 'INVALID_PATH', message: 'outside of the roots' } };
  const file = FILES.get(path);
  if (file !== undefined) return { seen: seenFile(file, text) };
  return { seen: DIRECTORIES.has(path) ? seenDirectory(path) : { exists: false } };
}

/** Names of containers are exact for the engine. */
function container(name: string): Seen {
  const found = AGENT_CONTAINERS.find((one) => one.name === name);
  if (found === undefined) return { exists: false };
  return {
    exists: true,
    id: sha256(name),
    image: found.image,
    image_id: sha256(found.image),
    state: found.state,
    health: found.health ?? 'none',
    exit_code: found.exit_code ?? 0,
    restarts: found.restarts ?? 0,
    created_at: found.created_at,
    started_at: found.started_at,
    finished_at: found.finished_at ?? '0001-01-01T00:00:00Z',
    ports: (found.ports ?? []).map(({ host }) => String(host)),
    mapped: (found.ports ?? []).map(({ host, container: inner, address }) => `${address}:${String(host)}->${String(inner)}`),
    networks: found.networks,
  };
}

function image(name: string): Seen {
  const wanted = /:[^/]*$/.test(name) ? name : `${name}:latest`;
  const found = AGENT_IMAGES.find((one) => one.name === wanted);
  if (found === undefined) return { exists: false };
  const made = AGENT_CONTAINERS.filter((one) => one.image === wanted);
  const running = made.filter(({ state }) => state === 'running' || state === 'paused').length;
  return {
    exists: true,
    id: sha256(wanted),
    size: found.size,
    created_at: found.created_at,
    running,
    containers: made.length,
  };
}

function network(name: string): Seen {
  const found = AGENT_NETWORKS.find((one) => one.name === name);
  if (found === undefined) return { exists: false };
  const members = AGENT_CONTAINERS.filter((one) => one.networks.includes(name)).map((one) => one.name);
  return { exists: true, id: sha256(name), driver: found.driver, created_at: found.created_at, containers: members };
}

function http(url: string, literal?: string): Found {
  const target = AGENT_HTTP.find(({ base }) => url === base || url.startsWith(`${base}/`));
  if (target === undefined) return { blind: { code: 'FORBIDDEN', message: 'not a registered target' } };
  if (target.routes === null) return { seen: { responded: false, reason: 'REFUSED' } };
  const path = url.slice(target.base.length) || '/';
  const route: { readonly status: number; readonly body?: string; readonly location?: string } = Object.entries(target.routes).find(
    ([at]) => at === path,
  )?.[1] ?? { status: 404 };
  const body = route.body ?? '';
  const redirect = route.status >= 300 && route.status < 400;
  return {
    seen: { responded: true, status: route.status, redirect, ...(literal === undefined ? {} : { body_holds: body.includes(literal) }), ...(route.location === undefined ? {} : { location: route.location }), bytes: body.length, complete: true, sha256: sha256(body) },
  };
}

function processes(probe: { readonly name?: string; readonly pid?: number }): Seen {
  const named = AGENT_PROCESSES.find(
    ({ name, pids }) => name === probe.name || (pids as readonly string[]).includes(String(probe.pid)),
  );
  const pids = named === undefined ? [] : probe.pid === undefined ? named.pids : [String(probe.pid)];
  return {
    count: pids.length,
    complete: true,
    pids,
    started_at: pids.length === 1 ? (named?.started_at ?? null) : null,
  };
}

function commit(repository: string, revision: string): Found {
  const found = AGENT_REPOSITORIES.find(({ name, path }) => name === repository || path === repository);
  if (found === undefined) return { blind: { code: 'NOT_FOUND', message: 'not a registered repository' } };
  const refs: Readonly<Record<string, string>> = { ...found.branches, ...found.remote_branches, ...found.tags, HEAD: found.head };
  const wanted = refs[revision] ?? revision;
  const one = found.commits.find((each) => each.revision.startsWith(wanted));
  const place = { branch: found.branch, head: found.head };
  if (one === undefined) return { seen: { exists: false, ...place } };
  const [remotes, branches] = [true, false].map((isRemote) => one.branches.filter((branch) => branch.startsWith('origin/') === isRemote));
  return { seen: { exists: true, revision: one.revision, branches: branches ?? [], remotes: remotes ?? [], subject: one.subject, committed_at: one.at, ...place } };
}

function rows(database: string, table: string): Found {
  const having = AGENT_DATABASES.filter(({ tables }) => Object.keys(tables).includes(table));
  const found = database === '' ? (having.length === 1 ? having[0] : undefined) : AGENT_DATABASES.find(({ name }) => name === database);
  if (found === undefined) return { blind: { code: 'NOT_FOUND', message: 'not a registered database' } };
  const one = Object.entries(found.tables).find(([name]) => name === table)?.[1];
  return { seen: one === undefined ? { exists: false } : { exists: true, count: one.rows, columns: one.columns } };
}

/** As today's prober: the host's packages, which are Debian's. */
function debianPackage(name: string): Seen {
  const found = AGENT_PACKAGES.find((one) => one.manager === 'dpkg' && one.name === name);
  return found?.version == null ? { exists: false } : { exists: true, version: found.version, manager: 'dpkg' };
}

function look(probe: Probe): Found {
  switch (probe.kind) {
    case 'file':
      return fileAt(probe.path, probe);
    case 'container':
      return { seen: container(probe.name) };
    case 'image':
      return { seen: image(probe.name) };
    case 'network':
      return { seen: network(probe.name) };
    case 'volume': {
      const found = AGENT_VOLUMES.find(({ name }) => name === probe.name);
      return {
        seen: found === undefined ? { exists: false } : { exists: true, driver: 'local', created_at: found.created_at },
      };
    }
    case 'port': {
      const all = AGENT_PORTS.filter(({ port }) => port === probe.port);
      const [first] = all;
      if (first === undefined) return { seen: { listening: false } };
      return { seen: { listening: true, addresses: all.map(({ address }) => address), process: first.process } };
    }
    case 'http':
      return http(probe.url, probe.literal);
    case 'process':
      return { seen: processes(probe) };
    case 'service': {
      const found = AGENT_SERVICES.find(({ name }) => name === probe.name.replace(/\.service$/, ''));
      return {
        seen:
          found === undefined
            ? { exists: false }
            : { exists: true, state: found.state, enabled: found.enabled, ...('started_at' in found && { started_at: found.started_at }) },
      };
    }
    case 'package':
      return { seen: debianPackage(probe.name) };
    case 'commit':
      return commit(probe.repository, probe.revision);
    case 'rows':
      return rows(probe.database, probe.table);
    case 'execution':
      return { seen: {} };
  }
}

export function observeAgentWorld(probe: Probe): Observation {
  return { probe, host: 'shop-host', at: LOOKED_AT, ...look(probe) };
}

/** What the index of files said when the task began: what was there, and of the claims' other paths that they were not. */
function indexed(path: string, seen: Seen): Observation {
  return { probe: { kind: 'file', path: absolute(path), want: [] }, host: 'shop-host', at: TASK_BEGAN, seen };
}

export const AGENT_FILES_BEFORE: readonly Observation[] = [
  ...AGENT_FILES.map((file) => {
    if (file.before === 'absent') return indexed(file.path, { exists: false });
    const was = file.before === 'same' ? file : file.before;
    const written = file.before === 'same' || was.content === file.content ? file.modified_at : file.created_at;
    const times = { created_at: file.created_at, modified_at: written };
    return indexed(file.path, {
      exists: true,
      type: 'file',
      ...factsOf(was.content),
      mode: was.mode ?? '0644',
      ...times,
    });
  }),
  ...AGENT_DIRECTORIES.map(({ path, before }) =>
    indexed(path, before === 'absent' ? { exists: false } : { exists: true, type: 'directory' }),
  ),
  ...AGENT_GONE.map(({ path, content }) =>
    indexed(path, { exists: true, type: 'file', ...factsOf(content), mode: '0644' }),
  ),
];

const EXECUTIONS: readonly ExecutionRow[] = AGENT_EXECUTIONS.map(({ at, ...row }) => {
  const started_at = `2026-11-23T${at}Z`;
  return { ...row, started_at, finished_at: new Date(Date.parse(started_at) + 5_000).toISOString() };
});

export const AGENT_CLAIM_WORLD: ClaimWorld = {
  now: LOOKED_AT,
  registered: {
    containers: AGENT_CONTAINERS.map(({ name }) => name),
    services: AGENT_SERVICES.map(({ name }) => name),
    processes: AGENT_PROCESSES.map(({ name }) => name),
    compose: Object.fromEntries(AGENT_CONTAINERS.flatMap(({ name, service }) => (service === undefined ? [] : [[service, name]]))),
    aliases: Object.fromEntries(AGENT_CONTAINERS.flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, name]))),
    roots: [SHOP],
    workspace: SHOP,
  },
};

export const AGENT_JUDGE_CONTEXT: JudgeContext = {
  now: LOOKED_AT,
  baseline: { before: AGENT_FILES_BEFORE },
  executions: EXECUTIONS,
  executions_complete: true,
};
