/** What of Compose files nobody may approve, whoever pinned them: the same things that `docker run` is never given. */
import { contextPath } from './declared-builds';
import { interpolate } from './interpolate';
import { refusal, type WingmanError } from '../../errors';
import { forbiddenHostPath } from '../run/host-path';

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const listed = (value: unknown): readonly unknown[] => (value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value]);

const HOST_MODES = ['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup'] as const;
const NEVER = ['devices', 'device_cgroup_rules', 'gpus', 'cgroup_parent', 'runtime', 'use_api_socket', 'credential_spec', 'oom_kill_disable', 'post_start', 'pre_stop', 'storage_opt'] as const;
const CAPABILITIES = /^(?:CAP_)?(?:AUDIT_WRITE|CHOWN|DAC_OVERRIDE|FOWNER|FSETID|KILL|MKNOD|NET_BIND_SERVICE|NET_RAW|SETFCAP|SETGID|SETPCAP|SETUID|SYS_CHROOT|IPC_LOCK|SYS_NICE)$/i;

export interface ReadFile {
  readonly services: Readonly<Record<string, Members>>;
  readonly volumes?: unknown;
  readonly networks?: unknown;
}

/** @throws WingmanError COMMAND_COMPOSE naming the service and the key */
export function refusePowers(files: readonly ReadFile[], dir: string, variables: ReadonlyMap<string, string>): void {
  const said = (text: unknown): string => interpolate(typeof text === 'string' ? text : JSON.stringify(text) ?? '', variables);
  for (const { services, volumes, networks } of files) {
    for (const [service, one] of Object.entries(services)) {
      const wrong = (what: string): WingmanError => refusal('COMMAND_COMPOSE', `service ${service} has ${what}; nobody may approve it`, { part: service });
      if (one['privileged'] !== undefined && one['privileged'] !== false && said(one['privileged']) !== 'false') throw wrong('privileged');
      const mode = HOST_MODES.find((key) => one[key] !== undefined && /^(?:host|container:)/.test(said(one[key])));
      if (mode !== undefined) throw wrong(`${mode}: ${said(one[mode])}`);
      const power = NEVER.find((key) => one[key] !== undefined && one[key] !== false && listed(one[key]).length > 0);
      if (power !== undefined) throw wrong(power);
      const capability = listed(one['cap_add']).map(said).find((name) => !CAPABILITIES.test(name));
      if (capability !== undefined) throw wrong(`cap_add ${capability}`);
      const option = listed(one['security_opt']).map(said).find((text) => !/^no-new-privileges(?:[:=]true)?$/.test(text));
      if (option !== undefined) throw wrong(`security_opt ${option}`);
      for (const mount of listed(one['volumes'])) requireMount(mount, dir, said, wrong);
    }
    for (const [name, one] of Object.entries(isMembers(volumes) ? volumes : {})) {
      const options = isMembers(one) ? one['driver_opts'] : undefined;
      if (isMembers(options) && options['device'] !== undefined && forbiddenHostPath(said(options['device']), false) !== null) throw refusal('COMMAND_COMPOSE', `volume ${name} is ${said(options['device'])} of the host; nobody may approve it`, { part: name });
      if (isMembers(one) && one['driver'] !== undefined && said(one['driver']) !== 'local') throw refusal('COMMAND_COMPOSE', `volume ${name} is made by the plug-in ${said(one['driver'])}; nobody may approve it`, { part: name });
    }
    for (const [name, one] of Object.entries(isMembers(networks) ? networks : {})) {
      if (isMembers(one) && one['driver'] !== undefined && !['bridge', 'default'].includes(said(one['driver']))) throw refusal('COMMAND_COMPOSE', `network ${name} is of driver ${said(one['driver'])}, which reaches the host’s own; nobody may approve it`, { part: name });
    }
  }
}

function requireMount(mount: unknown, dir: string, said: (text: unknown) => string, wrong: (what: string) => WingmanError): void {
  const [source, readonly] = isMembers(mount) ? [mount['type'] === 'bind' || /^[./~]/.test(said(mount['source'] ?? '')) ? said(mount['source'] ?? '') : '', mount['read_only'] === true] : fromText(said(mount));
  if (!/^[./~]/.test(source)) return;
  if (source.startsWith('~')) throw wrong(`a mount of ${source}, which is somebody’s home`);
  const path = contextPath(source.startsWith('/') ? source : `${dir}/${source}`);
  const why = forbiddenHostPath(path, readonly);
  if (why !== null) throw wrong(`a mount of ${path}, which ${why}`);
}

function fromText(text: string): readonly [string, boolean] {
  const [source = '', target, mode = ''] = text.split(':');
  return target === undefined ? ['', false] : [source, mode.split(',').includes('ro')];
}
