/** `-v`, `--mount` and `--tmpfs` of `docker run`: volumes, and places of the host that may be given to a container at all. */
import { refusal, type WingmanError } from '../../errors';
import { targetName } from '../read-names';
import type { Registry } from '../registry';
import type { Unregistered } from '../unregistered';
import { forbiddenHostPath } from './host-path';

export type RunMount = {
  readonly type: 'volume' | 'bind' | 'tmpfs';
  /** Name of a volume (none: an unnamed one), or an absolute path of the host; nothing for a tmpfs. */
  readonly source: string;
  /** Absolute, inside the container. */
  readonly target: string;
  readonly readonly: boolean;
  /** Bytes of a tmpfs, if they were said. */
  readonly size?: number;
};

type Refuse = (why: string) => WingmanError;

/** What follows the target: how it is shared or labelled means nothing where the engine is on the same host. */
const MODES = /^(?:ro|rw|z|Z|cached|delegated|consistent|nocopy)$/;

/** `source:target[:ro|rw]`, or `target` alone for an unnamed volume. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parseVolumeFlag(value: string, registry: Registry): RunMount {
  const refuse: Refuse = (why) => refusal('COMMAND_FLAG_VALUE', `--volume ${value}: ${why}`, { flag: '--volume', part: value });
  const [first, second, mode = '', ...more] = value.split(':');
  if (first === undefined || first === '' || second === '' || more.length > 0) throw refuse('it must be source:target[:ro]');
  if (second === undefined) return checked({ type: 'volume', source: '', target: first, readonly: false }, registry, refuse);
  const modes = mode === '' ? [] : mode.split(',');
  const unknown = modes.find((one) => !MODES.test(one));
  if (unknown !== undefined) throw refuse(`${unknown} is no mode; there are ro and rw`);
  const type = /^[A-Za-z0-9]/.test(first) ? 'volume' : 'bind';
  return checked({ type, source: first, target: second, readonly: modes.includes('ro') }, registry, refuse);
}

const MOUNT_KEYS: Readonly<Record<string, 'type' | 'source' | 'target' | 'readonly' | 'size' | 'ignored'>> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  destination: 'target',
  dst: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  'tmpfs-size': 'size',
  consistency: 'ignored',
};

/** `type=volume,src=…,dst=…[,readonly]`. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parseMountFlag(value: string, registry: Registry): RunMount {
  const refuse: Refuse = (why) => refusal('COMMAND_FLAG_VALUE', `--mount ${value}: ${why}`, { flag: '--mount', part: value });
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
  const source = fields.get('source') ?? '';
  const target = fields.get('target');
  const readonly = fields.get('readonly') ?? 'false';
  if (type !== 'volume' && type !== 'bind' && type !== 'tmpfs') throw refuse(`${type} is no type; there are volume, bind and tmpfs`);
  if (target === undefined || (type === 'bind' && source === '') || (type === 'tmpfs' && source !== '')) throw refuse('it needs src and dst');
  if (!['true', '1', 'false', '0'].includes(readonly)) throw refuse('readonly is true or false');
  const size = fields.get('size');
  return checked(
    { type, source, target, readonly: readonly === 'true' || readonly === '1', ...(size === undefined || type !== 'tmpfs' ? {} : { size: parseTmpfsSize(size, refuse) }) },
    registry,
    refuse,
  );
}

/** `/run` or `/run:rw,size=64m`; of its options the size alone is kept, the others are what a tmpfs has anyway. */
export function parseTmpfsFlag(value: string, registry: Registry): RunMount {
  const refuse: Refuse = (why) => refusal('COMMAND_FLAG_VALUE', `--tmpfs ${value}: ${why}`, { flag: '--tmpfs', part: value });
  const [target = '', options = '', ...more] = value.split(':');
  const said = options === '' ? [] : options.split(',');
  const unknown = said.find((one) => !/^(?:rw|ro|noexec|nosuid|nodev|exec|size=.*|mode=[0-7]{3,4}|uid=\d+|gid=\d+)$/.test(one));
  if (more.length > 0 || unknown !== undefined) throw refuse(`${unknown ?? 'a second colon'} is no option of it`);
  const size = said.find((one) => one.startsWith('size='))?.slice('size='.length);
  return checked({ type: 'tmpfs', source: '', target, readonly: said.includes('ro'), ...(size === undefined ? {} : { size: parseTmpfsSize(size, refuse) }) }, registry, refuse);
}

function parseTmpfsSize(text: string, refuse: Refuse): number {
  const match = /^(\d{1,12})([kmg])?b?$/i.exec(text);
  if (match === null) throw refuse(`${text} is no size`);
  return Number(match[1]) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match[2]?.toLowerCase() ?? ''] ?? 1);
}

const TARGET = /^(?:\/[A-Za-z0-9_.@+ -]+)+\/?$/;
/** What the engine itself puts there keeps a container in its place. */
const RESERVED = /^\/(?:proc|sys|dev)(?:\/|$)/;

function checked(mount: RunMount, registry: Registry, refuse: Refuse): RunMount {
  const parts = mount.target.split('/');
  if (!TARGET.test(mount.target) || parts.includes('..') || parts.includes('.') || (RESERVED.test(mount.target) && !(mount.type === 'tmpfs' && mount.target === '/dev/shm')))
    throw refuse(`${mount.target} is no directory to mount at`);
  if (mount.type === 'volume') {
    if (mount.source !== '') targetName('volume', mount.source, registry);
    return mount;
  }
  if (mount.type === 'tmpfs') return mount;
  if (!mount.source.startsWith('/')) throw refuse(`${mount.source} depends on where it is typed; give the host’s directory as an absolute path`);
  const registered = registry.host_mounts.find(({ source }) => source === mount.source);
  const why = registered === undefined ? forbiddenHostPath(mount.source, mount.readonly) : null;
  if (why !== null) throw refuse(`${mount.source} ${why}; nobody may approve it`);
  if (registered?.readonly === true && !mount.readonly)
    throw refuse(`the host directory ${mount.source} may only be mounted read-only`);
  return mount;
}

/** Of volumes those that nobody registered; of the host's directories those that are neither registered nor below one that is. */
export function unregisteredMounts(mounts: readonly RunMount[], { run_volumes, host_mounts }: Registry): readonly Unregistered[] {
  return mounts.flatMap(({ type, source, target, readonly }): readonly Unregistered[] => {
    if (type === 'tmpfs' || (type === 'volume' && source === '')) return [{ kind: 'option', code: 'COMMAND_FLAG_VALUE', says: `${type === 'tmpfs' ? 'a tmpfs' : 'an unnamed volume'} at ${target}`, part: target }];
    if (type === 'volume') return run_volumes.includes(source) ? [] : [{ kind: 'volume', code: 'COMMAND_FLAG_VALUE', says: `the volume ${source} is not registered (run_volumes)`, part: source }];
    const isRegistered = host_mounts.some((one) => (source === one.source || source.startsWith(`${one.source}/`)) && (readonly || !one.readonly));
    return isRegistered ? [] : [{ kind: 'mount', code: 'COMMAND_FLAG_VALUE', says: `the host directory ${source} is not registered (host_mounts)${readonly ? '' : ', and the container may write into it'}`, part: source }];
  });
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
