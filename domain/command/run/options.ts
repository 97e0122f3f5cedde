/**
 * The flags of `docker run` that no registry could hold and that keep a container in its place: each with its words for the card and what
 * the engine is told. What they say is in the plan; a person is asked for it.
 */
import { refusal } from '../../errors';
import type { Json } from '../../text/canonical-json';
import type { FlagSpec } from '../read-flags';

type Members = Readonly<Record<string, Json>>;
/** Into the body of the engine's call: beside the image, into HostConfig, into the endpoint of its network. */
export interface OptionEffect {
  readonly config?: Members;
  readonly host?: Members;
  readonly endpoint?: Members;
  readonly says: string;
}

interface RunOption extends FlagSpec {
  /** What several values of it, or one, mean. @throws WingmanError COMMAND_FLAG_VALUE */
  readonly read: (values: readonly string[], flag: string) => OptionEffect;
}

const wrong = (flag: string, value: string, why: string) => refusal('COMMAND_FLAG_VALUE', `${flag} ${value}: ${why}`, { flag, part: value });

function checked(flag: string, value: string, form: RegExp, why: string): string {
  if (!form.test(value)) throw wrong(flag, value, why);
  return value;
}

const one = (short: string | null, form: RegExp, why: string, effect: (value: string) => OptionEffect): RunOption => ({
  ...(short === null ? {} : { short }),
  value: true,
  read: ([value = ''], flag) => effect(checked(flag, value, form, why)),
});
const many = (short: string | null, form: RegExp, why: string, effect: (values: readonly string[]) => OptionEffect): RunOption => ({
  ...(short === null ? {} : { short }),
  value: true,
  repeat: true,
  read: (values, flag) => effect(values.map((value) => checked(flag, value, form, why))),
});

const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39})$/;

/** What containers have unless it is taken from them, and two that make nobody root on the host. */
const CAPABILITIES = ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT', 'IPC_LOCK', 'SYS_NICE'];

