import type { EngineCall, EngineReply, StepResult, TargetRef, VerbSpec } from '../action';
import { describeTargets } from '../describe-target';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import type { Registry } from '../registry';
import { requiredId } from '../required-id';
import type { Unregistered } from '../unregistered';

type ConnectArgs = { readonly network: string; readonly container: string; readonly aliases: readonly string[]; readonly ip: string | null; readonly ip6: string | null };
type DisconnectArgs = { readonly network: string; readonly container: string; readonly force: boolean };

const targets = ({ network, container }: { readonly network: string; readonly container: string }): readonly TargetRef[] => [
  { kind: 'network', name: network },
  { kind: 'container', name: container },
];

function names(verb: string, words: readonly string[], registry: Registry) {
  const [network, container, more] = words;
  if (network === undefined || container === undefined || more !== undefined) throw refusal('COMMAND_ARGUMENTS', `docker network ${verb} takes a network and a container`, { verb });
  if (network === 'host' || network === 'none') throw refusal('COMMAND_TARGET_NAME', `${network} is no network that a container joins; nobody may approve it`, { part: network });
  return { network: targetName('network', network, registry), container: targetName('container', container, registry) };
}

const unregistered = ({ network }: { readonly network: string }, { run_networks }: Registry): readonly Unregistered[] =>
  run_networks.includes(network) ? [] : [{ kind: 'network', code: 'COMMAND_UNKNOWN_VERB', says: `the network ${network} is not registered (run_networks)`, part: network }];

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39})$/;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

export const networkConnect: VerbSpec<ConnectArgs> = {
  verb: 'network connect',
  spellings: [['network', 'connect']],
  summary: 'lets a container into a network',
  parse(words, registry) {
    const flags = readFlags(words, { '--alias': { value: true, repeat: true }, '--ip': { value: true }, '--ip6': { value: true } });
    const wrong = [flags.value('--ip'), flags.value('--ip6')].find((value) => value !== null && !ADDRESS.test(value)) ?? flags.values('--alias').find((alias) => !NAME.test(alias));
    if (typeof wrong === 'string') throw refusal('COMMAND_FLAG_VALUE', `${wrong} is neither an address nor a name`, { part: wrong });
    return { ...names('connect', flags.operands, registry), aliases: [...flags.values('--alias')], ip: flags.value('--ip'), ip6: flags.value('--ip6') };
  },
  unregistered,
  reversibility: () => 'REVERSIBLE',
  targets,
  creates: () => [],
  render: (args, inventory) =>
    `lets ${describeTargets(targets(args).slice(1), inventory)} into ${describeTargets(targets(args).slice(0, 1), inventory)}${args.aliases.length === 0 ? '' : `, also named ${args.aliases.join(', ')}`}${args.ip === null ? '' : `, address ${args.ip}`}${args.ip6 === null ? '' : `, address ${args.ip6}`}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const [network, container] = targets(args).map((target) => requiredId(ids, target));
    const addresses = { ...(args.ip === null ? {} : { IPv4Address: args.ip }), ...(args.ip6 === null ? {} : { IPv6Address: args.ip6 }) };
    const body = { Container: container ?? '', EndpointConfig: { Aliases: [...args.aliases], IPAMConfig: addresses } };
    yield { method: 'POST', path: `/networks/${network ?? ''}/connect`, body, answer: 'none', expect: [200] };
    return { exit_code: 0, output: '' };
  },
};

export const networkDisconnect: VerbSpec<DisconnectArgs> = {
  verb: 'network disconnect',
  spellings: [['network', 'disconnect']],
  summary: 'takes a container out of a network',
  parse(words, registry) {
    const flags = readFlags(words, { '--force': { short: '-f' } });
    return { ...names('disconnect', flags.operands, registry), force: flags.has('--force') };
  },
  unregistered,
  reversibility: () => 'REVERSIBLE',
  targets,
  creates: () => [],
  render: (args, inventory) => `takes ${describeTargets(targets(args).slice(1), inventory)} out of ${describeTargets(targets(args).slice(0, 1), inventory)}${args.force ? ', even while it uses it' : ''}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const [network, container] = targets(args).map((target) => requiredId(ids, target));
    yield { method: 'POST', path: `/networks/${network ?? ''}/disconnect`, body: { Container: container ?? '', Force: args.force }, answer: 'none', expect: [200] };
    return { exit_code: 0, output: '' };
  },
};
