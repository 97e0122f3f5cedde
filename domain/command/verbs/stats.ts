import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { statsRow, type StatsSample } from '../output/container-stats';
import { requiredId } from '../required-id';
import { checkedFormat, renderListing, rowTemplate, type Column } from '../output/table';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type StatsArgs = {
  /** None: all that run. */
  readonly containers: readonly string[];
  readonly all: boolean;
  readonly no_trunc: boolean;
  readonly format: string | null;
  /** `--no-stream` was not said. */
  readonly stream?: true;
};

const targets = ({ containers }: StatsArgs) => containers.map((name) => ({ kind: 'container', name }) as const);

const MAX_NAMED = 20;
const COLUMNS: readonly Column[] = [
  { field: 'ID', header: 'CONTAINER ID' },
  { field: 'Name', header: 'NAME' },
  { field: 'CPUPerc', header: 'CPU %' },
  { field: 'MemUsage', header: 'MEM USAGE / LIMIT' },
  { field: 'MemPerc', header: 'MEM %' },
  { field: 'NetIO', header: 'NET I/O' },
  { field: 'BlockIO', header: 'BLOCK I/O' },
  { field: 'PIDs', header: 'PIDS' },
];
const FIELDS: readonly Column[] = [...COLUMNS, { field: 'Container', header: 'CONTAINER' }];

const sample = (id: string, whole = false): EngineCall => ({
  method: 'GET',
  path: `/containers/${id}/stats`,
  query: { stream: false, ...(whole ? {} : { 'one-shot': true }) },
  answer: 'json',
  expect: [200, 404],
});

/** One picture, said or not: the stream of `docker stats` has no end. */
export const stats: VerbSpec<StatsArgs> = {
  verb: 'stats',
  spellings: [['stats'], ['container', 'stats']],
  summary: 'shows what containers use of CPU, memory, network and disk, once',
  parse(words, registry) {
    const flags = readFlags(words, {
      '--all': { short: '-a' },
      '--no-stream': {},
      '--no-trunc': {},
      '--format': { value: true },
    });
    const containers = requireOperands('stats', flags.operands, 0, MAX_NAMED);
    return {
      containers: containers.map((word) => targetName('container', word, registry)),
      all: flags.has('--all'),
      no_trunc: flags.has('--no-trunc'),
      format: checkedFormat(flags.value('--format'), FIELDS),
      ...(flags.has('--no-stream') ? {} : { stream: true }),
    };
  },
  unregistered: ({ stream }) => (stream === undefined ? [] : [{ kind: 'following', code: 'COMMAND_ARGUMENTS', says: 'docker stats runs without end; add --no-stream', part: '--no-stream' }]),
  reversibility: () => 'READ_ONLY',
  targets,
  creates: () => [],
  render: ({ containers }) =>
    `shows what ${containers.length === 0 ? 'all running containers' : `container ${containers.join(', ')}`} use`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const template = rowTemplate(args.format, FIELDS);
    const chosen = targets(args).map((target) => requiredId(ids, target));
    const all = chosen.length > 0 ? chosen : yield* listIds(args.all);
    // Of containers that nobody named, one may be gone by now: it is left out. One that was named and is gone is a failure.
    const isGone = ({ status, json }: EngineReply): boolean => {
      if (status === 404 && chosen.length > 0) throw refusal('ENGINE_ERROR', (json as { message: string }).message, { status });
      return status === 404;
    };
    const before = new Map<string, StatsSample>();
    for (const id of all) {
      const reply = yield sample(id);
      if (!isGone(reply)) before.set(id, reply.json as StatsSample);
    }
    // The engine takes a second over a whole sample; after it one short sample of each is enough for a CPU share.
    const rows = [];
    for (const [id, first] of before) {
      const reply: EngineReply = yield sample(id, rows.length === 0);
      if (!isGone(reply)) rows.push(statsRow(args.no_trunc ? id : id.slice(0, 12), first, reply.json as StatsSample));
    }
    return {
      exit_code: 0,
      output: renderListing(template, FIELDS, COLUMNS, rows),
    };
  },
};

function* listIds(all: boolean): Generator<EngineCall, string[], EngineReply> {
  const { json } = yield { method: 'GET', path: '/containers/json', query: { all }, answer: 'json', expect: [200] };
  return (json as readonly { Id: string }[]).map(({ Id }) => Id);
}
