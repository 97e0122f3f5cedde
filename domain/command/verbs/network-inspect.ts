import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { inspectCall } from '../inspect-call';
import { inspectOutput, parseInspectFormat } from '../output/inspect-output';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

const MAX_INSPECTED = 20;

type NetworkInspectArgs = { readonly networks: readonly string[]; readonly format: string | null };

const targets = ({ networks }: NetworkInspectArgs) => networks.map((name) => ({ kind: 'network', name }) as const);

export const networkInspect: VerbSpec<NetworkInspectArgs> = {
  verb: 'network inspect',
  spellings: [['network', 'inspect']],
  summary: 'shows networks in full; what is named as a secret is masked',
  parse(words, registry) {
    const flags = readFlags(words, { '--format': { short: '-f', value: true } });
    const networks = requireOperands('network inspect', flags.operands, 1, MAX_INSPECTED).map((word) =>
      targetName('network', word, registry),
    );
    const format = flags.value('--format');
    return { networks, format: format === null ? null : parseInspectFormat(format, false) };
  },
  reversibility: () => 'READ_ONLY',
  targets,
  creates: () => [],
  render: ({ networks, format }) => `shows ${format === null ? 'all' : format} of network ${networks.join(', ')}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const found: unknown[] = [];
    for (const target of targets(args)) found.push((yield inspectCall('network', requiredId(ids, target))).json);
    return inspectOutput(found, args.format);
  },
};
