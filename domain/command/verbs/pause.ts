import type { VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { readFlags } from '../read-flags';

type PauseArgs = { readonly containers: readonly string[] };

function pausing(verb: 'pause' | 'unpause', says: string): VerbSpec<PauseArgs> {
  return {
    verb,
    spellings: [[verb], ['container', verb]],
    summary: `${says} all processes of containers`,
    parse: (words, registry) => ({ containers: containerNames(verb, readFlags(words, {}).operands, registry) }),
    reversibility: () => 'REVERSIBLE',
    targets: ({ containers }) => containerTargets(containers),
    creates: () => [],
    render: ({ containers }, inventory) => `${says} ${describeTargets(containerTargets(containers), inventory)}`,
    run: ({ containers }, ids) =>
      eachContainer(containers, ids, (id) => ({
        method: 'POST',
        path: `/containers/${id}/${verb}`,
        answer: 'none',
        expect: [204],
      })),
  };
}

export const pause = pausing('pause', 'pauses');
export const unpause = pausing('unpause', 'resumes');
