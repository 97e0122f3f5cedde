import type { EngineCall, EngineReply, StepResult, TargetRef, VerbSpec } from '../action';
import { describeTargets } from '../describe-target';
import { refusal } from '../../errors';
import { inspectCall } from '../inspect-call';
import { readFlags } from '../read-flags';
import { imageName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';

type RmiArgs = { readonly images: readonly string[]; readonly force: boolean };

const MOST = 20;
const targets = ({ images }: RmiArgs): readonly TargetRef[] => images.map((name) => ({ kind: 'image', name }));

export const rmi: VerbSpec<RmiArgs> = {
  verb: 'rmi',
  spellings: [['rmi'], ['image', 'rm'], ['image', 'remove']],
  summary: 'removes image names, and the images that have no other name',
  parse(words) {
    const flags = readFlags(words, { '--force': { short: '-f' } });
    return { images: requireOperands('rmi', flags.operands, 1, MOST).map(imageName), force: flags.has('--force') };
  },
  reversibility: () => 'DESTRUCTIVE',
  targets,
  creates: () => [],
  render: (args, inventory) =>
    `removes ${describeTargets(targets(args), inventory)}${args.force ? ', even if a container uses it' : ''}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const target of targets(args)) {
      yield* requireSameImage(target, requiredId(ids, target));
      // By name: by id every other name of the image would have to go with it.
      const path = `/images/${encodeURIComponent(target.name)}`;
      const { json } = yield { method: 'DELETE', path, query: { force: args.force }, answer: 'json', expect: [200] };
      for (const { Untagged, Deleted } of json as readonly { Untagged?: string; Deleted?: string }[]) {
        output += Untagged === undefined ? `Deleted: ${Deleted ?? ''}\n` : `Untagged: ${Untagged}\n`;
      }
    }
    return { exit_code: 0, output };
  },
};

/** @throws WingmanError TARGET_CHANGED if the name was given to another image since the gateway looked */
function* requireSameImage({ name }: TargetRef, id: string): Generator<EngineCall, void, EngineReply> {
  const { json } = yield inspectCall('image', name);
  if ((json as { Id?: unknown }).Id === id) return;
  throw refusal('TARGET_CHANGED', `image ${name} is another one than was approved`, { target: name });
}
