import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../errors';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type PruneArgs = { readonly kind: 'container' | 'image' | 'network' | 'volume' };

/** Whatever is unused at the moment of the act goes: the card can only say so. `docker system prune` is all four at once, and refused. */
function prune(kind: PruneArgs['kind'], says: string): VerbSpec<PruneArgs> {
  return {
    verb: `${kind} prune`,
    spellings: [[kind, 'prune']],
    summary: says,
    parse(words) {
      const flags = readFlags(words, { '--force': { short: '-f' } });
      requireOperands(`${kind} prune`, flags.operands, 0, 0);
      if (!flags.has('--force')) throw refusal('COMMAND_ARGUMENTS', `docker ${kind} prune asks on a terminal, and there is none: say --force`, { verb: `${kind} prune` });
      return { kind };
    },
    reversibility: () => 'DESTRUCTIVE',
    targets: () => [],
    creates: () => [],
    render: () => `${says}, whichever they are when it runs`,
    *run(): Generator<EngineCall, StepResult, EngineReply> {
      const { json } = yield { method: 'POST', path: `/${kind}s/prune`, answer: 'json', expect: [200] };
      const removed = Object.entries(json as Readonly<Record<string, unknown>>).flatMap(([name, list]) => (name.endsWith('Deleted') && Array.isArray(list) ? list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) : []));
      return { exit_code: 0, output: removed.map((line) => `${line}\n`).join('') };
    },
  };
}

export const containerPrune = prune('container', 'removes all stopped containers');
export const imagePrune = prune('image', 'removes all images without a name');
export const networkPrune = prune('network', 'removes all unused networks');
export const volumePrune = prune('volume', 'removes all unused volumes and all data in them');
