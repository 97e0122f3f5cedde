import type { EngineCall, EngineReply, ResolvedTargets, StepResult, VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { engineClock } from '../output/engine-clock';
import { mergeLogs } from '../output/merge-logs';
import { requiredId } from '../required-id';
import { parseCount } from '../require-operands';

type LifecycleArgs = {
  readonly containers: readonly string[];
  /** Seconds before the engine kills what does not stop; null is the container's own. */
  readonly time: number | null;
  /** Of `start`: wait for its end and show what it prints. */
  readonly attach?: true;
};

const LONGEST_STOP_SECONDS = 100;
const ATTACH_FLAGS = { '--attach': { short: '-a' }, '--interactive': { short: '-i' } } as const;
const TIME_FLAGS = { '--time': { short: '-t', value: true }, '--timeout': { value: true } } as const;

/** stop, start and restart: the three that put a container into a state that another of them undoes. */
function lifecycle(verb: 'stop' | 'start' | 'restart', says: string, timed: boolean): VerbSpec<LifecycleArgs> {
  return {
    verb,
    spellings: [[verb], ['container', verb]],
    summary: `${says} containers`,
    parse(words, registry) {
      const flags = readFlags(words, timed ? TIME_FLAGS : ATTACH_FLAGS);
      // Newer clients say --timeout and still take --time.
      const [time = null, second] = [flags.value('--time'), flags.value('--timeout')].filter((given) => given !== null);
      if (second !== undefined)
        throw refusal('COMMAND_FLAG_VALUE', '--time and --timeout are the same; say one', { flag: '--timeout' });
      return {
        containers: containerNames(verb, flags.operands, registry),
        time: time === null ? null : parseCount('--time', time, 0, LONGEST_STOP_SECONDS),
        ...(flags.has('--attach') || flags.has('--interactive') ? { attach: true } : {}),
      };
    },
    unregistered: ({ attach }) => (attach === undefined ? [] : [{ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says: 'waits for its end and shows what it prints, with no terminal and no input', part: '--attach' }]),
    reversibility: () => 'REVERSIBLE',
    targets: ({ containers }) => containerTargets(containers),
    creates: () => [],
    render: ({ containers, time, attach }, inventory) =>
      `${says} ${describeTargets(containerTargets(containers), inventory)}${time === null ? '' : `, killed after ${String(time)} s`}${attach === undefined ? '' : ', and waits for its end'}`,
    run: ({ containers, time, attach }, ids) =>
      attach === true ? startAttached(containers, ids) : eachContainer(containers, ids, (id) => ({
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

function* startAttached(containers: readonly string[], ids: ResolvedTargets): Generator<EngineCall, StepResult, EngineReply> {
  let output = '';
  let exit_code = 0;
  for (const target of containerTargets(containers)) {
    const id = requiredId(ids, target);
    const since = String(yield* engineClock());
    yield { method: 'POST', path: `/containers/${id}/start`, answer: 'none', expect: [204, 304] };
    const { json } = yield { method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] };
    const { stdout = '', stderr = '' } = yield { method: 'GET', path: `/containers/${id}/logs`, query: { stdout: true, stderr: true, timestamps: true, since }, answer: 'multiplexed', expect: [200] };
    exit_code = (json as { StatusCode: number }).StatusCode;
    output += mergeLogs(stdout, stderr, false);
  }
  return { exit_code, output };
}
