import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type DiffArgs = { readonly container: string };

const target = ({ container }: DiffArgs) => ({ kind: 'container', name: container }) as const;
const KINDS: readonly string[] = ['C', 'A', 'D'];

export const diff: VerbSpec<DiffArgs> = {
  verb: 'diff',
  spellings: [['diff'], ['container', 'diff']],
  summary: 'lists the files that a container has changed (C), added (A) and deleted (D)',
  parse(words, registry) {
    const flags = readFlags(words, {});
    const [container] = requireOperands('diff', flags.operands, 1, 1);
    return { container: targetName('container', container, registry) };
  },
  reversibility: () => 'READ_ONLY',
  targets: (args) => [target(args)],
  creates: () => [],
  render: ({ container }) => `lists the files that container ${container} has changed`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const path = `/containers/${requiredId(ids, target(args))}/changes`;
    const { json } = yield { method: 'GET', path, answer: 'json', expect: [200] };
    const changes = (json ?? []) as readonly { Kind: number; Path: string }[];
    return { exit_code: 0, output: changes.map(({ Kind, Path }) => `${KINDS[Kind] ?? '?'} ${Path}\n`).join('') };
  },
};
