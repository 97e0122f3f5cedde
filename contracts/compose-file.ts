/**
 * A registered Compose file: what it may hold, so that its pinned content is all that decides. Every key that has Compose read another
 * file or run a program is refused or, for `env_file`, has to name a file that is pinned too. A key that nobody here knows is refused:
 * the next release of Compose may read files by it. Keys: https://github.com/compose-spec/compose-spec/blob/main/spec.md
 */
import { z } from 'zod';
import { parseYamlFile } from './yaml-file';

const free = z.json();
const otherFile = () => z.never('has Compose read a file that no hash pins; write its content into this file');

const envFile = z.union([z.string(), z.strictObject({ path: z.string(), required: z.boolean().optional(), format: z.string().optional() })]);

/** Plain attributes of a service: their values are in the file itself. */
const PLAIN = [
  'annotations', 'attach', 'blkio_config', 'build', 'cap_add', 'cap_drop', 'cgroup', 'cgroup_parent', 'command', 'configs', 'container_name', 'cpu_count', 'cpu_percent',
  'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus', 'cpuset', 'depends_on', 'deploy', 'device_cgroup_rules', 'devices', 'dns',
  'dns_opt', 'dns_search', 'domainname', 'entrypoint', 'environment', 'expose', 'external_links', 'extra_hosts', 'gpus', 'group_add', 'healthcheck', 'hostname', 'image',
  'init', 'ipc', 'isolation', 'labels', 'links', 'logging', 'mac_address', 'mem_limit', 'mem_reservation', 'mem_swappiness', 'memswap_limit', 'network_mode', 'networks',
  'oom_kill_disable', 'oom_score_adj', 'pid', 'pids_limit', 'platform', 'ports', 'post_start', 'pre_stop', 'privileged', 'profiles', 'pull_policy', 'read_only', 'restart', 'runtime',
  'scale', 'secrets', 'security_opt', 'shm_size', 'stdin_open', 'stop_grace_period', 'stop_signal', 'storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'use_api_socket', 'user',
  'userns_mode', 'uts', 'volumes', 'volumes_from', 'working_dir',
] as const;

const service = z
  .strictObject({
    ...(Object.fromEntries(PLAIN.map((key) => [key, free.optional()])) as Record<(typeof PLAIN)[number], z.ZodOptional<typeof free>>),
    env_file: z.union([envFile, z.array(envFile)]).optional(),
    extends: z.union([z.string(), z.strictObject({ service: z.string(), file: otherFile().optional() })]).optional(),
    label_file: otherFile().optional(),
    credential_spec: z.strictObject({ config: z.string().optional(), registry: z.string().optional(), file: otherFile().optional() }).optional(),
    develop: z.never('watches files that no hash pins; leave it out').optional(),
    provider: z.never('runs a program that nobody registered').optional(),
    models: z.never('is not brought up').optional(),
  });

const extension = z.string().startsWith('x-');

/** `file` has Compose mount a file of the host: it has to be pinned too. */
const fileResource = z.strictObject({
  name: z.string().optional(), external: free.optional(), labels: free.optional(), content: z.string().optional(), environment: z.string().optional(), template_driver: z.string().optional(),
  file: z.string().optional(),
});

const composeFile = z
  .strictObject({
    version: free.optional(),
    name: z.string().optional(),
    services: z.record(z.string(), service).prefault({}),
    networks: free.optional(),
    volumes: free.optional(),
    configs: z.record(z.string(), fileResource.nullable()).optional(),
    secrets: z.record(z.string(), fileResource.nullable()).optional(),
    include: z.never('has Compose read files that no hash pins; register them in the list `files`').optional(),
    models: z.never('is not brought up').optional(),
  });

/** Whoever writes a file by hand has a few; what they stand for is counted with them. */
const MOST_ALIASES = 200;

export type ComposeFile = z.output<typeof composeFile>;

/**
 * @param file its name, for messages
 * @throws WingmanError CONFIG_INVALID with line and path: no YAML, twice the same key, a key that is refused or not known
 */
export function parseComposeFile(text: string, file: string): ComposeFile {
  return parseYamlFile(text, file, z.preprocess(withoutExtensions, composeFile), { aliases: MOST_ALIASES });
}

/** Keys that begin with `x-` mean nothing to Compose. */
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const plain = (from: object): object => Object.fromEntries(Object.entries(from).filter(([key]) => !extension.safeParse(key).success));
  const top = plain(value) as Readonly<Record<string, unknown>>;
  const { services } = top;
  if (typeof services !== 'object' || services === null || Array.isArray(services)) return top;
  return { ...top, services: Object.fromEntries(Object.entries(services).map(([name, one]) => [name, typeof one === 'object' && one !== null && !Array.isArray(one) ? plain(one as object) : one])) };
}

/** The files that its secrets and configs name, as they are written. */
export function mountedFilesOf({ secrets = {}, configs = {} }: ComposeFile): readonly string[] {
  return [...new Set([...Object.values(secrets), ...Object.values(configs)].flatMap((one) => one?.file ?? []))];
}

/** The same file with each of them at another place. */
export function withMountedFilesAt(file: ComposeFile, placeOf: (path: string) => string): ComposeFile {
  const moved = (resources: ComposeFile['secrets']): ComposeFile['secrets'] =>
    resources === undefined ? undefined : Object.fromEntries(Object.entries(resources).map(([name, one]) => [name, one?.file === undefined ? one : { ...one, file: placeOf(one.file) }]));
  const [secrets, configs] = [moved(file.secrets), moved(file.configs)];
  return { ...file, ...(secrets === undefined ? {} : { secrets }), ...(configs === undefined ? {} : { configs }) };
}

/** The files with variables that its services name, as they are written. */
export function envFilesOf({ services }: ComposeFile, requiredAlone = false): readonly string[] {
  return [...new Set(Object.values(services).flatMap(({ env_file }) => pathsOf(env_file, requiredAlone)))];
}

/** The same file with each of them at another place. */
export function withEnvFilesAt(file: ComposeFile, placeOf: (path: string) => string): ComposeFile {
  const moved = Object.entries(file.services).map(([name, service]) => [
    name,
    service.env_file === undefined ? service : { ...service, env_file: [service.env_file].flat().map((one) => (typeof one === 'string' ? placeOf(one) : { ...one, path: placeOf(one.path) })) },
  ]);
  return { ...file, services: Object.fromEntries(moved) as ComposeFile['services'] };
}

const pathsOf = (value: ComposeFile['services'][string]['env_file'], requiredAlone: boolean): readonly string[] =>
  value === undefined ? [] : [value].flat().filter((one) => typeof one === 'string' || !requiredAlone || one.required !== false).map((one) => (typeof one === 'string' ? one : one.path));
