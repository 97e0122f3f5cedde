/** What a person may set for `npm start` and `wingman up`. Everything has a value that works. */
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { toProberHost } from '../domain/claim/prober-host';
import { optional, type Env } from '../platform/required-env';
import { findComposeProgram } from './compose-program';
import { packageRoot } from './package-root';
import { setupRefusal } from './setup-refusal';

export interface Settings {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly environments: string;
  readonly dockerSocket: string;
  /** Null: no Compose project can be run on this machine. */
  readonly composeBin: string | null;
  readonly ollama: { readonly host: string; readonly model: string } | null;
  readonly telegram: { readonly token: string; readonly apiRoot: string | null } | null;
  /** The name that claims know this machine by. */
  readonly proberHost: string;
  readonly policyFile: string;
  /** A database of the operator's own, as its superuser; null: the embedded one. */
  readonly databaseOwnerUrl: string | null;
  /** How often the watcher looks for new claims; 0: never by itself. */
  readonly sweepSeconds: number;
  /** Where claims that name no host are looked at: by this machine's own prober unless told otherwise. */
  readonly defaultHost: string;
}

const DEFAULT_PORT = 8002;
const DEFAULT_SWEEP_SECONDS = 30;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'];

/** @throws WingmanError CONFIG_INVALID naming the variable and the fix */
export function parseSettings(env: Env): Settings {
  const token = optional(env, 'WINGMAN_TELEGRAM_TOKEN');
  return {
    dataDir: dataDirectory(env),
    host: optional(env, 'WINGMAN_HOST') ?? '127.0.0.1',
    port: parsePort(env),
    logLevel: oneOf(env, 'WINGMAN_LOG_LEVEL', LOG_LEVELS, 'info'),
    environments: optional(env, 'WINGMAN_ENVIRONMENTS') ?? 'dev',
    dockerSocket: dockerSocket(env),
    composeBin: optional(env, 'WINGMAN_COMPOSE_BIN') ?? findComposeProgram(env['PATH']),
    ollama: parseOllama(env),
    telegram: token === null ? null : { token, apiRoot: optional(env, 'WINGMAN_TELEGRAM_API_ROOT') },
    proberHost: proberHost(env),
    policyFile: join(packageRoot(), 'policy', 'default.yaml'),
    databaseOwnerUrl: parseDatabaseUrl(env),
    sweepSeconds: parseSweep(env),
    defaultHost: optional(env, 'WINGMAN_DEFAULT_HOST')?.toLowerCase() ?? proberHost(env),
  };
}

/** WINGMAN_DATA_DIR, else `.wingman` in the clone. */
export function dataDirectory(env: Env): string {
  const chosen = optional(env, 'WINGMAN_DATA_DIR');
  return chosen === null ? join(packageRoot(), '.wingman') : resolve(chosen);
}

export function dockerSocket(env: Env): string {
  const host = optional(env, 'DOCKER_HOST') ?? '';
  return optional(env, 'WINGMAN_DOCKER_SOCKET') ?? (host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock');
}

/** The machine's own name where it has one that fits; names of machines are as people made them. */
function proberHost(env: Env): string {
  const chosen = optional(env, 'WINGMAN_PROBER_HOST');
  try {
    return toProberHost(chosen ?? hostname());
  } catch {
    if (chosen === null) return 'localhost';
    throw setupRefusal(`WINGMAN_PROBER_HOST=${chosen} is no name of a host.`, 'use up to 63 letters, digits, dots, hyphens and underscores, or unset it.');
  }
}

function parsePort(env: Env): number {
  const text = optional(env, 'WINGMAN_PORT') ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw setupRefusal(`WINGMAN_PORT=${text} is not a port.`, 'set it to a number from 1 to 65535, or unset it.');
  return port;
}

function parseSweep(env: Env): number {
  const text = optional(env, 'WINGMAN_SWEEP_SECONDS') ?? String(DEFAULT_SWEEP_SECONDS);
  if (!/^\d{1,5}$/.test(text)) throw setupRefusal(`WINGMAN_SWEEP_SECONDS=${text} is no number of seconds.`, 'set it to a whole number; 0 lets the watcher rest.');
  return Number(text);
}

/** The URL holds a password, so it is never shown. */
function parseDatabaseUrl(env: Env): string | null {
  const text = optional(env, 'WINGMAN_DATABASE_OWNER_URL');
  if (text === null || (URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol))) return text;
  throw setupRefusal('WINGMAN_DATABASE_OWNER_URL is not the URL of a Postgres.', 'write postgres://user:password@host:5432/database, or unset it to use the embedded one.');
}

function parseOllama(env: Env): Settings['ollama'] {
  const host = optional(env, 'WINGMAN_OLLAMA_HOST');
  const model = optional(env, 'WINGMAN_OLLAMA_MODEL');
  if (host === null && model === null) return null;
  if (host !== null && model !== null) return { host, model };
  const missing = host === null ? 'WINGMAN_OLLAMA_HOST' : 'WINGMAN_OLLAMA_MODEL';
  throw setupRefusal(`${missing} is not set, but the other half of the model's configuration is.`, `set ${missing}, or unset both to go without a model.`);
}

function oneOf(env: Env, name: string, allowed: readonly string[], otherwise: string): string {
  const value = optional(env, name) ?? otherwise;
  if (!allowed.includes(value)) throw setupRefusal(`${name}=${value} is not known.`, `set it to one of ${allowed.join(', ')}, or unset it.`);
  return value;
}
