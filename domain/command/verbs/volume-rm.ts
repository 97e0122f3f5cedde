import type { EngineCall, EngineReply, StepResult, TargetRef, VerbSpec } from '../action';
import { describeTargets } from '../describe-target';
import { volumeName } from '../inspect-call';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';

type VolumeRmArgs = { readonly volumes: readonly string[] };

const MOST = 20;
const targets = ({ volumes }: VolumeRmArgs): readonly TargetRef[] => volumes.map((name) => ({ kind: 'volume', name }));

export const volumeRm: VerbSpec<VolumeRmArgs> = {
  verb: 'volume rm',
  spellings: [
    ['volume', 'rm'],
    ['volume', 'remove'],
  ],
  summary: 'removes volumes and all data in them',
  parse: (words, registry) => ({
    volumes: requireOperands('volume rm', readFlags(words, {}).operands, 1, MOST).map((word) =>
      targetName('volume', word, registry),
    ),
  }),
  reversibility: () => 'DESTRUCTIVE',
  targets,
  creates: () => [],
  render: (args, inventory) => `removes ${describeTargets(targets(args), inventory)}, and all data in it`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const target of targets(args)) {
      const id = requiredId(ids, target);
      yield { method: 'DELETE', path: `/volumes/${encodeURIComponent(volumeName(id))}`, answer: 'none', expect: [204] };
      output += `${target.name}\n`;
    }
    return { exit_code: 0, output };
  },
};
