import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { describeTarget } from '../describe-target';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requiredId } from '../required-id';

type RenameArgs = { readonly container: string; readonly name: string };

export const rename: VerbSpec<RenameArgs> = {
  verb: 'rename',
  spellings: [['rename'], ['container', 'rename']],
  summary: 'gives a container another name',
  parse(words, registry) {
    const [container, name, more] = readFlags(words, {}).operands;
    if (container === undefined || name === undefined || more !== undefined)
      throw refusal('COMMAND_ARGUMENTS', 'docker rename takes a container and its new name', { verb: 'rename' });
    return { container: targetName('container', container, registry), name: targetName('container', name, registry) };
  },
  reversibility: () => 'REVERSIBLE',
  targets: ({ container }) => [{ kind: 'container', name: container }],
  creates: ({ name }) => [{ kind: 'container', name }],
  render: ({ container, name }, inventory) =>
    `renames ${describeTarget({ kind: 'container', name: container }, inventory)} to ${name}`,
  *run({ container, name }, ids): Generator<EngineCall, StepResult, EngineReply> {
    const id = requiredId(ids, { kind: 'container', name: container });
    yield { method: 'POST', path: `/containers/${id}/rename`, query: { name }, answer: 'none', expect: [204] };
    return { exit_code: 0, output: '' };
  },
};
