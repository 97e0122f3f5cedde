/**
 * What each part is given: its own database role, its own key directory, and nothing that another part holds. The table of
 * docs/architecture.md (who holds what, who must not) is made true here.
 */
import { join } from 'node:path';
import type { DataPaths } from './data-directory';
import { distFile, productVersion } from './package-root';
import { roleUrl, type RolePasswords } from './role-passwords';
import type { Settings } from './settings';

export const TEMPORAL_NAMESPACE = 'wingman';

export interface PartPlan {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface PartWorld {
  readonly settings: Settings;
  readonly paths: DataPaths;
  /** Of the superuser; only the roles' URLs made of it reach a part. */
  readonly ownerUrl: string;
  readonly passwords: RolePasswords;
  readonly temporalAddress: string;
  /** What Temporal's UI and the API have to agree on, new at each start. */
  readonly uiCodec: { readonly secret: string; readonly origins: readonly string[] };
}

export function planApi(world: PartWorld): PartPlan {
  const { settings } = world;
  return plan('api', distFile('api', 'main.js'), world, {
    ...temporal(world),
    WINGMAN_HOST: settings.host,
    WINGMAN_PORT: String(settings.port),
    WINGMAN_DATABASE_URL: roleUrl(world.ownerUrl, 'wingman_api', world.passwords),
    WINGMAN_KEYS_DIR: join(world.paths.keys, 'api'),
    WINGMAN_UI_CODEC_SECRET: world.uiCodec.secret,
    WINGMAN_UI_ORIGINS: world.uiCodec.origins.join(','),
  });
}

export function planWorker(world: PartWorld): PartPlan {
  const { ollama, sweepSeconds, defaultHost } = world.settings;
  return plan('worker', distFile('workers', 'main.js'), world, {
    ...temporal(world),
    WINGMAN_DATABASE_URL: roleUrl(world.ownerUrl, 'wingman_worker', world.passwords),
    WINGMAN_KEYS_DIR: join(world.paths.keys, 'worker'),
    WINGMAN_WORKFLOW_BUNDLE: distFile('workflow-bundle.js'),
    WINGMAN_CHECKPOINT_FILE: join(world.paths.checkpoints, 'log'),
    WINGMAN_SWEEP_SECONDS: String(sweepSeconds),
    WINGMAN_DEFAULT_HOST: defaultHost,
    ...(ollama === null ? {} : { WINGMAN_OLLAMA_HOST: ollama.host, WINGMAN_OLLAMA_MODEL: ollama.model }),
  });
}

export function planGateway(world: PartWorld): PartPlan {
  const { settings } = world;
  return plan('gateway', distFile('gateway', 'main.js'), world, {
    ...temporal(world),
    WINGMAN_DATABASE_URL: roleUrl(world.ownerUrl, 'wingman_gateway', world.passwords),
    WINGMAN_KEYS_DIR: join(world.paths.keys, 'gateway'),
    WINGMAN_ENVIRONMENTS: settings.environments,
    WINGMAN_DOCKER_SOCKET: settings.dockerSocket,
    WINGMAN_STATE_DIR: world.paths.gateway,
    WINGMAN_GATEWAY_CONFIG: world.paths.gatewayFile,
    ...(settings.composeBin === null ? {} : { WINGMAN_COMPOSE_BIN: settings.composeBin }),
  });
}

/** No database role, no signing key, no socket: what it may look at stands in its file. */
export function planProber(world: PartWorld): PartPlan {
  return plan('prober', distFile('workers', 'prober', 'main.js'), world, {
    ...temporal(world),
    WINGMAN_KEYS_DIR: join(world.paths.keys, 'prober'),
    WINGMAN_PROBER_HOST: world.settings.proberHost,
    WINGMAN_PROBER_CONFIG: world.paths.proberFile,
  });
}

/** Speaks HTTP only: no database, no Temporal, no signing key. Null without a bot token. */
export function planTelegram(world: PartWorld, telegramKey: string): PartPlan | null {
  const { telegram } = world.settings;
  if (telegram === null) return null;
  return plan('telegram', distFile('clients', 'telegram', 'main.js'), world, {
    WINGMAN_URL: apiUrl(world.settings),
    WINGMAN_KEY: telegramKey,
    WINGMAN_TELEGRAM_TOKEN: telegram.token,
    WINGMAN_STATE_DIR: world.paths.telegram,
    ...(telegram.apiRoot === null ? {} : { WINGMAN_TELEGRAM_API_ROOT: telegram.apiRoot }),
  });
}

/** As seen from this machine: a server that listens everywhere is reached on the loopback. */
export function apiUrl({ host, port }: Pick<Settings, 'host' | 'port'>): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}`;
}

function temporal({ temporalAddress }: PartWorld): Record<string, string> {
  return { WINGMAN_TEMPORAL_ADDRESS: temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: TEMPORAL_NAMESPACE };
}

function plan(name: string, script: string, { settings }: PartWorld, own: Readonly<Record<string, string>>): PartPlan {
  // PATH: for the programs that an operator registered by name, and for nothing of the user's own.
  return {
    name, script,
    env: { NODE_ENV: 'production', PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC', WINGMAN_LOG_LEVEL: settings.logLevel, WINGMAN_VERSION: productVersion(), ...own },
  };
}
