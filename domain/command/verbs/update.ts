import type { EngineCall, VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { parseCpusFlag, parseMemoryFlag } from '../run/limits';

type UpdateArgs = {
  readonly containers: readonly string[];
  readonly memory: number | null;
  readonly nano_cpus: number | null;
};

/** Limits alone: a restart policy would outlive what was approved, and a limit on processes is never taken away. */
export const update: VerbSpec<UpdateArgs> = {
  verb: 'update',
  spellings: [['update'], ['container', 'update']],
  summary: 'changes memory and CPU limits of containers',
  parse(words, registry) {
    const flags = readFlags(words, { '--memory': { short: '-m', value: true }, '--cpus': { value: true } });
    const memory = flags.value('--memory');
    const cpus = flags.value('--cpus');
    if (memory === null && cpus === null)
      throw refusal('COMMAND_ARGUMENTS', 'docker update needs --memory or --cpus', { verb: 'update' });
    return {
      containers: containerNames('update', flags.operands, registry),
      memory: memory === null ? null : parseMemoryFlag(memory),
      nano_cpus: cpus === null ? null : parseCpusFlag(cpus),
    };
  },
  reversibility: () => 'REVERSIBLE',
  targets: ({ containers }) => containerTargets(containers),
  creates: () => [],
  render: ({ containers, memory, nano_cpus }, inventory) =>
    `limits ${describeTargets(containerTargets(containers), inventory)} to ${[memory === null ? null : `${String(memory)} bytes of memory`, nano_cpus === null ? null : `${String(nano_cpus / 1e9)} CPUs`].filter((part) => part !== null).join(' and ')}`,
  run: ({ containers, memory, nano_cpus }, ids) =>
    eachContainer(containers, ids, (id): EngineCall => ({
      method: 'POST',
      path: `/containers/${id}/update`,
      answer: 'json',
      expect: [200],
      body: {
        ...(memory === null ? {} : { Memory: memory, MemorySwap: memory }),
        ...(nano_cpus === null ? {} : { NanoCpus: nano_cpus }),
      },
    })),
};
