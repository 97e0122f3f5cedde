import type { VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';

type KillArgs = { readonly containers: readonly string[]; readonly signal: string };

const SIGNALS = ['KILL', 'TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'STOP', 'CONT', 'WINCH'];

export const kill: VerbSpec<KillArgs> = {
  verb: 'kill',
  spellings: [['kill'], ['container', 'kill']],
  summary: 'sends a signal to containers',
  parse(words, registry) {
    const flags = readFlags(words, { '--signal': { short: '-s', value: true } });
    const given = flags.value('--signal') ?? 'KILL';
    const signal = given.replace(/^SIG/, '');
    if (!SIGNALS.includes(signal))
      throw refusal('COMMAND_FLAG_VALUE', `--signal ${given}: there are ${SIGNALS.join(', ')}`, {
        flag: '--signal',
        part: given,
      });
    return { containers: containerNames('kill', flags.operands, registry), signal };
  },
  reversibility: () => 'REVERSIBLE',
  targets: ({ containers }) => containerTargets(containers),
  creates: () => [],
  render: ({ containers, signal }, inventory) =>
    `sends SIG${signal} to ${describeTargets(containerTargets(containers), inventory)}`,
  run: ({ containers, signal }, ids) =>
    eachContainer(containers, ids, (id) => ({
      method: 'POST',
      path: `/containers/${id}/kill`,
      query: { signal },
      answer: 'none',
      expect: [204],
    })),
};
