import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';

type NetworkRmArgs = { readonly networks: readonly string[] };

export const networkRm: VerbSpec<NetworkRmArgs> = {
  verb: 'network rm',
  spellings: [['network', 'rm'], ['network', 'remove']],
  summary: 'removes networks',
  parse: (words, registry) => ({ networks: requireOperands('network rm', readFlags(words, {}).operands, 1, 20).map((word) => targetName('network', word, registry)) }),
  reversibility: () => 'DESTRUCTIVE',
  targets: ({ networks }) => networks.map((name) => ({ kind: 'network', name })),
  creates: () => [],
  render: ({ networks }) => `removes network ${networks.join(', ')}`,
  *run({ networks }, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const name of networks) {
      yield { method: 'DELETE', path: `/networks/${requiredId(ids, { kind: 'network', name })}`, answer: 'none', expect: [204] };
      output += `${name}\n`;
    }
    return { exit_code: 0, output };
  },
};
