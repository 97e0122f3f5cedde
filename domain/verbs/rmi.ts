import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags } from '../read-flags';
import { imageName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';

type RmiArgs = { readonly images: readonly string[] };

export const rmi: VerbSpec<RmiArgs> = {
  verb: 'rmi',
  spellings: [['rmi'], ['image', 'rm'], ['image', 'remove']],
  summary: 'removes image names, and the images that have no other name',
  parse: (words) => ({ images: requireOperands('rmi', readFlags(words, {}).operands, 1, 20).map(imageName) }),
  reversibility: () => 'DESTRUCTIVE',
  targets: ({ images }) => images.map((name) => ({ kind: 'image', name })),
  creates: () => [],
  render: ({ images }) => `removes image ${images.join(', ')}`,
  *run({ images }, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const name of images) {
      requiredId(ids, { kind: 'image', name });
      // By name, since removing by id would take every other name of the image with it; the gateway has just compared the id.
      const { json } = yield { method: 'DELETE', path: `/images/${encodeURIComponent(name)}`, answer: 'json', expect: [200] };
      for (const { Untagged, Deleted } of json as readonly { Untagged?: string; Deleted?: string }[]) {
        output += Untagged === undefined ? `Deleted: ${Deleted ?? ''}\n` : `Untagged: ${Untagged}\n`;
      }
    }
    return { exit_code: 0, output };
  },
};
