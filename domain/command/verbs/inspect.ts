import type { EngineCall, EngineReply, StepResult, TargetKind, VerbSpec } from '../action';
import { inspectCall } from '../inspect-call';
import type { Registry } from '../registry';
import { refusal } from '../../errors';
import { inspectOutput, parseInspectFormat } from '../output/inspect-output';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { imageName, targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type InspectArgs = {
  readonly targets: readonly { readonly kind: TargetKind; readonly name: string }[];
  readonly format: string | null;
  readonly size: boolean;
};

const MAX_INSPECTED = 20;
const KINDS: readonly TargetKind[] = ['container', 'image', 'network', 'volume'];

/** `docker inspect NAME` tries every kind of thing; here a name is a container's unless it has the form of an image or `--type` says so. */
export const inspect: VerbSpec<InspectArgs> = {
  verb: 'inspect',
  spellings: [['inspect'], ['container', 'inspect']],
  summary: 'shows a container, or an image by its reference, in full; environments are masked',
  parse(words, registry) {
    const flags = readFlags(words, {
      '--format': { short: '-f', value: true },
      '--size': { short: '-s' },
      '--type': { value: true },
    });
    const type = flags.value('--type');
    const kind = KINDS.find((known) => known === type);
    if (type !== null && kind === undefined) {
      throw refusal('COMMAND_FLAG_VALUE', `--type ${type}: there are ${KINDS.join(', ')}`, {
        flag: '--type',
        part: type,
      });
    }
    const names = requireOperands('inspect', flags.operands, 1, MAX_INSPECTED);
    const targets = names.map((word) => toTarget(word, kind ?? (/[:/@]/.test(word) ? 'image' : 'container'), registry));
    const format = flags.value('--format');
    return { targets, format: format === null ? null : parseInspectFormat(format), size: flags.has('--size') };
  },
  reversibility: () => 'READ_ONLY',
  targets: ({ targets }) => targets,
  creates: () => [],
  render: ({ targets, format }) =>
    `shows ${format === null ? 'all' : format} of ${targets.map(({ kind, name }) => `${kind} ${name}`).join(', ')}, environments masked`,
  *run({ targets, format, size }, ids): Generator<EngineCall, StepResult, EngineReply> {
    const found: unknown[] = [];
    for (const target of targets) found.push((yield inspectCall(target.kind, requiredId(ids, target), size)).json);
    return inspectOutput(found, format);
  },
};

function toTarget(name: string, kind: TargetKind, registry: Registry): InspectArgs['targets'][number] {
  return { kind, name: kind === 'image' ? imageName(name) : targetName(kind, name, registry) };
}
