import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { formatSize } from '../output/format-amount';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type BuilderPruneArgs = { readonly all: boolean; readonly asks?: true };

/** What it removes is made again by the next build; nothing runs from it. */
export const builderPrune: VerbSpec<BuilderPruneArgs> = {
  verb: 'builder prune',
  spellings: [['builder', 'prune'], ['buildx', 'prune']],
  summary: 'removes what builds have kept and nothing uses; with --all whatever they have kept',
  parse(words) {
    const flags = readFlags(words, { '--all': { short: '-a' }, '--force': { short: '-f' } });
    requireOperands('builder prune', flags.operands, 0, 0);
    return { all: flags.has('--all'), ...(flags.has('--force') ? {} : { asks: true }) };
  },
  unregistered: () => [{ kind: 'option', code: 'COMMAND_UNKNOWN_VERB', says: 'the next builds take longer: what they had kept is gone', part: 'builder prune' }],
  reversibility: () => 'DESTRUCTIVE',
  targets: () => [],
  creates: () => [],
  render: ({ all }) => `removes ${all ? 'all' : 'what nothing uses'} of what builds have kept`,
  *run({ all }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'POST', path: '/build/prune', query: { all }, answer: 'json', expect: [200] };
    return { exit_code: 0, output: `Total reclaimed space: ${formatSize((json as { readonly SpaceReclaimed?: number }).SpaceReclaimed ?? 0)}\n` };
  },
};
