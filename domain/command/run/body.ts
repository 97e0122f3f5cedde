import type { Json } from '../../text/canonical-json';
import { MOST_PIDS, type RunPort } from './limits';
import type { RunMount } from './mounts';

/** `docker run`, parsed and checked against the registry. */
export type RunArgs = {
  readonly image: string;
  /** The container's argument list, verbatim; empty is the image's own command. */
  readonly argv: readonly string[];
  readonly name: string | null;
  readonly detach: boolean;
  readonly rm: boolean;
  /** Names given by the agent, values of the registry. They are part of the plan's hash: a changed value is another plan. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly RunPort[];
  readonly mounts: readonly RunMount[];
  /** `bridge` (docker's default), `none`, or a registered one. */
  readonly network: string;
  readonly memory: number | null;
  readonly nano_cpus: number | null;
  readonly restarts: number;
  readonly drop_all_capabilities: boolean;
  readonly read_only: boolean;
  readonly user: string | null;
  /** These three only if they were said: a plan that does not speak of them keeps its hash. */
  readonly workdir?: string;
  readonly pids?: number;
  readonly init?: true;
};

/** The body of `POST /containers/create`. Whatever gives a container power over its host is said to be off, not left out. */
export function createBody(args: RunArgs, networkMode: string): Json {
  return {
    Image: args.image,
    ...(args.argv.length === 0 ? {} : { Cmd: [...args.argv] }),
    ...(args.user === null ? {} : { User: args.user }),
    ...(args.workdir === undefined ? {} : { WorkingDir: args.workdir }),
    Env: args.env.map(({ name, value }) => `${name}=${value}`),
    AttachStdin: false,
    OpenStdin: false,
    Tty: false,
    ExposedPorts: Object.fromEntries(args.ports.map((port) => [inside(port), {}])),
    HostConfig: {
      AutoRemove: args.rm && args.detach,
      Privileged: false,
      CapAdd: [],
      ...(args.drop_all_capabilities ? { CapDrop: ['ALL'] } : {}),
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: args.read_only,
      NetworkMode: networkMode,
      PidMode: '',
      IpcMode: 'private',
      UsernsMode: '',
      UTSMode: '',
      Devices: [],
      PidsLimit: args.pids ?? MOST_PIDS,
      ...(args.init === true ? { Init: true } : {}),
      RestartPolicy: args.restarts === 0 ? { Name: 'no' } : { Name: 'on-failure', MaximumRetryCount: args.restarts },
      PortBindings: bindings(args.ports),
      Mounts: args.mounts.map((mount) => ({
        Type: mount.type,
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.readonly,
      })),
      ...(args.memory === null ? {} : { Memory: args.memory }),
      ...(args.nano_cpus === null ? {} : { NanoCpus: args.nano_cpus }),
    },
  };
}

const inside = (port: RunPort): string => `${String(port.container_port)}/${port.protocol}`;

function bindings(ports: readonly RunPort[]): Json {
  const byPort: Record<string, Json[]> = {};
  for (const port of ports)
    (byPort[inside(port)] ??= []).push({ HostIp: port.host_ip, HostPort: String(port.host_port) });
  return byPort;
}
