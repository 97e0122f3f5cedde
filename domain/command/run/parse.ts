/** The words after `docker run` and `docker create`. Hostile: written by an agent. */
import { refusal } from '../../errors';
import type { Json } from '../../text/canonical-json';
import { parseUser, parseVariables, parseWorkdir } from '../process-flags';
import { readFlags, type ReadFlags } from '../read-flags';
import { imageName, targetName } from '../read-names';
import type { Registry } from '../registry';
import { waitsForPerson } from '../waits-for-person';
import type { RunArgs } from './body';
import { forbiddenHostPath } from './host-path';
import { parseCpusFlag, parseMemoryFlag, parsePidsFlag, parsePublishFlag, parseRestartFlag } from './limits';
import { parseMountFlag, parseTmpfsFlag, parseVolumeFlag, refuseSameTarget } from './mounts';
import { RUN_NEVER, RUN_OPTIONS } from './options';

const FLAGS = {
  '--detach': { short: '-d' },
  '--rm': {},
  '--name': { value: true },
  '--env-file': { value: true, repeat: true },
  '--env': { short: '-e', value: true, repeat: true },
  '--publish': { short: '-p', value: true, repeat: true },
  '--memory': { short: '-m', value: true },
  '--cpus': { value: true },
  '--restart': { value: true },
  '--network': { value: true },
  '--net': { value: true },
  '--volume': { short: '-v', value: true, repeat: true },
  '--mount': { value: true, repeat: true },
  '--tmpfs': { value: true, repeat: true },
  '--cap-drop': { value: true, repeat: true },
  '--read-only': {},
  '--user': { short: '-u', value: true },
  '--workdir': { short: '-w', value: true },
  '--pids-limit': { value: true },
  '--init': {},
  '--interactive': { short: '-i' },
  '--tty': { short: '-t' },
  '--volumes-from': { value: true, repeat: true },
  '--link': { value: true, repeat: true },
} as const;
/** Their letters in one word, such as `-dit`, are read against all of them. */
const ALL_FLAGS = { ...FLAGS, ...RUN_OPTIONS, ...RUN_NEVER };

/** @throws WingmanError COMMAND_… naming the flag or the part that is not allowed */
export function parseRun(words: readonly string[], registry: Registry, verb: 'run' | 'create' = 'run'): RunArgs {
  const flags = readFlags(words, ALL_FLAGS, true);
  const [image, ...argv] = flags.operands;
  if (image === undefined) throw refusal('COMMAND_ARGUMENTS', 'docker run needs an image', { verb: 'run' });
  const optional = <T>(flag: keyof typeof FLAGS, parse: (value: string) => T): T | null => {
    const value = flags.value(flag);
    return value === null ? null : parse(value);
  };
  const mounts = [
    ...flags.values('--volume').map((value) => parseVolumeFlag(value, registry)),
    ...flags.values('--mount').map((value) => parseMountFlag(value, registry)),
    ...flags.values('--tmpfs').map((value) => parseTmpfsFlag(value, registry)),
  ];
  refuseSameTarget(mounts);
  const workdir = optional('--workdir', parseWorkdir);
  const pids = optional('--pids-limit', parsePidsFlag);
  const restart = optional('--restart', parseRestartFlag) ?? 0;
  const dropped = flags.values('--cap-drop').map(toCapability);
  const dropsAll = dropped.includes('ALL');
  const envFiles = flags.values('--env-file').map(parseEnvFile);
  const from = flags.values('--volumes-from').map((value) => parseVolumesFrom(value, registry));
  const links = flags.values('--link').map((value) => parseLink(value, registry));
  const detach = flags.has('--detach');
  const terminal = flags.has('--interactive') || flags.has('--tty');
  if (terminal && !detach && verb === 'run') refuseWaiting(argv, flags.value('--entrypoint'));
  const args: RunArgs = {
    image: imageName(image),
    argv,
    name: optional('--name', (value) => targetName('container', value, registry)),
    detach,
    rm: flags.has('--rm'),
    env: parseVariables(flags.values('--env'), registry),
    ports: flags.values('--publish').flatMap(parsePublishFlag),
    mounts,
    network: optional('--network', (value) => parseNetworkFlag(value, registry)) ?? optional('--net', (value) => parseNetworkFlag(value, registry)) ?? 'bridge',
    memory: optional('--memory', parseMemoryFlag),
    nano_cpus: optional('--cpus', parseCpusFlag),
    restarts: typeof restart === 'number' ? restart : 0,
    drop_all_capabilities: dropsAll,
    read_only: flags.has('--read-only'),
    user: optional('--user', parseUser),
    ...(workdir === null ? {} : { workdir }),
    ...(pids === null ? {} : { pids }),
    ...(flags.has('--init') ? { init: true } : {}),
    ...(typeof restart === 'number' ? {} : { restart }),
    ...(terminal ? { terminal } : {}),
    ...(envFiles.length === 0 ? {} : { env_files: envFiles }),
    ...(dropped.length === 0 || dropsAll ? {} : { dropped }),
    ...(from.length === 0 ? {} : { volumes_from: from }),
    ...(links.length === 0 ? {} : { links }),
    ...optionsOf(flags),
  };
  if (restart !== 0 && args.rm) throw refusal('COMMAND_ARGUMENTS', '--restart goes without --rm', { flag: '--restart' });
  if (args.endpoint !== undefined && (args.network === 'bridge' || args.network === 'none')) {
    throw refusal('COMMAND_ARGUMENTS', 'a name or an address in a network goes with --network and its name', { flag: '--network' });
  }
  return args;
}

