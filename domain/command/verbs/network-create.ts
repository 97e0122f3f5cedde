import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../../errors';
import { readFlags, type ReadFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type NetworkCreateArgs = {
  readonly name: string;
  readonly internal: boolean;
  /** Only if they were said. */
  readonly subnets?: readonly { readonly Subnet: string; readonly Gateway?: string; readonly IPRange?: string }[];
  readonly labels?: readonly string[];
  readonly attachable?: true;
  readonly ipv6?: true;
};

/** Modes of a container's network, in which a network of that name would be taken for another. */
const RESERVED = ['bridge', 'host', 'none', 'default', 'container', 'ingress'];

/** The bridge driver without options: others, and `parent=`, reach the host's own network. */
export const networkCreate: VerbSpec<NetworkCreateArgs> = {
  verb: 'network create',
  spellings: [['network', 'create']],
  summary: 'makes a bridge network; with --internal without a way out',
  parse(words, registry) {
    const flags = readFlags(words, {
      '--driver': { short: '-d', value: true }, '--internal': {}, '--subnet': { value: true, repeat: true }, '--gateway': { value: true, repeat: true }, '--ip-range': { value: true, repeat: true },
      '--label': { value: true, repeat: true }, '--attachable': {}, '--ipv6': {},
    });
    const driver = flags.value('--driver') ?? 'bridge';
    if (driver !== 'bridge') {
      throw refusal('COMMAND_FLAG_VALUE', `--driver ${driver}: only bridge is allowed`, {
        flag: '--driver',
        part: driver,
      });
    }
    const name = targetName('network', requireOperands('network create', flags.operands, 1, 1)[0], registry);
    if (RESERVED.includes(name))
      throw refusal('COMMAND_TARGET_NAME', `${name} is a word of the engine's own`, { part: name });
    const subnets = subnetsOf(flags);
    const labels = flags.values('--label');
    return {
      name,
      internal: flags.has('--internal'),
      ...(subnets.length === 0 ? {} : { subnets }),
      ...(labels.length === 0 ? {} : { labels: [...labels] }),
      ...(flags.has('--attachable') ? { attachable: true } : {}),
      ...(flags.has('--ipv6') ? { ipv6: true } : {}),
    };
  },
  unregistered({ subnets = [], labels = [], attachable, ipv6 }) {
    const says = [...subnets.map(({ Subnet }) => `addresses ${Subnet}`), ...labels.map((label) => `label ${label}`), ...(attachable === undefined ? [] : ['attachable']), ...(ipv6 === undefined ? [] : ['with IPv6'])];
    return says.map((text) => ({ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says: text, part: text }));
  },
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ name }) => [{ kind: 'network', name }],
  render: ({ name, internal, subnets = [], labels = [] }) =>
    [`makes ${internal ? 'internal ' : ''}bridge network ${name}`, ...subnets.map(({ Subnet, Gateway }) => `addresses ${Subnet}${Gateway === undefined ? '' : ` by way of ${Gateway}`}`), ...labels.map((label) => `label ${label}`)].join(', '),
  *run({ name, internal, subnets, labels, attachable, ipv6 }): Generator<EngineCall, StepResult, EngineReply> {
    const body = {
      Name: name, Driver: 'bridge', Internal: internal, CheckDuplicate: true,
      ...(subnets === undefined ? {} : { IPAM: { Driver: 'default', Config: subnets.map((one) => ({ ...one })) } }),
      ...(labels === undefined ? {} : { Labels: Object.fromEntries(labels.map((label) => [label.split('=')[0] ?? label, label.includes('=') ? label.slice(label.indexOf('=') + 1) : ''])) }),
      ...(attachable === undefined ? {} : { Attachable: true }),
      ...(ipv6 === undefined ? {} : { EnableIPv6: true }),
    };
    const { json } = yield { method: 'POST', path: '/networks/create', body, answer: 'json', expect: [201] };
    return { exit_code: 0, output: `${(json as { Id: string }).Id}\n` };
  },
};

const RANGE = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39})\/\d{1,3}$/;

/** Gateway and range belong to the subnet of the same place in the command. */
function subnetsOf(flags: ReadFlags): NonNullable<NetworkCreateArgs['subnets']> {
  const [gateways, ranges] = [flags.values('--gateway'), flags.values('--ip-range')];
  const subnets = flags.values('--subnet').flatMap((text) => text.split(','));
  const wrong = [...subnets, ...ranges].find((text) => !RANGE.test(text)) ?? gateways.find((text) => !/^[0-9a-fA-F:.]{2,39}$/.test(text));
  if (wrong !== undefined || gateways.length > subnets.length || ranges.length > subnets.length) throw refusal('COMMAND_FLAG_VALUE', `${wrong ?? '--gateway'}: it must be addresses such as 172.30.0.0/24, each gateway with its subnet`, { flag: '--subnet', part: wrong ?? '' });
  return subnets.map((Subnet, at) => ({ Subnet, ...(gateways[at] === undefined ? {} : { Gateway: gateways[at] }), ...(ranges[at] === undefined ? {} : { IPRange: ranges[at] }) }));
}
