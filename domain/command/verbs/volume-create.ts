import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type VolumeCreateArgs = { readonly name: string };

/** The local driver without options: with them a volume can be any directory of the host. */
export const volumeCreate: VerbSpec<VolumeCreateArgs> = {
  verb: 'volume create',
  spellings: [['volume', 'create']],
  summary: 'makes a named volume',
  parse: (words, registry) => ({
    name: targetName('volume', requireOperands('volume create', readFlags(words, {}).operands, 1, 1)[0], registry),
  }),
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ name }) => [{ kind: 'volume', name }],
  render: ({ name }) => `makes volume ${name}`,
  *run({ name }): Generator<EngineCall, StepResult, EngineReply> {
    yield {
      method: 'POST',
      path: '/volumes/create',
      body: { Name: name, Driver: 'local', DriverOpts: {} },
      answer: 'json',
      expect: [201],
    };
    return { exit_code: 0, output: `${name}\n` };
  },
};