/** The image's own command is not known here; with a terminal it is most often a shell. */
function refuseWaiting(argv: readonly string[], entrypoint: string | null): void {
  const program = entrypoint === null ? argv : [entrypoint, ...argv];
  if (program.length > 0 && !waitsForPerson(program)) return;
  const what = program.length === 0 ? 'the image’s own command, asked for with a terminal,' : program.join(' ');
  throw refusal('COMMAND_WAITS', `${what} waits for a person, and there is none; say what it shall do, or leave -i and -t out`, { part: program[0] ?? '-t' });
}

function optionsOf(flags: ReadFlags): Pick<RunArgs, 'options' | 'config' | 'host' | 'endpoint'> {
  const said: { flag: string; says: string }[] = [];
  let [config, host, endpoint]: Record<string, Json>[] = [{}, {}, {}];
  for (const [flag, option] of Object.entries(RUN_OPTIONS)) {
    const values = flags.values(flag);
    if (values.length === 0 || (option.value !== true && !flags.has(flag))) continue;
    const effect = option.read(values, flag);
    if (effect.says !== '') said.push({ flag, says: effect.says });
    config = merged(config ?? {}, effect.config);
    host = merged(host ?? {}, effect.host);
    endpoint = merged(endpoint ?? {}, effect.endpoint);
  }
  return {
    ...(said.length === 0 ? {} : { options: said }),
    ...(isEmpty(config) ? {} : { config }),
    ...(isEmpty(host) ? {} : { host }),
    ...(isEmpty(endpoint) ? {} : { endpoint }),
  };
}

const isEmpty = (members: Record<string, Json> | undefined): boolean => members === undefined || Object.keys(members).length === 0;

/** Two flags may fill one member of the engine's: `--health-cmd` and `--health-retries`, `--log-driver` and `--log-opt`. */
function merged(into: Record<string, Json>, more: Readonly<Record<string, Json>> | undefined): Record<string, Json> {
  const out = { ...into };
  for (const [name, value] of Object.entries(more ?? {})) {
    const before = out[name];
    const both = isObject(before) && isObject(value);
    out[name] = both ? { ...before, ...value } : value;
  }
  return out;
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

const notAllowed = (flag: string, value: string, why: string) =>
  refusal('COMMAND_FLAG_VALUE', `${flag} ${value}: ${why}`, { flag, part: value });

function parseNetworkFlag(value: string, registry: Registry): string {
  if (value === 'none' || value === 'bridge') return value;
  if (value === 'default') return 'bridge';
  // Names that the engine takes for more than a network, whatever was registered by mistake.
  if (/^(?:host|container|ingress)(?::|$)/.test(value)) throw notAllowed('--network', value, 'a container is given no network but its own; nobody may approve it');
  return targetName('network', value, registry);
}

function parseEnvFile(path: string): string {
  if (!path.startsWith('/')) throw notAllowed('--env-file', path, 'it depends on where it is typed; give the host’s file as an absolute path');
  const why = forbiddenHostPath(path, true);
  if (why !== null) throw notAllowed('--env-file', path, `it ${why}; nobody may approve it`);
  return path;
}

function toCapability(value: string): string {
  const name = value.toUpperCase().replace(/^CAP_/, '');
  if (!/^[A-Z_]{3,24}$/.test(name)) throw notAllowed('--cap-drop', value, 'it is no capability, nor ALL');
  return name;
}

function parseVolumesFrom(value: string, registry: Registry): { readonly container: string; readonly readonly: boolean } {
  const [container = '', mode = 'rw', ...more] = value.split(':');
  if (more.length > 0 || !['ro', 'rw', 'z', 'Z'].includes(mode)) throw notAllowed('--volumes-from', value, 'it must be container[:ro]');
  return { container: targetName('container', container, registry), readonly: mode === 'ro' };
}

function parseLink(value: string, registry: Registry): { readonly container: string; readonly alias: string } {
  const [container = '', alias = container, ...more] = value.split(':');
  if (more.length > 0 || !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(alias)) throw notAllowed('--link', value, 'it must be container[:alias]');
  return { container: targetName('container', container, registry), alias };
}
