/** The words after `docker run`. Hostile: written by an agent. */
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { allowedImage, targetName } from '../read-names';
import type { Registry } from '../registry';
import type { RunArgs } from './body';
import { parseCpusFlag, parseMemoryFlag, parsePidsFlag, parsePublishFlag, parseRestartFlag } from './limits';
import { parseMountFlag, parseVolumeFlag, refuseSameTarget } from './mounts';

const FLAGS = {
  '--detach': { short: '-d' },
  '--rm': {},
  '--name': { value: true },
  '--env': { short: '-e', value: true, repeat: true },
  '--publish': { short: '-p', value: true, repeat: true },
  '--memory': { short: '-m', value: true },
  '--cpus': { value: true },
  '--restart': { value: true },
  '--network': { value: true },
  '--volume': { short: '-v', value: true, repeat: true },
  '--mount': { value: true, repeat: true },
  '--cap-drop': { value: true },
  '--security-opt': { value: true },
  '--read-only': {},
  '--user': { short: '-u', value: true },
  '--workdir': { short: '-w', value: true },
  '--pids-limit': { value: true },
  '--init': {},
} as const;

/** @throws WingmanError COMMAND_… naming the flag or the part that is not allowed */
export function parseRun(words: readonly string[], registry: Registry): RunArgs {
  const flags = readFlags(words, FLAGS, true);
  const [image, ...argv] = flags.operands;
  if (image === undefined) throw refusal('COMMAND_ARGUMENTS', 'docker run needs an image', { verb: 'run' });
  const optional = <T>(flag: keyof typeof FLAGS, parse: (value: string) => T): T | null => {
    const value = flags.value(flag);
    return value === null ? null : parse(value);
  };
  const mounts = [
    ...flags.values('--volume').map((value) => parseVolumeFlag(value, registry)),
    ...flags.values('--mount').map((value) => parseMountFlag(value, registry)),
  ];
  refuseSameTarget(mounts);
  optional('--security-opt', requireNoNewPrivileges);
  const workdir = optional('--workdir', parseWorkdirFlag);
  const pids = optional('--pids-limit', parsePidsFlag);
  const args: RunArgs = {
    image: allowedImage(image, registry),
    argv,
    name: optional('--name', (value) => targetName('container', value, registry)),
    detach: flags.has('--detach'),
    rm: flags.has('--rm'),
    env: flags.values('--env').map((value) => parseEnvFlag(value, registry)),
    ports: flags.values('--publish').map(parsePublishFlag),
    mounts,
    network: optional('--network', (value) => parseNetworkFlag(value, registry)) ?? 'bridge',
    memory: optional('--memory', parseMemoryFlag),
    nano_cpus: optional('--cpus', parseCpusFlag),
    restarts: optional('--restart', parseRestartFlag) ?? 0,
    drop_all_capabilities: optional('--cap-drop', requireAll) ?? false,
    read_only: flags.has('--read-only'),
    user: optional('--user', parseUserFlag),
    ...(workdir === null ? {} : { workdir }),
    ...(pids === null ? {} : { pids }),
    ...(flags.has('--init') ? { init: true } : {}),
  };
  if (args.restarts > 0 && (args.rm || !args.detach)) {
    throw refusal('COMMAND_ARGUMENTS', '--restart goes with --detach and without --rm', { flag: '--restart' });
  }
  return args;
}

const notAllowed = (flag: string, value: string, why: string) =>
  refusal('COMMAND_FLAG_VALUE', `${flag} ${value}: ${why}`, { flag, part: value });

function parseEnvFlag(value: string, registry: Registry): { readonly name: string; readonly value: string } {
  if (value.includes('=')) throw notAllowed('--env', value, 'give the name alone; its value is registered (run_env)');
  const registered = Object.hasOwn(registry.run_env, value) ? registry.run_env[value] : undefined;
  if (registered === undefined) throw notAllowed('--env', value, 'it is not registered (run_env)');
  return { name: value, value: registered };
}

function parseNetworkFlag(value: string, registry: Registry): string {
  if (value === 'none' || value === 'bridge') return value;
  // Names that the engine takes for more than a network, whatever was registered by mistake.
  if (['host', 'default', 'container', 'ingress'].includes(value) || !registry.run_networks.includes(value)) {
    throw notAllowed('--network', value, 'it is not registered (run_networks)');
  }
  return targetName('network', value, registry);
}

function requireAll(value: string): true {
  if (value !== 'ALL') throw notAllowed('--cap-drop', value, 'it must be ALL');
  return true;
}

/** It is set in any case; saying it is allowed, taking it back is not. */
function requireNoNewPrivileges(value: string): void {
  if (!['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'].includes(value)) {
    throw notAllowed('--security-opt', value, 'it must be no-new-privileges');
  }
}

function parseUserFlag(value: string): string {
  if (!/^(?:\d{1,9}|[a-z_][a-z0-9_-]{0,31})(?::(?:\d{1,9}|[a-z_][a-z0-9_-]{0,31}))?$/.test(value)) {
    throw notAllowed('--user', value, 'it must be a user or user:group');
  }
  return value;
}

function parseWorkdirFlag(value: string): string {
  if (!/^(?:\/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){1,16}$/.test(value)) throw notAllowed('--workdir', value, 'it must be an absolute path inside the container');
  return value;
}
