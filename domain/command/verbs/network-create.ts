import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type NetworkCreateArgs = { readonly name: string; readonly internal: boolean };

/** Modes of a container's network, in which a network of that name would be taken for another. */
const RESERVED = ['bridge', 'host', 'none', 'default', 'container', 'ingress'];

/** The bridge driver without options: others, and `parent=`, reach the host's own network. */
export const networkCreate: VerbSpec<NetworkCreateArgs> = {
  verb: 'network create',
  spellings: [['network', 'create']],
  summary: 'makes a bridge network; with --internal without a way out',
  parse(words, registry) {
    const flags = readFlags(words, { '--driver': { short: '-d', value: true }, '--internal': {} });
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
    return { name, internal: flags.has('--internal') };
  },
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ name }) => [{ kind: 'network', name }],
  render: ({ name, internal }) => `makes ${internal ? 'internal ' : ''}bridge network ${name}`,
  *run({ name, internal }): Generator<EngineCall, StepResult, EngineReply> {
    const body = { Name: name, Driver: 'bridge', Internal: internal, CheckDuplicate: true };
    const { json } = yield { method: 'POST', path: '/networks/create', body, answer: 'json', expect: [201] };
    return { exit_code: 0, output: `${(json as { Id: string }).Id}\n` };
  },
};
