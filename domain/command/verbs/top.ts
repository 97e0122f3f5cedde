import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { requiredId } from '../required-id';
import { alignCells } from '../output/table';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type TopArgs = { readonly container: string };

const target = ({ container }: TopArgs) => ({ kind: 'container', name: container }) as const;

/** Without options of ps: the engine hands them to the host's own ps. */
export const top: VerbSpec<TopArgs> = {
  verb: 'top',
  spellings: [['top'], ['container', 'top']],
  summary: 'lists the processes of a container',
  parse(words, registry) {
    const flags = readFlags(words, {});
    const [container] = requireOperands('top', flags.operands, 1, 1);
    return { container: targetName('container', container, registry) };
  },
  reversibility: () => 'READ_ONLY',
  targets: (args) => [target(args)],
  creates: () => [],
  render: ({ container }) => `lists the processes of container ${container}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const path = `/containers/${requiredId(ids, target(args))}/top`;
    const { json } = yield { method: 'GET', path, answer: 'json', expect: [200] };
    const { Titles: titles, Processes: processes } = json as {
      Titles: readonly string[];
      Processes: readonly (readonly string[])[] | null;
    };
    return { exit_code: 0, output: alignCells([titles, ...(processes ?? [])], 20) };
  },
};
