/**
 * What an operator registered for a tenant: the world that commands may touch. Part of the policy document
 * (`registry:` in the YAML), so it is versioned and in the ledger like the rest of it. Nothing listed means nothing allowed.
 */
import type { ServiceFacts } from './compose/facts';
import type { Reversibility } from './reversibility';
import type { UnregisteredModes } from './unregistered-kinds';

export interface RegisteredCommand {
  /** Program and arguments, exact. `argv[0]` is an absolute path. */
  readonly argv: readonly string[];
  readonly summary: string;
  readonly reversibility: Reversibility;
  /** Absolute. */
  readonly cwd: string;
  /** User name or numeric uid to run as; null is the gateway's own. */
  readonly user: string | null;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeout_seconds: number;
  readonly max_output_bytes: number;
}

export interface ComposeProject {
  /** Absolute directory of the project on the gateway's host. */
  readonly dir: string;
  /** Files in order; the hash pins the content that was registered. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** What their `env_file` may name, pinned as well. A policy that was stored before there were any has none. */
  readonly env_files?: readonly { readonly name: string; readonly sha256: string }[];
  readonly services: readonly string[];
  /**
   * By service: the `container_name` that its files give it. A policy that was stored before there were any has none; the gateway
   * reads the files and goes by those.
   */
  readonly container_names?: Readonly<Record<string, string>>;
  /** Names of the networks and volumes that its files make or use, as the engine knows them. */
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  /** What its services are given, as `wingman compose inspect` found it; the gateway compares it with the files. */
  readonly facts?: readonly ServiceFacts[];
  /**
   * By service: the image and the registered context of `docker compose build`, or why it cannot be built here. A policy that was
   * stored before there were any has none.
   */
  readonly builds?: Readonly<Record<string, { readonly image: string; readonly context: string } | { readonly refused: string }>>;
  /** What its files say of building holds, and is asked for each time: nobody registered the contexts. Policies of before have none. */
  readonly builds_from_files?: boolean;
  /** At most one project is the default for commands without `-p`. */
  readonly default: boolean;
}

export interface Registry {
  /** Names that no command may touch, exact or ending in `*`; they hold for ids too. */
  readonly protected: { readonly containers: readonly string[]; readonly networks: readonly string[]; readonly volumes: readonly string[] };
  /** References that may be pulled, run or built from: exact `name:tag`, or `registry/path/*`. */
  readonly images: readonly string[];
  /** Exact argument lists that may be exec'ed, by container name. */
  readonly exec: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Environment variables that `docker run --env NAME` may pass, with the value set here: an agent never writes one. */
  readonly run_env: Readonly<Record<string, string>>;
  /** Networks and named volumes that `docker run` may attach. */
  readonly run_networks: readonly string[];
  readonly run_volumes: readonly string[];
  /** Host directories that may be mounted: absolute, exact. */
  readonly host_mounts: readonly { readonly source: string; readonly readonly: boolean }[];
  /** Build contexts by name: `docker build -t image:tag context-name`. */
  readonly build_contexts: Readonly<Record<string, { readonly path: string; readonly dockerfile: string }>>;
  readonly compose: Readonly<Record<string, ComposeProject>>;
  readonly commands: Readonly<Record<string, RegisteredCommand>>;
  readonly limits: { readonly max_command_length: number; readonly max_args: number; readonly max_commands: number };
  /** The environment's word on what nobody registered (policy/registry-for.ts); a kind that is not here is refused. */
  readonly unregistered?: UnregisteredModes;
}

/** Nothing registered, default limits. */
export const EMPTY_REGISTRY: Registry = {
  protected: { containers: [], networks: [], volumes: [] },
  images: [],
  exec: {},
  run_env: {},
  run_networks: [],
  run_volumes: [],
  host_mounts: [],
  build_contexts: {},
  compose: {},
  commands: {},
  limits: { max_command_length: 4096, max_args: 64, max_commands: 20 },
};
