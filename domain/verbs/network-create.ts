import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type NetworkCreateArgs = { readonly name: string; readonly internal: boolean };

export const networkCreate: VerbSpec<NetworkCreateArgs> = {
  verb: 'network create',
  spellings: [['network', 'create']],
  summary: 'makes a bridge network; with --internal without a way out',
  parse(words, registry) {
    const flags = readFlags(words, { '--driver': { short: '-d', value: true }, '--internal': {} });
    const driver = flags.value('--driver') ?? 'bridge';
    if (driver !== 'bridge') throw refusal('COMMAND_FLAG_VALUE', `--driver ${driver}: only bridge is allowed`, { flag: '--driver', part: driver });
    return { name: targetName('network', requireOperands('network create', flags.operands, 1, 1)[0], registry), internal: flags.has('--internal') };
  },
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ name }) => [{ kind: 'network', name }],
  render: ({ name, internal }) => `makes ${internal ? 'internal ' : ''}bridge network ${name}`,
  *run({ name, internal }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'POST', path: '/networks/create', body: { Name: name, Driver: 'bridge', Internal: internal, CheckDuplicate: true }, answer: 'json', expect: [201] };
    return { exit_code: 0, output: `${(json as { Id: string }).Id}\n` };
  },
};
