/** From a probe and what is registered for its tenant to the look that is taken, or the reason why none is. Looks at nothing itself. */
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { TenantView } from '../../contracts/prober-file';
import type { BlindCode } from '../../domain/claim/blind';
import type { Probe } from '../../domain/claim/claim';
import { belowWorkspace } from '../../domain/claim/workspace';
import { assertNever } from '../../domain/errors';
import { toRegisteredUrl, type RegisteredUrl } from './http-target';
import type { LookTask } from './look';
import { FILE_LIMITS } from './look-file';
import type { PortTask } from './look-port';
import type { RowsTask } from './look-rows';
import { toRootedPath } from './plain-path';

export type Plan =
  /** May hang with a file system: a looker takes it. */
  | { readonly kind: 'looker'; readonly task: LookTask }
  | { readonly kind: 'http'; readonly target: RegisteredUrl }
  | { readonly kind: 'port'; readonly task: PortTask }
  | { readonly kind: 'rows'; readonly task: RowsTask }
  | { readonly kind: 'blind'; readonly code: BlindCode };

const LOOPBACK = ['127.0.0.1', '::1'];

/** @param system `/`; another directory in tests */
export function planProbe(probe: Probe, view: TenantView, system: string): Plan {
  switch (probe.kind) {
    case 'file': {
      const placed = inWorkspace(probe.path, view);
      const path = placed === null ? null : toRootedPath(placed.path, view.roots);
      const { literal, key, value } = probe;
      const asked = { ...(literal === undefined ? {} : { literal }), ...(key === undefined || value === undefined ? {} : { setting: { key, value } }) };
      return path === null ? blind('PATH_NOT_REGISTERED') : looker({ kind: 'file', ...path, want: probe.want, limits: FILE_LIMITS, ...asked, ...(placed?.isGuess === true ? { isGuess: true } : {}) });
    }
    case 'process':
      return planProcess(probe, view.processes, join(system, 'proc'));
    case 'port':
      return planPort(probe, view.ports);
    case 'http': {
      const target = toRegisteredUrl(probe.url, view.http);
      return target === null ? blind('HTTP_NOT_REGISTERED') : { kind: 'http', target };
    }
    case 'service':
      return view.services.some((name) => withUnit(name) === withUnit(probe.name)) ? looker({ kind: 'service', system, name: probe.name }) : blind('SERVICE_NOT_REGISTERED');
    case 'package':
      return isListed(view.packages, probe.name) && PACKAGE.test(probe.name) ? looker({ kind: 'package', database: join(system, 'var/lib/dpkg/status'), name: probe.name }) : blind('PACKAGE_NOT_REGISTERED');
    case 'commit': {
      const repository = inWorkspace(probe.repository, view)?.path ?? probe.repository;
      const root = Object.entries(view.repositories).find(([name, path]) => repository === name || withoutSlash(repository) === path)?.[1];
      return root === undefined ? blind('COMMIT_NOT_REGISTERED') : looker({ kind: 'commit', root, revision: probe.revision });
    }
    case 'rows':
      return planRows(probe, view.databases);
    case 'container':
    case 'image':
    case 'network':
    case 'volume':
    case 'execution':
      return blind('NOT_A_PROBER_MATTER');
    default:
      return assertNever(probe);
  }
}

/**
 * A relative path below the registered workspace. Where none is registered and there is one root, that is where an agent works, most likely:
 * what is there counts, and what is missing proves nothing.
 */
function inWorkspace(path: string, { workspace, roots }: TenantView): { readonly path: string; readonly isGuess: boolean } | null {
  const below = belowWorkspace(path);
  if (below === null) return { path, isGuess: false };
  const base = workspace ?? (roots.length === 1 ? roots[0] : undefined);
  return base === undefined ? null : { path: below === '' ? base : `${base}/${below}`, isGuess: workspace === undefined };
}

/** Debian policy 5.6.1, perhaps with an architecture. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]{1,127}(?::[a-z0-9-]{1,32})?$/;

const blind = (code: BlindCode): Plan => ({ kind: 'blind', code });
const looker = (task: LookTask): Plan => ({ kind: 'looker', task });
const isListed = (list: 'any' | readonly string[], name: string): boolean => list === 'any' || list.includes(name);
const withUnit = (name: string): string => (name.endsWith('.service') ? name : `${name}.service`);
const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

function planProcess({ name, pid }: Extract<Probe, { kind: 'process' }>, visible: TenantView['processes'], proc: string): Plan {
  if (name === undefined && pid === undefined) return blind('PROBE_NOT_UNDERSTOOD');
  if (name === undefined ? visible.length === 0 : !isListed(visible, name)) return blind('PROCESS_NOT_REGISTERED');
  return looker({ kind: 'process', proc, name: name ?? null, pid: pid ?? null, visible: visible === 'any' ? null : visible });
}

/** Without an address: this host's own, as people mean it. */
function planPort({ port, address }: Extract<Probe, { kind: 'port' }>, { loopback, addresses }: TenantView['ports']): Plan {
  const isLoopbackOpen = loopback === 'any' || loopback.includes(port);
  const asked = address === undefined || address === 'localhost' ? LOOPBACK : [address];
  const isRegistered = asked.every((one) => isIP(one) !== 0 && ((LOOPBACK.includes(one) && isLoopbackOpen) || (Object.hasOwn(addresses, one) && addresses[one]?.includes(port) === true)));
  return isRegistered ? { kind: 'port', task: { port, addresses: asked } } : blind('PORT_NOT_REGISTERED');
}

function planRows({ database, table }: Extract<Probe, { kind: 'rows' }>, databases: TenantView['databases']): Plan {
  // Of a table without its database, the one registered database that has it.
  const having = Object.keys(databases).filter((name) => databases[name]?.tables.some((one) => withSchema(one) === withSchema(table)) === true);
  const name = database === '' && having.length === 1 ? (having[0] ?? '') : database;
  const registered = Object.hasOwn(databases, name) ? databases[name] : undefined;
  const known = registered?.tables.find((one) => withSchema(one) === withSchema(table));
  return registered === undefined || known === undefined ? blind('ROWS_NOT_REGISTERED') : { kind: 'rows', task: { urlFile: registered.url_file, table: known } };
}

const withSchema = (table: string): string => (table.includes('.') ? table : `public.${table}`);
