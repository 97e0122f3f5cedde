import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

const MAX_WAITED = 20;

type WaitArgs = { readonly containers: readonly string[] };

const targets = ({ containers }: WaitArgs) => containers.map((name) => ({ kind: 'container', name }) as const);

/** Ends with the step's deadline at the latest. */
export const wait: VerbSpec<WaitArgs> = {
  verb: 'wait',
  spellings: [['wait'], ['container', 'wait']],
  summary: 'waits until containers have ended and shows their exit codes',
  parse(words, registry) {
    const flags = readFlags(words, {});
    const containers = requireOperands('wait', flags.operands, 1, MAX_WAITED);
    return { containers: containers.map((word) => targetName('container', word, registry)) };
  },
  reversibility: () => 'READ_ONLY',
  targets,
  creates: () => [],
  render: ({ containers }) => `waits for the end of container ${containers.join(', ')}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    let output = '';
    for (const target of targets(args)) {
      const path = `/containers/${requiredId(ids, target)}/wait`;
      const { json } = yield { method: 'POST', path, answer: 'json', expect: [200] };
      output += `${String((json as { StatusCode: number }).StatusCode)}\n`;
    }
    return { exit_code: 0, output };
  },
};
