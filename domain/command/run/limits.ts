/** Values of `docker run` that are numbers in disguise: ports, memory, CPUs, restart policy. */
import { refusal } from '../../errors';
import type { Unregistered } from '../unregistered';

export type RunPort = {
  /** Loopback unless another address was written. */
  readonly host_ip: string;
  /** 0: one that is free. */
  readonly host_port: number;
  readonly container_port: number;
  readonly protocol: 'tcp' | 'udp';
};

const ADDRESS = '(?:\\d{1,3}\\.){3}\\d{1,3}|\\[[0-9a-f:]{2,39}\\]';
const PORT = new RegExp(`^(?:(?:(${ADDRESS}):)?(\\d{1,5}(?:-\\d{1,5})?)?:)?(\\d{1,5}(?:-\\d{1,5})?)(?:/(tcp|udp))?$`);
const MOST_PORTS = 100;

/**
 * `[[address:]host:]container[/udp]`, ranges too. Without an address it is 127.0.0.1, not docker's 0.0.0.0, and the card says so: a port
 * that docker publishes on another address is open to the network whatever the host's firewall says, so that one has to be written.
 *
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parsePublishFlag(value: string): readonly RunPort[] {
  const match = PORT.exec(value);
  const inside = toRange(match?.[3]);
  const outside = match?.[2] === undefined ? inside.map(() => 0) : toRange(match[2]);
  if (match === null || inside.length === 0 || inside.length !== outside.length) {
    throw refusal('COMMAND_FLAG_VALUE', `--publish ${value}: it must be [127.0.0.1:]host:container[/udp]`, {
      flag: '--publish',
      part: value,
    });
  }
  return inside.map((container_port, at) => ({
    host_ip: match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1',
    host_port: outside[at] ?? 0,
    container_port,
    protocol: match[4] === 'udp' ? 'udp' : 'tcp',
  }));
}

/** Empty: no range of ports. */
function toRange(text: string | undefined): readonly number[] {
  const [from = NaN, to = from] = (text ?? '').split('-').map(Number);
  if (!isPort(from) || !isPort(to) || to < from || to - from >= MOST_PORTS) return [];
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

export const unregisteredPorts = (ports: readonly RunPort[]): readonly Unregistered[] =>
  ports.flatMap(({ host_ip, host_port, container_port }) => {
    const part = `${host_ip}:${String(host_port)}:${String(container_port)}`;
    if (host_ip !== '127.0.0.1' && host_ip !== '::1') return [{ kind: 'option', code: 'COMMAND_FLAG_VALUE', says: `port ${String(container_port)} is published on ${host_ip}, which others than this host can reach`, part }];
    return host_port === 0 ? [{ kind: 'option', code: 'COMMAND_FLAG_VALUE', says: `port ${String(container_port)} is published on whichever port is free`, part }] : [];
  });

const isPort = (value: number): boolean => value >= 1 && value <= 65_535;

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
/** The engine refuses less. */
const LEAST_MEMORY = 6 * 1024 ** 2;
const MOST_MEMORY = 1024 ** 4;

/** `256m` in bytes. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parseMemoryFlag(value: string): number {
  const match = /^(\d{1,13})([bkmg])?$/i.exec(value);
  const bytes = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? 'b'] ?? 1);
  if (match === null || bytes < LEAST_MEMORY || bytes > MOST_MEMORY) {
    throw refusal('COMMAND_FLAG_VALUE', `--memory ${value}: it must be between 6m and 1024g`, {
      flag: '--memory',
      part: value,
    });
  }
  return bytes;
}

/** Enough for a database with many connections, too few for a fork bomb to hurt the host; fewer can be asked for. */
export const MOST_PIDS = 512;

/** @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parsePidsFlag(value: string): number {
  const pids = /^[1-9]\d{0,2}$/.test(value) ? Number(value) : Infinity;
  if (pids <= MOST_PIDS) return pids;
  throw refusal('COMMAND_FLAG_VALUE', `--pids-limit ${value}: it must be between 1 and ${String(MOST_PIDS)}`, {
    flag: '--pids-limit',
    part: value,
  });
}

/** `0.5` in billionths of a CPU, as the engine takes it. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent. */
export function parseCpusFlag(value: string): number {
  const nano = /^\d{1,3}(?:\.\d{1,3})?$/.test(value) ? Math.round(Number(value) * 1e9) : 0;
  if (nano < 1e7)
    throw refusal('COMMAND_FLAG_VALUE', `--cpus ${value}: it must be a number from 0.01 to 999`, {
      flag: '--cpus',
      part: value,
    });
  return nano;
}

export type RestartPolicy = 'always' | 'unless-stopped';

/**
 * `no`, `on-failure[:N]` (3 if none is said: without a number it is for ever), `always`, `unless-stopped`.
 *
 * @returns how often a failed container is started again, or the policy that outlives what was approved
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parseRestartFlag(value: string): number | RestartPolicy {
  if (value === 'no') return 0;
  if (value === 'always' || value === 'unless-stopped') return value;
  const match = /^on-failure(?::([1-9]\d?))?$/.exec(value);
  if (match === null) {
    throw refusal('COMMAND_FLAG_VALUE', `--restart ${value}: it must be no, on-failure:N with N from 1 to 99, always or unless-stopped`, {
      flag: '--restart',
      part: value,
    });
  }
  return Number(match[1] ?? '3');
}

export const unregisteredRestart = (restart: RestartPolicy | undefined): readonly Unregistered[] =>
  restart === undefined ? [] : [{ kind: 'option', code: 'COMMAND_FLAG_VALUE', says: `the engine starts it again for ever (${restart}), long after what was approved`, part: restart }];
