import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { allowedImage } from '../read-names';
import { requireOperands } from '../require-operands';

type BuildArgs = {
  /** `name:tag` of the image to be. */
  readonly image: string;
  /** Name of a registered build context. */
  readonly context: string;
  readonly dockerfile: string;
};

/** The classic builder: the other one needs a session that reaches back to the client. RUN steps have no network. */
export const build: VerbSpec<BuildArgs> = {
  verb: 'build',
  spellings: [['build'], ['image', 'build']],
  summary: 'builds an allowed image from a registered build context',
  parse(words, registry) {
    const flags = readFlags(words, { '--tag': { short: '-t', value: true } });
    const [context] = requireOperands('build', flags.operands, 1, 1);
    const image = flags.value('--tag');
    if (image === null) throw refusal('COMMAND_ARGUMENTS', 'docker build needs -t image:tag', { flag: '--tag' });
    if (image.includes('@')) {
      throw refusal('COMMAND_ARGUMENTS', 'docker build -t takes a name and a tag; the digest of an image is known only when it is built', { flag: '--tag', part: image });
    }
    const registered = Object.hasOwn(registry.build_contexts, context) ? registry.build_contexts[context] : undefined;
    if (registered === undefined) {
      throw refusal('COMMAND_ARGUMENTS', `the build context ${context} is not registered (build_contexts)`, {
        part: context,
      });
    }
    return { image: allowedImage(image, registry), context, dockerfile: registered.dockerfile };
  },
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ image }) => [{ kind: 'image', name: image }],
  render({ image, context, dockerfile }, inventory) {
    const replaces = inventory?.images.some(({ tags }) => tags.includes(image)) === true;
    return `builds image ${image} from the registered context ${context} (${dockerfile})${replaces ? ', in the place of the image of that name' : ''}`;
  },
  *run({ image, context, dockerfile }): Generator<EngineCall, StepResult, EngineReply> {
    const reply = yield {
      method: 'POST',
      path: '/build',
      query: { t: image, dockerfile, networkmode: 'none', rm: true, forcerm: true, version: '1' },
      answer: 'lines',
      expect: [200],
      context: { name: context, dockerfile },
    };
    const lines = reply.json as readonly { readonly stream?: unknown; readonly status?: unknown }[];
    return { exit_code: 0, output: lines.map(lineText).join('') };
  },
};

/** `stream` is the builder's own text; `status` comes while the base image is pulled. */
function lineText({ stream, status }: { readonly stream?: unknown; readonly status?: unknown }): string {
  if (typeof stream === 'string') return stream;
  return typeof status === 'string' ? `${status}\n` : '';
}
