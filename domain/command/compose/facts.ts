/** What a Compose file would have the engine do, in lines that a person reads before registering it. */

export interface ServiceFacts {
  readonly service: string;
  readonly image: string;
  readonly ports: readonly string[];
  /** Directories and files of the host: what is in them is nobody's hash. */
  readonly host_mounts: readonly string[];
  readonly volumes: readonly string[];
  /** What takes it out of its container: each is reason enough not to register it. */
  readonly powers: readonly string[];
}

const HOST_MODES = ['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup'] as const;
const LISTED = ['cap_add', 'devices', 'device_cgroup_rules', 'security_opt', 'group_add', 'volumes_from', 'external_links'] as const;
const HOOKS = ['post_start', 'pre_stop'] as const;
const SOCKET = /docker\.sock|containerd\.sock|podman\.sock/;

/** @param services of a file that contracts/compose-file.ts has read */
export function composeFacts(services: Readonly<Record<string, Readonly<Record<string, unknown>>>>): readonly ServiceFacts[] {
  return Object.entries(services).map(([service, one]) => {
    const mounts = listed(one['volumes']).map(toMount);
    const host = mounts.filter(({ isHost }) => isHost).map(({ text }) => text);
    return {
      service,
      image: imageOf(one),
      ports: listed(one['ports']).map(plain),
      host_mounts: host,
      volumes: mounts.filter(({ isHost }) => !isHost).map(({ text }) => text),
      powers: [
        ...(one['privileged'] === undefined || one['privileged'] === false ? [] : ['privileged']),
        ...HOST_MODES.filter((key) => typeof one[key] === 'string' && /^(?:host|container:|service:)/.test(one[key])).map((key) => `${key}: ${String(one[key])}`),
        ...LISTED.filter((key) => listed(one[key]).length > 0).map((key) => `${key}: ${listed(one[key]).map(plain).join(', ')}`),
        ...HOOKS.filter((key) => one[key] !== undefined).map((key) => `${key} runs commands in it`),
        ...(one['use_api_socket'] === true || host.some((text) => SOCKET.test(text)) ? ['the engine’s socket: whoever is in it is root on the host'] : []),
      ],
    };
  });
}

function imageOf(one: Readonly<Record<string, unknown>>): string {
  if (typeof one['image'] === 'string') return one['image'];
  return one['build'] === undefined ? 'none' : 'none but what a build made: `up` makes none (--no-build), and `docker compose build` needs its name';
}

/** A name is a volume; a path, and what may become one by a variable, is the host's. */
function toMount(value: unknown): { readonly text: string; readonly isHost: boolean } {
  if (typeof value === 'string') return { text: value, isHost: /^[./~$\\]/.test(value) && value.includes(':') };
  const { type, source, target } = (typeof value === 'object' && value !== null ? value : {}) as { readonly type?: unknown; readonly source?: unknown; readonly target?: unknown };
  return { text: `${plain(source)}:${plain(target)}`, isHost: type === 'bind' || type === 'npipe' || type === 'cluster' || (typeof source === 'string' && /^[./~$]/.test(source)) };
}

const listed = (value: unknown): readonly unknown[] => (value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value]);
const plain = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value) ?? '');
