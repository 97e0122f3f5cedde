import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { inspectCall } from '../inspect-call';
import { inspectOutput, parseInspectFormat } from '../output/inspect-output';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { imageName } from '../read-names';
import { requireOperands } from '../require-operands';

const MAX_INSPECTED = 20;

type ImageInspectArgs = { readonly images: readonly string[]; readonly format: string | null };

const targets = ({ images }: ImageInspectArgs) => images.map((name) => ({ kind: 'image', name }) as const);

export const imageInspect: VerbSpec<ImageInspectArgs> = {
  verb: 'image inspect',
  spellings: [['image', 'inspect']],
  summary: 'shows images in full; what is named as a secret is masked',
  parse(words) {
    const flags = readFlags(words, { '--format': { short: '-f', value: true } });
    const images = requireOperands('image inspect', flags.operands, 1, MAX_INSPECTED).map((word) => imageName(word));
    const format = flags.value('--format');
    return { images, format: format === null ? null : parseInspectFormat(format) };
  },
  reversibility: () => 'READ_ONLY',
  targets,
  creates: () => [],
  render: ({ images, format }) => `shows ${format === null ? 'all' : format} of image ${images.join(', ')}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const found: unknown[] = [];
    for (const target of targets(args)) found.push((yield inspectCall('image', requiredId(ids, target))).json);
    return inspectOutput(found, args.format);
  },
};
