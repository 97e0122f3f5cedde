/** Values of `docker run` that are numbers in disguise: ports, memory, CPUs, restart policy. */
import { refusal } from '../../errors';

export type RunPort = {
  readonly host_ip: '127.0.0.1' | '::1';
  readonly host_port: number;
  readonly container_port: number;
  readonly protocol: 'tcp' | 'udp';
};

const PORT = /^(?:(127\.0\.0\.1|\[::1\]):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;

/**
 * `[127.0.0.1:]host:container[/udp]`. Only loopback: a port that docker publishes on another address is open to the network
 * whatever the host's firewall says. Without an address it is 127.0.0.1, not docker's 0.0.0.0, and the card says so.
 *
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parsePublishFlag(value: string): RunPort {
  const match = PORT.exec(value);
  const [hostPort, containerPort] = [Number(match?.[2]), Number(match?.[3])];
  if (match === null || !isPort(hostPort) || !isPort(containerPort)) {
    throw refusal('COMMAND_FLAG_VALUE', `--publish ${value}: it must be [127.0.0.1:]host:container[/udp]`, {
      flag: '--publish',
      part: value,
    });
  }
  return {
    host_ip: match[1] === '[::1]' ? '::1' : '127.0.0.1',
    host_port: hostPort,
    container_port: containerPort,
    protocol: match[4] === 'udp' ? 'udp' : 'tcp',
  };
}

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

/**
 * How often a failed container is started again: 0 for `no`, else the number of `on-failure:N`, 3 if none is said. `always`
 * and `unless-stopped` outlive what was approved, and so does `on-failure` without a number.
 *
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parseRestartFlag(value: string): number {
  if (value === 'no') return 0;
  const match = /^on-failure(?::([1-9]\d?))?$/.exec(value);
  if (match === null) {
    throw refusal('COMMAND_FLAG_VALUE', `--restart ${value}: it must be no or on-failure:N, N from 1 to 99`, {
      flag: '--restart',
      part: value,
    });
  }
  return Number(match[1] ?? '3');
}
