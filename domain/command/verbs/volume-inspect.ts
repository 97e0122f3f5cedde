import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { inspectCall } from '../inspect-call';
import { inspectOutput, parseInspectFormat } from '../output/inspect-output';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

const MAX_INSPECTED = 20;

type VolumeInspectArgs = { readonly volumes: readonly string[]; readonly format: string | null };

const targets = ({ volumes }: VolumeInspectArgs) => volumes.map((name) => ({ kind: 'volume', name }) as const);

export const volumeInspect: VerbSpec<VolumeInspectArgs> = {
  verb: 'volume inspect',
  spellings: [['volume', 'inspect']],
  summary: 'shows volumes in full; what is named as a secret is masked',
  parse(words, registry) {
    const flags = readFlags(words, { '--format': { short: '-f', value: true } });
    const volumes = requireOperands('volume inspect', flags.operands, 1, MAX_INSPECTED).map((word) =>
      targetName('volume', word, registry),
    );
    const format = flags.value('--format');
    return { volumes, format: format === null ? null : parseInspectFormat(format, false) };
  },
  reversibility: () => 'READ_ONLY',
  targets,
  creates: () => [],
  render: ({ volumes, format }) => `shows ${format === null ? 'all' : format} of volume ${volumes.join(', ')}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const found: unknown[] = [];
    for (const target of targets(args)) found.push((yield inspectCall('volume', requiredId(ids, target))).json);
    return inspectOutput(found, args.format);
  },
};
