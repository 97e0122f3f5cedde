import type { EngineCall, EngineReply, StepResult, TargetRef, VerbSpec } from '../action';
import { describeTargets } from '../describe-target';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';

type NetworkRmArgs = { readonly networks: readonly string[] };

const MOST = 20;
const targets = ({ networks }: NetworkRmArgs): readonly TargetRef[] =>
  networks.map((name) => ({ kind: 'network', name }));

export const networkRm: VerbSpec<NetworkRmArgs> = {
  verb: 'network rm',
  spellings: [
    ['network', 'rm'],
    ['network', 'remove'],
  ],
  summary: 'removes networks',
  parse: (words, registry) => ({
    networks: requireOperands('network rm', readFlags(words, {}).operands, 1, MOST).map((word) =>
      targetName('network', word, registry),
    ),
  }),
  reversibility: () => 'DESTRUCTIVE',
  targets,
  creates: () => [],
  render: (args, inventory) => `removes ${describeTargets(targets(args), inventory)}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const target of targets(args)) {
      const id = requiredId(ids, target);
      yield { method: 'DELETE', path: `/networks/${id}`, answer: 'none', expect: [204] };
      output += `${target.name}\n`;
    }
    return { exit_code: 0, output };
  },
};
