import type { VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { readFlags } from '../read-flags';

type RmArgs = { readonly containers: readonly string[]; readonly force: boolean; readonly volumes: boolean };

export const rm: VerbSpec<RmArgs> = {
  verb: 'rm',
  spellings: [['rm'], ['container', 'rm'], ['container', 'remove']],
  summary: 'removes containers; with --force running ones too, with --volumes their unnamed volumes',
  parse(words, registry) {
    const flags = readFlags(words, { '--force': { short: '-f' }, '--volumes': { short: '-v' } });
    return {
      containers: containerNames('rm', flags.operands, registry),
      force: flags.has('--force'),
      volumes: flags.has('--volumes'),
    };
  },
  reversibility: () => 'DESTRUCTIVE',
  targets: ({ containers }) => containerTargets(containers),
  creates: () => [],
  render: ({ containers, force, volumes }, inventory) =>
    `removes ${describeTargets(containerTargets(containers), inventory)}${force ? ', even while running' : ''}${volumes ? ', with their unnamed volumes' : ''}`,
  run: ({ containers, force, volumes }, ids) =>
    eachContainer(containers, ids, (id) => ({
      method: 'DELETE',
      path: `/containers/${id}`,
      query: { force, v: volumes },
      answer: 'none',
      expect: [204],
    })),
};
