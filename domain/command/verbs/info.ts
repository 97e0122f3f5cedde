import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { formatMemory } from '../output/format-amount';
import { inspectOutput, parseInspectFormat } from '../output/inspect-output';
import { redactInspect } from '../output/redact-inspect';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type InfoArgs = { readonly format: string | null };

interface SystemInfo {
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly DriverStatus?: readonly (readonly string[])[] | null;
  readonly LoggingDriver: string;
  readonly CgroupDriver: string;
  readonly CgroupVersion?: string;
  readonly Plugins: Readonly<Record<string, readonly string[] | null>>;
  readonly Swarm?: { readonly LocalNodeState?: string };
  readonly DefaultRuntime: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Name: string;
  readonly ID: string;
  readonly DockerRootDir: string;
  readonly HttpProxy?: string;
  readonly HttpsProxy?: string;
  readonly NoProxy?: string;
  readonly Labels?: readonly string[] | null;
  readonly LiveRestoreEnabled?: boolean;
  readonly Warnings?: readonly string[] | null;
}

export const info: VerbSpec<InfoArgs> = {
  verb: 'info',
  spellings: [['info'], ['system', 'info']],
  summary: 'shows how the engine is set up and what it holds',
  parse(words) {
    const flags = readFlags(words, { '--format': { short: '-f', value: true } });
    requireOperands('info', flags.operands, 0, 0);
    const format = flags.value('--format');
    return { format: format === null ? null : parseInspectFormat(format, false) };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: () => 'shows how the engine is set up',
  *run({ format }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'GET', path: '/info', answer: 'json', expect: [200] };
    if (format !== null) return inspectOutput([json], format);
    return { exit_code: 0, output: infoText(redactInspect(json) as SystemInfo) };
  },
};

function infoText(facts: SystemInfo): string {
  const lines = [
    'Server:',
    ` Containers: ${String(facts.Containers)}`,
    `  Running: ${String(facts.ContainersRunning)}`,
    `  Paused: ${String(facts.ContainersPaused)}`,
    `  Stopped: ${String(facts.ContainersStopped)}`,
    ` Images: ${String(facts.Images)}`,
    ` Server Version: ${facts.ServerVersion}`,
    ` Storage Driver: ${facts.Driver}`,
    ...(facts.DriverStatus ?? []).map((pair) => `  ${pair.join(': ')}`),
    ` Logging Driver: ${facts.LoggingDriver}`,
    ` Cgroup Driver: ${facts.CgroupDriver}`,
    ` Cgroup Version: ${facts.CgroupVersion ?? '1'}`,
    ' Plugins:',
    ...Object.entries(facts.Plugins).flatMap(([kind, names]) =>
      names === null ? [] : [`  ${kind}: ${names.join(' ')}`],
    ),
    ` Swarm: ${facts.Swarm?.LocalNodeState ?? 'inactive'}`,
    ` Default Runtime: ${facts.DefaultRuntime}`,
    ' Security Options:',
    ...(facts.SecurityOptions ?? []).map((option) => `  ${option}`),
    ` Kernel Version: ${facts.KernelVersion}`,
    ` Operating System: ${facts.OperatingSystem}`,
    ` OSType: ${facts.OSType}`,
    ` Architecture: ${facts.Architecture}`,
    ` CPUs: ${String(facts.NCPU)}`,
    ` Total Memory: ${formatMemory(facts.MemTotal)}`,
    ` Name: ${facts.Name}`,
    ` ID: ${facts.ID}`,
    ` Docker Root Dir: ${facts.DockerRootDir}`,
    ...optional(' HTTP Proxy', facts.HttpProxy),
    ...optional(' HTTPS Proxy', facts.HttpsProxy),
    ...optional(' No Proxy', facts.NoProxy),
    ...(facts.Labels ?? []).map((label) => ` Label: ${label}`),
    ` Live Restore Enabled: ${String(facts.LiveRestoreEnabled ?? false)}`,
    ...(facts.Warnings ?? []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const optional = (label: string, value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : [`${label}: ${value}`];
