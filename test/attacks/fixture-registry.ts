/** The world of `data/fixture.json` as a registry and an inventory, for every test that runs the command attacks. */
import type { Inventory } from '../../domain/command/action';
import { EMPTY_REGISTRY, type Registry } from '../../domain/command/registry';

export interface AttackFixture {
  readonly commandPolicy: {
    readonly containers: Readonly<Record<string, string>>;
    readonly protected: readonly string[];
    readonly networks: readonly string[];
    readonly protectedNetworks: readonly string[];
    readonly volumes: readonly string[];
    readonly images: readonly string[];
    readonly exec: Readonly<Record<string, readonly (readonly string[])[]>>;
    readonly compose: Readonly<
      Record<string, { readonly dir: string; readonly files: readonly string[]; readonly default: boolean }>
    >;
    readonly maxCommandLength: number;
    readonly maxArgs: number;
    readonly maxCommandsPerApproval: number;
  };
}

export interface FixtureChoices {
  /** Directory of the compose projects; the fixture's own does not exist on a test machine. */
  readonly dir?: string;
  /** SHA-256 of a compose file; the fixture names no contents. */
  readonly sha256?: (file: string) => string;
}

export function fixtureRegistry({ commandPolicy: policy }: AttackFixture, choices: FixtureChoices = {}): Registry {
  const sha256 = choices.sha256 ?? (() => '0'.repeat(64));
  return {
    ...EMPTY_REGISTRY,
    protected: { containers: policy.protected, networks: policy.protectedNetworks, volumes: [] },
    images: policy.images,
    exec: policy.exec,
    run_networks: policy.networks,
    run_volumes: policy.volumes,
    compose: Object.fromEntries(
      Object.entries(policy.compose).map(([name, project]) => [
        name,
        {
          dir: choices.dir ?? project.dir,
          files: project.files.map((file) => ({ name: file, sha256: sha256(file) })),
          services: ['web', 'db', 'cache'],
          default: project.default,
        },
      ]),
    ),
    limits: {
      max_command_length: policy.maxCommandLength,
      max_args: policy.maxArgs,
      max_commands: policy.maxCommandsPerApproval,
    },
  };
}

/** What the engine of the fixture holds; ids are filled up to the engine's length. */
export function fixtureInventory({ commandPolicy: policy }: AttackFixture): Inventory {
  return {
    as_of: '2026-01-10T00:00:00Z',
    containers: Object.entries(policy.containers).map(([name, id]) => ({
      id: id.padEnd(64, '0'),
      name,
      image: 'nginx:1.27',
      state: 'running',
      status: 'Up 3 days',
      ports: [],
    })),
    images: policy.images
      .filter((image) => !image.endsWith('*'))
      .map((image, at) => ({ id: `sha256:${String(at).padStart(64, 'e')}`, tags: [image] })),
    networks: [...policy.networks, ...policy.protectedNetworks].map((name, at) => ({
      id: String(at).padStart(64, 'f'),
      name,
    })),
    volumes: policy.volumes.map((name) => ({ name, id: `${name}@2026-01-01T00:00:00Z` })),
  };
}
