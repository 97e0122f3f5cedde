import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags } from '../read-flags';
import { pullableImage } from '../read-names';
import { requireOperands } from '../require-operands';

type PullArgs = { readonly image: string };

export const pull: VerbSpec<PullArgs> = {
  verb: 'pull',
  spellings: [['pull'], ['image', 'pull']],
  summary: 'fetches an allowed image by its tag or digest',
  parse: (words, registry) => ({
    image: pullableImage(requireOperands('pull', readFlags(words, {}).operands, 1, 1)[0], registry),
  }),
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ image }) => [{ kind: 'image', name: image }],
  render: ({ image }, inventory) =>
    `pulls image ${image}${inventory?.images.some(({ tags }) => tags.includes(image)) === true ? ' (there is one of that name now)' : ''}`,
  *run({ image }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield {
      method: 'POST',
      path: '/images/create',
      query: { fromImage: image },
      answer: 'lines',
      expect: [200],
    };
    const lines = (json as readonly { status?: string }[]).flatMap(({ status }) =>
      status === undefined ? [] : [status],
    );
    return {
      exit_code: 0,
      output: `${lines.filter((line) => /^(?:Digest|Status|Pulling from)/.test(line)).join('\n')}\n`,
    };
  },
};
