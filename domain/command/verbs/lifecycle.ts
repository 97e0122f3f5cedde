import type { VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { parseCount } from '../require-operands';

type LifecycleArgs = {
  readonly containers: readonly string[];
  /** Seconds before the engine kills what does not stop; null is the container's own. */
  readonly time: number | null;
};

const LONGEST_STOP_SECONDS = 100;
const TIME_FLAGS = { '--time': { short: '-t', value: true }, '--timeout': { value: true } } as const;

/** stop, start and restart: the three that put a container into a state that another of them undoes. */
function lifecycle(verb: 'stop' | 'start' | 'restart', says: string, timed: boolean): VerbSpec<LifecycleArgs> {
  return {
    verb,
    spellings: [[verb], ['container', verb]],
    summary: `${says} containers`,
    parse(words, registry) {
      const flags = readFlags(words, timed ? TIME_FLAGS : {});
      // Newer clients say --timeout and still take --time.
      const [time = null, second] = [flags.value('--time'), flags.value('--timeout')].filter((given) => given !== null);
      if (second !== undefined)
        throw refusal('COMMAND_FLAG_VALUE', '--time and --timeout are the same; say one', { flag: '--timeout' });
      return {
        containers: containerNames(verb, flags.operands, registry),
        time: time === null ? null : parseCount('--time', time, 0, LONGEST_STOP_SECONDS),
      };
    },
    reversibility: () => 'REVERSIBLE',
    targets: ({ containers }) => containerTargets(containers),
    creates: () => [],
    render: ({ containers, time }, inventory) =>
      `${says} ${describeTargets(containerTargets(containers), inventory)}${time === null ? '' : `, killed after ${String(time)} s`}`,
    run: ({ containers, time }, ids) =>
      eachContainer(containers, ids, (id) => ({
        method: 'POST',
        path: `/containers/${id}/${verb}`,
        query: time === null ? {} : { t: time },
        answer: 'none',
        expect: [204, 304],
      })),
  };
}

export const stop = lifecycle('stop', 'stops', true);
export const start = lifecycle('start', 'starts', false);
export const restart = lifecycle('restart', 'restarts', true);
