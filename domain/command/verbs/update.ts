import type { EngineCall, VerbSpec } from '../action';
import { containerNames } from '../container-names';
import { describeTargets } from '../describe-target';
import { containerTargets, eachContainer } from '../each-container';
import { refusal } from '../../errors';
import { readFlags, type ReadFlags } from '../read-flags';
import type { Json } from '../../text/canonical-json';
import { parseCpusFlag, parseMemoryFlag, parsePidsFlag, parseRestartFlag } from '../run/limits';
import { RUN_OPTIONS } from '../run/options';

type UpdateArgs = {
  readonly containers: readonly string[];
  readonly memory: number | null;
  readonly nano_cpus: number | null;
  /** Of run/options.ts and the policy of restarting; only if they were said. */
  readonly more?: { readonly [member: string]: Json };
  readonly says?: readonly string[];
};

/** A limit on processes is never taken away. */
export const update: VerbSpec<UpdateArgs> = {
  verb: 'update',
  spellings: [['update'], ['container', 'update']],
  summary: 'changes limits and the restart policy of containers',
  parse(words, registry) {
    const flags = readFlags(words, { '--memory': { short: '-m', value: true }, '--cpus': { value: true }, '--restart': { value: true }, '--pids-limit': { value: true }, ...OTHERS });
    const memory = flags.value('--memory');
    const cpus = flags.value('--cpus');
    const { more, says } = othersOf(flags);
    if (memory === null && cpus === null && says.length === 0)
      throw refusal('COMMAND_ARGUMENTS', 'docker update needs something to change, such as --memory or --restart', { verb: 'update' });
    return {
      containers: containerNames('update', flags.operands, registry),
      memory: memory === null ? null : parseMemoryFlag(memory),
      nano_cpus: cpus === null ? null : parseCpusFlag(cpus),
      ...(says.length === 0 ? {} : { more, says }),
    };
  },
  unregistered: ({ says = [] }) => says.map((text) => ({ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says: text, part: text })),
  reversibility: () => 'REVERSIBLE',
  targets: ({ containers }) => containerTargets(containers),
  creates: () => [],
  render: ({ containers, memory, nano_cpus, says = [] }, inventory) =>
    `sets ${describeTargets(containerTargets(containers), inventory)} to ${[memory === null ? null : `${String(memory)} bytes of memory`, nano_cpus === null ? null : `${String(nano_cpus / 1e9)} CPUs`, ...says].filter((part) => part !== null).join(' and ')}`,
  run: ({ containers, memory, nano_cpus, more = {} }, ids) =>
    eachContainer(containers, ids, (id): EngineCall => ({
      method: 'POST',
      path: `/containers/${id}/update`,
      answer: 'json',
      expect: [200],
      body: {
        ...(memory === null ? {} : { Memory: memory, MemorySwap: memory }),
        ...(nano_cpus === null ? {} : { NanoCpus: nano_cpus }),
        ...more,
      },
    })),
};

const OTHER_NAMES = ['--memory-swap', '--memory-reservation', '--cpu-shares', '--cpuset-cpus'] as const;
const OTHERS = Object.fromEntries(OTHER_NAMES.flatMap((name) => (RUN_OPTIONS[name] === undefined ? [] : [[name, RUN_OPTIONS[name]]])));

function othersOf(flags: ReadFlags): { readonly more: { readonly [member: string]: Json }; readonly says: readonly string[] } {
  const restart = flags.value('--restart');
  const pids = flags.value('--pids-limit');
  const effects = OTHER_NAMES.flatMap((name) => (flags.values(name).length === 0 ? [] : [RUN_OPTIONS[name]?.read(flags.values(name), name)]));
  return {
    more: { ...Object.assign({}, ...effects.map((effect) => effect?.host ?? {})), ...(restart === null ? {} : { RestartPolicy: restartPolicy(restart) }), ...(pids === null ? {} : { PidsLimit: parsePidsFlag(pids) }) } as { readonly [member: string]: Json },
    says: [...effects.map((effect) => effect?.says ?? ''), ...(restart === null ? [] : [`restart policy ${restart}, which the engine keeps to long after what was approved`]), ...(pids === null ? [] : [`at most ${pids} processes`])],
  };
}

function restartPolicy(text: string): Json {
  const policy = parseRestartFlag(text);
  if (typeof policy === 'string') return { Name: policy };
  return policy === 0 ? { Name: 'no' } : { Name: 'on-failure', MaximumRetryCount: policy };
}
