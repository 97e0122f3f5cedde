/** What `docker stats` shows, counted from two samples of a container. */
import { formatMemory, formatSize } from './format-amount';
import type { Row } from './table';

/** The parts of `GET /containers/{id}/stats` that are read. A container that does not run has next to none of them. */
export interface StatsSample {
  readonly id?: string;
  readonly name?: string;
  readonly cpu_stats?: {
    readonly cpu_usage?: { readonly total_usage?: number };
    readonly system_cpu_usage?: number;
    readonly online_cpus?: number;
  };
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>>;
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly pids_stats?: { readonly current?: number };
}

export function statsRow(id: string, before: StatsSample, after: StatsSample): Row {
  const used = usedMemory(after);
  const limit = after.memory_stats?.limit ?? 0;
  const networks = Object.values(after.networks ?? {});
  const blocks = after.blkio_stats?.io_service_bytes_recursive ?? [];
  const moved = (operation: string): number =>
    sum(blocks.filter(({ op }) => op.toLowerCase() === operation).map(({ value }) => value));
  return {
    ID: id,
    Container: id,
    Name: (after.name ?? '--').replace(/^\//, ''),
    CPUPerc: percent(cpuShare(before, after)),
    MemUsage: `${formatMemory(used)} / ${formatMemory(limit)}`,
    MemPerc: percent(limit === 0 ? 0 : used / limit),
    NetIO: `${formatSize(sum(networks.map(({ rx_bytes }) => rx_bytes)))} / ${formatSize(sum(networks.map(({ tx_bytes }) => tx_bytes)))}`,
    BlockIO: `${formatSize(moved('read'))} / ${formatSize(moved('write'))}`,
    PIDs: String(after.pids_stats?.current ?? 0),
  };
}

/** Of one CPU: 2 is two of them fully busy. */
function cpuShare(before: StatsSample, after: StatsSample): number {
  const own = (after.cpu_stats?.cpu_usage?.total_usage ?? 0) - (before.cpu_stats?.cpu_usage?.total_usage ?? 0);
  const system = (after.cpu_stats?.system_cpu_usage ?? 0) - (before.cpu_stats?.system_cpu_usage ?? 0);
  return own > 0 && system > 0 ? (own / system) * (after.cpu_stats?.online_cpus ?? 1) : 0;
}

/** Without the page cache that can be given back: `total_inactive_file` of cgroup v1, `inactive_file` of v2. */
function usedMemory({ memory_stats: memory }: StatsSample): number {
  const usage = memory?.usage ?? 0;
  const cache = memory?.stats?.['total_inactive_file'] ?? memory?.stats?.['inactive_file'] ?? 0;
  return cache < usage ? usage - cache : usage;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