function capability(value: string, flag: string): string {
  const name = value.toUpperCase().replace(/^CAP_/, '');
  if (CAPABILITIES.includes(name)) return name;
  throw wrong(flag, value, `it gives power over the host and nobody may approve it; there are ${CAPABILITIES.join(', ')}`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
function bytes(value: string, flag: string): number {
  const match = /^(\d{1,12})([bkmg]?)b?$/i.exec(value);
  if (match === null) throw wrong(flag, value, 'it is no size, such as 512m');
  return Number(match[1]) * (UNITS[match[2]?.toLowerCase() ?? ''] ?? 1);
}

const LENGTH_NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
function nanoseconds(value: string, flag: string): number {
  const parts = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/.test(value) ? (value.match(/\d+(?:\.\d+)?(?:ns|us|ms|s|m|h)/g) ?? []) : [];
  if (parts.length === 0 && value !== '0') throw wrong(flag, value, 'it is no length, such as 30s');
  return parts.reduce((sum, part) => sum + Number.parseFloat(part) * (LENGTH_NS[part.replace(/[\d.]/g, '')] ?? 0), 0);
}

const pair = (text: string): readonly [string, string] => {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
};

const health = (member: string, read: (value: string, flag: string) => Json): RunOption => ({
  value: true,
  read: ([value = ''], flag) => ({ config: { Healthcheck: { [member]: read(value, flag) } }, says: `${flag.slice(2)} ${value}` }),
});

function ulimits(values: readonly string[], flag: string): OptionEffect {
  const read = values.map((value) => {
    const match = /^([a-z]{2,12})=(-1|\d{1,12})(?::(-1|\d{1,12}))?$/.exec(value);
    if (match?.[1] === undefined) throw wrong(flag, value, 'it must be name=soft[:hard], such as nofile=65536:65536');
    return { Name: match[1], Soft: Number(match[2]), Hard: Number(match[3] ?? match[2]) };
  });
  return { host: { Ulimits: read }, says: `limits ${values.join(', ')}` };
}

/** Of their own network namespace; any other is the host's. */
const SYSCTL = /^net\.[a-z0-9_.]+=[A-Za-z0-9 ._-]{1,100}$/;

export const RUN_OPTIONS: Readonly<Record<string, RunOption>> = {
  '--entrypoint': one(null, /^[^\0]+$/, 'it must be a program', (value) => ({ config: { Entrypoint: [value] }, says: `entry point ${JSON.stringify(value)}` })),
  '--hostname': one('-h', HOST_NAME, 'it is no host name', (value) => ({ config: { Hostname: value }, says: `host name ${value}` })),
  '--domainname': one(null, HOST_NAME, 'it is no domain', (value) => ({ config: { Domainname: value }, says: `domain ${value}` })),
  '--label': many('-l', /^[A-Za-z0-9][^=\0]{0,200}(?:=[^\0]*)?$/, 'it must be key=value', (values) => ({ config: { Labels: Object.fromEntries(values.map(pair)) }, says: `labels ${values.join(', ')}` })),
  '--expose': many(null, /^\d{1,5}(?:\/(?:tcp|udp))?$/, 'it must be a port', (values) => ({ config: { ExposedPorts: Object.fromEntries(values.map((port) => [port.includes('/') ? port : `${port}/tcp`, {}])) }, says: `exposes ${values.join(', ')}` })),
  '--stop-signal': one(null, /^(?:SIG)?[A-Z0-9]{1,8}$/, 'it is no signal', (value) => ({ config: { StopSignal: value }, says: `stop signal ${value}` })),
  '--stop-timeout': one(null, /^\d{1,4}$/, 'it must be seconds', (value) => ({ config: { StopTimeout: Number(value) }, says: `${value} s to stop` })),
  '--health-cmd': health('Test', (value) => ['CMD-SHELL', value]),
  '--health-interval': health('Interval', nanoseconds),
  '--health-timeout': health('Timeout', nanoseconds),
  '--health-start-period': health('StartPeriod', nanoseconds),
  '--health-retries': health('Retries', (value, flag) => Number(checked(flag, value, /^\d{1,4}$/, 'it must be a number'))),
  '--no-healthcheck': { read: () => ({ config: { Healthcheck: { Test: ['NONE'] } }, says: 'no health check' }) },
  '--shm-size': { value: true, read: ([value = ''], flag) => ({ host: { ShmSize: bytes(value, flag) }, says: `shared memory ${value}` }) },
  '--ulimit': { value: true, repeat: true, read: ulimits },
  '--cap-add': { value: true, repeat: true, read: (values, flag) => ({ host: { CapAdd: values.map((value) => capability(value, flag)) }, says: `capabilities added: ${values.join(', ')}` }) },
  '--sysctl': many(null, SYSCTL, 'of the kernel’s parameters only net.… are a container’s own', (values) => ({ host: { Sysctls: Object.fromEntries(values.map(pair)) }, says: `kernel parameters ${values.join(', ')}` })),
  '--dns': many(null, ADDRESS, 'it is no address', (values) => ({ host: { Dns: [...values] }, says: `names asked of ${values.join(', ')}` })),
  '--dns-search': many(null, HOST_NAME, 'it is no domain', (values) => ({ host: { DnsSearch: [...values] }, says: `search domains ${values.join(', ')}` })),
  '--dns-option': many(null, /^[a-z0-9:-]{1,40}$/, 'it is no option of a resolver', (values) => ({ host: { DnsOptions: [...values] }, says: `resolver options ${values.join(', ')}` })),
  '--add-host': many(null, /^[A-Za-z0-9][A-Za-z0-9._-]*[:=](?:host-gateway|[0-9a-fA-F:.]{2,39})$/, 'it must be name:address', (values) => ({ host: { ExtraHosts: values.map((value) => value.replace('=', ':')) }, says: `host names ${values.join(', ')}` })),
  '--group-add': many(null, /^(?:\d{1,9}|[a-z_][a-z0-9_-]{0,31})$/, 'it is no group', (values) => ({ host: { GroupAdd: [...values] }, says: `groups ${values.join(', ')}` })),
  '--memory-swap': { value: true, read: ([value = ''], flag) => ({ host: { MemorySwap: value === '-1' ? -1 : bytes(value, flag) }, says: `memory and swap ${value}` }) },
  '--memory-reservation': { value: true, read: ([value = ''], flag) => ({ host: { MemoryReservation: bytes(value, flag) }, says: `memory kept for it ${value}` }) },
  '--memory-swappiness': one(null, /^(?:-1|\d{1,3})$/, 'it must be 0 to 100', (value) => ({ host: { MemorySwappiness: Number(value) }, says: `swappiness ${value}` })),
  '--cpu-shares': one('-c', /^\d{1,7}$/, 'it must be a number', (value) => ({ host: { CpuShares: Number(value) }, says: `${value} CPU shares` })),
  '--cpuset-cpus': one(null, /^\d+(?:[-,]\d+)*$/, 'it must be CPUs, such as 0-2', (value) => ({ host: { CpusetCpus: value }, says: `CPUs ${value}` })),
  '--oom-score-adj': one(null, /^\d{1,4}$/, 'it must be 0 to 1000: less would have others killed first', (value) => ({ host: { OomScoreAdj: Number(value) }, says: `killed for memory with score ${value}` })),
  '--log-driver': one(null, /^(?:json-file|local|none)$/, 'logs stay on this host: json-file, local or none', (value) => ({ host: { LogConfig: { Type: value } }, says: `log driver ${value}` })),
  '--log-opt': many(null, /^(?:max-size|max-file|compress|mode|labels|env|tag)=[A-Za-z0-9.,{}_-]{1,60}$/, 'there are max-size, max-file, compress, mode, labels, env and tag', (values) => ({ host: { LogConfig: { Config: Object.fromEntries(values.map(pair)) } }, says: `log options ${values.join(', ')}` })),
  '--ipc': one(null, /^(?:private|shareable|none)$/, 'the host’s and another container’s are not given to it', (value) => ({ host: { IpcMode: value }, says: `IPC ${value}` })),
  '--cgroupns': one(null, /^private$/, 'it must be private', (value) => ({ host: { CgroupnsMode: value }, says: 'a cgroup namespace of its own' })),
  '--network-alias': many(null, HOST_NAME, 'it is no name', (values) => ({ endpoint: { Aliases: [...values] }, says: `also named ${values.join(', ')} in its network` })),
  '--ip': one(null, ADDRESS, 'it is no address', (value) => ({ endpoint: { IPAMConfig: { IPv4Address: value } }, says: `address ${value}` })),
  '--ip6': one(null, ADDRESS, 'it is no address', (value) => ({ endpoint: { IPAMConfig: { IPv6Address: value } }, says: `address ${value}` })),
  '--mac-address': one(null, /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/, 'it is no hardware address', (value) => ({ config: { MacAddress: value }, says: `hardware address ${value}` })),
  '--platform': one(null, /^linux(?:\/[a-z0-9]+){0,2}$/, 'it must be a platform of Linux', (value) => ({ says: `platform ${value}, which is this engine’s or fails` })),
  '--pull': one(null, /^(?:missing|never)$/, 'it must be missing or never; ask for `docker pull` to fetch a newer one', (value) => ({ says: `pulled if ${value}` })),
  '--publish-all': { short: '-P', read: () => ({ host: { PublishAllPorts: true }, says: 'every port of the image is published on every address, each on whichever port is free' }) },
  '--quiet': { short: '-q', read: () => ({ says: 'without progress' }) },
  '--sig-proxy': { read: () => ({ says: 'signals passed on' }) },
  '--attach': many('-a', /^(?:stdout|stderr)$/i, 'there is no input', (values) => ({ says: `shows ${values.join(' and ')}` })),
  '--detach-keys': one(null, /^[\w\-,@^[\]]{1,20}$/, 'they are no keys', () => ({ says: 'keys that nobody will press' })),
  '--security-opt': { value: true, repeat: true, read: securityOptions },
};

/** It is set in any case; saying it is allowed, taking it back is not. */
function securityOptions(values: readonly string[], flag: string): OptionEffect {
  const other = values.find((value) => !['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'].includes(value));
  if (other !== undefined) throw wrong(flag, other, 'it must be no-new-privileges; what takes the container’s bounds away nobody may approve');
  return { says: '' };
}

/** Flags that hand the host over, or reach beyond this engine: refused by name, with the reason. */
const POWERS = {
  '--privileged': 'hands the host over',
  '--device': 'gives it a device of the host',
  '--device-cgroup-rule': 'gives it devices of the host',
  '--device-read-bps': 'names a device of the host',
  '--device-write-bps': 'names a device of the host',
  '--gpus': 'gives it devices of the host',
  '--pid': 'lets it see and signal processes that are not its own',
  '--uts': 'lets it be the host by name',
  '--userns': 'takes the line between its users and the host’s away',
  '--cgroup-parent': 'takes it out of its bounds',
  '--runtime': 'runs it by another program than the engine’s',
  '--use-api-socket': 'gives it the way to the engine',
  '--volume-driver': 'runs a plug-in of the engine',
  '--cidfile': 'writes a file where the gateway runs',
  '--storage-opt': 'changes how the engine stores it',
  '--oom-kill-disable': 'lets it take the host’s memory with nobody to stop it',
} as const;
export const RUN_NEVER: Readonly<Record<string, FlagSpec>> = Object.fromEntries(Object.entries(POWERS).map(([flag, never]) => [flag, { never }]));
