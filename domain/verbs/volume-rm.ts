import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';

type VolumeRmArgs = { readonly volumes: readonly string[] };

export const volumeRm: VerbSpec<VolumeRmArgs> = {
  verb: 'volume rm',
  spellings: [['volume', 'rm'], ['volume', 'remove']],
  summary: 'removes volumes and all data in them',
  parse: (words, registry) => ({ volumes: requireOperands('volume rm', readFlags(words, {}).operands, 1, 20).map((word) => targetName('volume', word, registry)) }),
  reversibility: () => 'DESTRUCTIVE',
  targets: ({ volumes }) => volumes.map((name) => ({ kind: 'volume', name })),
  creates: () => [],
  render: ({ volumes }) => `removes volume ${volumes.join(', ')} and all data in it`,
  *run({ volumes }, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const name of volumes) {
      requiredId(ids, { kind: 'volume', name });
      yield { method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}`, answer: 'none', expect: [204] };
      output += `${name}\n`;
    }
    return { exit_code: 0, output };
  },
};
