import type { Json } from '../../text/canonical-json';
import type { Variable } from '../process-flags';
import { MOST_PIDS, type RestartPolicy, type RunPort } from './limits';
import type { RunMount } from './mounts';

type Members = Readonly<Record<string, Json>>;

/** `docker run`, parsed and checked against the registry. */
export type RunArgs = {
  readonly image: string;
  /** The container's argument list, verbatim; empty is the image's own command. */
  readonly argv: readonly string[];
  readonly name: string | null;
  readonly detach: boolean;
  readonly rm: boolean;
  /** They are part of the plan's hash: a changed value, also of the registry, is another plan. */
  readonly env: readonly Variable[];
  readonly ports: readonly RunPort[];
  readonly mounts: readonly RunMount[];
  /** `bridge` (docker's default), `none`, or the name of one. */
  readonly network: string;
  readonly memory: number | null;
  readonly nano_cpus: number | null;
  readonly restarts: number;
  readonly drop_all_capabilities: boolean;
  readonly read_only: boolean;
  readonly user: string | null;
  /** All that follows only if it was said: a plan that does not speak of it keeps its hash. */
  readonly workdir?: string;
  readonly pids?: number;
  readonly init?: true;
  /** A policy of restarting without an end. */
  readonly restart?: RestartPolicy;
  /** `-i` or `-t`: there is neither input nor a terminal, unless it stays in the background, where it keeps a shell from ending. */
  readonly terminal?: true;
  /** Of the host, read when it runs. */
  readonly env_files?: readonly string[];
  readonly dropped?: readonly string[];
  readonly volumes_from?: readonly { readonly container: string; readonly readonly: boolean }[];
  readonly links?: readonly { readonly container: string; readonly alias: string }[];
  /** Of run/options.ts: for the card, and for the engine. */
  readonly options?: readonly { readonly flag: string; readonly says: string }[];
  readonly config?: Members;
  readonly host?: Members;
  readonly endpoint?: Members;
};

/** What only the engine's ids can say. */
export interface Bound {
  readonly network: string;
  readonly volumesFrom: readonly string[];
  readonly links: readonly string[];
}

/** The body of `POST /containers/create`. Whatever gives a container power over its host is said to be off, not left out. */
export function createBody(args: RunArgs, { network, volumesFrom, links }: Bound): Json {
  const stays = args.terminal === true && args.detach;
  const host = args.host ?? {};
  const dropped = args.drop_all_capabilities ? ['ALL'] : (args.dropped ?? []);
  const unnamed = args.mounts.filter(({ type, source }) => type === 'volume' && source === '');
  return {
    Image: args.image,
    ...(args.argv.length === 0 ? {} : { Cmd: [...args.argv] }),
    ...(args.user === null ? {} : { User: args.user }),
    ...(args.workdir === undefined ? {} : { WorkingDir: args.workdir }),
    ...args.config,
    Env: args.env.map(({ name, value }) => `${name}=${value}`),
    AttachStdin: false,
    OpenStdin: stays,
    Tty: stays,
    ExposedPorts: { ...(args.config?.['ExposedPorts'] as Members | undefined), ...Object.fromEntries(args.ports.map((port) => [inside(port), {}])) },
    ...(unnamed.length === 0 ? {} : { Volumes: Object.fromEntries(unnamed.map(({ target }) => [target, {}])) }),
    ...(args.endpoint === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [network]: args.endpoint } } }),
    HostConfig: {
      IpcMode: 'private',
      CapAdd: [],
      ...host,
      AutoRemove: args.rm && args.detach,
      Privileged: false,
      ...(dropped.length === 0 ? {} : { CapDrop: [...dropped] }),
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: args.read_only,
      NetworkMode: network,
      PidMode: '',
      UsernsMode: '',
      UTSMode: '',
      Devices: [],
      PidsLimit: args.pids ?? MOST_PIDS,
      ...(args.init === true ? { Init: true } : {}),
      RestartPolicy: restartPolicy(args),
      PortBindings: bindings(args.ports),
      ...(volumesFrom.length === 0 ? {} : { VolumesFrom: [...volumesFrom] }),
      ...(links.length === 0 ? {} : { Links: [...links] }),
      Mounts: args.mounts
        .filter((mount) => !unnamed.includes(mount))
        .map((mount) => ({
          Type: mount.type,
          ...(mount.type === 'tmpfs' ? {} : { Source: mount.source }),
          Target: mount.target,
          ReadOnly: mount.readonly,
          ...(mount.size === undefined ? {} : { TmpfsOptions: { SizeBytes: mount.size } }),
        })),
      ...(args.memory === null ? {} : { Memory: args.memory }),
      ...(args.nano_cpus === null ? {} : { NanoCpus: args.nano_cpus }),
    },
  };
}

function restartPolicy({ restart, restarts }: RunArgs): Json {
  if (restart !== undefined) return { Name: restart };
  return restarts === 0 ? { Name: 'no' } : { Name: 'on-failure', MaximumRetryCount: restarts };
}

const inside = (port: RunPort): string => `${String(port.container_port)}/${port.protocol}`;

function bindings(ports: readonly RunPort[]): Json {
  const byPort: Record<string, Json[]> = {};
  for (const port of ports)
    (byPort[inside(port)] ??= []).push({ HostIp: port.host_ip, HostPort: port.host_port === 0 ? '' : String(port.host_port) });
  return byPort;
}
