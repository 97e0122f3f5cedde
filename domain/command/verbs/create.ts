import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import type { RunArgs } from '../run/body';
import { describeRun } from '../run/describe';
import { parseRun } from '../run/parse';
import { unregisteredRun } from '../run/unregistered-run';
import { create as createContainer, run } from './run';

export const create: VerbSpec<RunArgs> = {
  verb: 'create',
  spellings: [['create'], ['container', 'create']],
  summary: 'makes a container of an image and does not start it',
  parse: (words, registry) => ({ ...parseRun(words, registry, 'create'), detach: true }),
  unregistered: (args, registry) => [{ kind: 'option', code: 'COMMAND_UNKNOWN_VERB', says: 'it can be started later by its name alone', part: 'create' }, ...unregisteredRun(args, registry)],
  reversibility: (args) => run.reversibility(args),
  targets: (args) => run.targets(args),
  creates: (args) => run.creates(args),
  render: (args, inventory) => `makes, and does not start, ${describeRun(args, inventory)}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const id = yield* createContainer(args, ids);
    return { exit_code: 0, output: `${id}\n` };
  },
};
