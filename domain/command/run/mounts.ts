/** `-v` and `--mount` of `docker run`: registered named volumes and exactly registered host directories, nothing else. */
import { refusal, type WingmanError } from '../../errors';
import type { Registry } from '../registry';

export type RunMount = {
  readonly type: 'volume' | 'bind';
  /** Name of a volume, or an absolute directory of the host. */
  readonly source: string;
  /** Absolute, inside the container. */
  readonly target: string;
  readonly readonly: boolean;
};

type Refuse = (why: string) => WingmanError;

/** `source:target[:ro|rw]`. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parseVolumeFlag(value: string, registry: Registry): RunMount {
  const refuse: Refuse = (why) =>
    refusal('COMMAND_FLAG_VALUE', `--volume ${value}: ${why}`, { flag: '--volume', part: value });
  const [source, target, mode, ...more] = value.split(':');
  if (source === undefined || source === '' || target === undefined || more.length > 0)
    throw refuse('it must be source:target[:ro]');
  if (mode !== undefined && mode !== 'ro' && mode !== 'rw') throw refuse(`${mode} is no mode; there are ro and rw`);
  const type = /^[A-Za-z0-9]/.test(source) ? 'volume' : 'bind';
  return checked({ type, source, target, readonly: mode === 'ro' }, registry, refuse);
}

const MOUNT_KEYS: Readonly<Record<string, 'type' | 'source' | 'target' | 'readonly'>> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  destination: 'target',
  dst: 'target',
  readonly: 'readonly',
  ro: 'readonly',
};

/** `type=volume,src=…,dst=…[,readonly]`. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parseMountFlag(value: string, registry: Registry): RunMount {
  const refuse: Refuse = (why) =>
    refusal('COMMAND_FLAG_VALUE', `--mount ${value}: ${why}`, { flag: '--mount', part: value });
  const fields = new Map<string, string>();
  for (const field of value.split(',')) {
    const equals = field.indexOf('=');
    const name = equals < 0 ? field : field.slice(0, equals);
    // Object.hasOwn: `constructor` is no key.
    const key = Object.hasOwn(MOUNT_KEYS, name) ? MOUNT_KEYS[name] : undefined;
    if (key === undefined) throw refuse(`${name} is no key; there are type, src, dst and readonly`);
    if (fields.has(key)) throw refuse(`${key} is said twice`);
    if (equals < 0 && key !== 'readonly') throw refuse(`${name} needs a value`);
    fields.set(key, equals < 0 ? 'true' : field.slice(equals + 1));
  }
  const type = fields.get('type') ?? 'volume';
  const source = fields.get('source');
  const target = fields.get('target');
  const readonly = fields.get('readonly') ?? 'false';
  if (type !== 'volume' && type !== 'bind') throw refuse(`${type} is no type; there are volume and bind`);
  if (source === undefined || source === '' || target === undefined) throw refuse('it needs src and dst');
  if (!['true', '1', 'false', '0'].includes(readonly)) throw refuse('readonly is true or false');
  return checked({ type, source, target, readonly: readonly === 'true' || readonly === '1' }, registry, refuse);
}

const TARGET = /^(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*|\/\.[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/;
/** What the engine itself puts there keeps a container in its place. */
const RESERVED = /^\/(?:proc|sys|dev)(?:\/|$)/;

function checked(mount: RunMount, registry: Registry, refuse: Refuse): RunMount {
  if (!TARGET.test(mount.target) || RESERVED.test(mount.target))
    throw refuse(`${mount.target} is no directory to mount at`);
  if (mount.type === 'volume') {
    if (!registry.run_volumes.includes(mount.source))
      throw refuse(`the volume ${mount.source} is not registered (run_volumes)`);
    return mount;
  }
  const registered = registry.host_mounts.find(({ source }) => source === mount.source);
  if (registered === undefined) throw refuse(`the host directory ${mount.source} is not registered (host_mounts)`);
  if (registered.readonly && !mount.readonly)
    throw refuse(`the host directory ${mount.source} may only be mounted read-only`);
  return mount;
}

/** @throws WingmanError COMMAND_FLAG_VALUE when two mounts have one target */
export function refuseSameTarget(mounts: readonly RunMount[]): void {
  const seen = new Set<string>();
  for (const { target } of mounts) {
    if (seen.has(target))
      throw refusal('COMMAND_FLAG_VALUE', `two mounts at ${target}`, { flag: '--mount', part: target });
    seen.add(target);
  }
}
