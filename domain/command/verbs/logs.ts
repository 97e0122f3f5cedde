import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { engineClock } from '../output/engine-clock';
import { inspectCall } from '../inspect-call';
import { mergeLogs } from '../output/merge-logs';
import { parseMoment, toUnixTime, type Moment } from '../output/moment';
import { requiredId } from '../required-id';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { parseCount, requireOperands } from '../require-operands';
import type { Unregistered } from '../unregistered';

type LogsArgs = {
  readonly container: string;
  /** Last lines; null is all, up to the gateway's limit of output. */
  readonly tail: number | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly timestamps: boolean;
  /** Only if it was said. */
  readonly follow?: true;
};

/** Long enough to see whether something goes on, short enough that nobody waits in vain. */
export const FOLLOW_SECONDS = 10;
const FOLLOWS: Unregistered = { kind: 'following', code: 'COMMAND_UNKNOWN_FLAG', says: '--follow has no end of its own', part: '--follow' };

const target = ({ container }: LogsArgs) => ({ kind: 'container', name: container }) as const;

export const logs: VerbSpec<LogsArgs> = {
  verb: 'logs',
  spellings: [['logs'], ['container', 'logs']],
  summary: 'shows what a container has printed; with --follow also what it prints in the next seconds',
  parse(words, registry) {
    const flags = readFlags(words, {
      '--tail': { short: '-n', value: true },
      '--since': { value: true },
      '--until': { value: true },
      '--timestamps': { short: '-t' },
      '--follow': { short: '-f' },
      '--details': {},
    });
    const [container] = requireOperands('logs', flags.operands, 1, 1);
    const tail = flags.value('--tail');
    const [since, until] = [flags.value('--since'), flags.value('--until')];
    for (const moment of [since, until]) if (moment !== null) parseMoment(moment);
    return {
      container: targetName('container', container, registry),
      tail: tail === null || tail === 'all' ? null : parseCount('--tail', tail, 0, 1_000_000),
      since,
      until,
      timestamps: flags.has('--timestamps'),
      ...(flags.has('--follow') ? { follow: true } : {}),
    };
  },
  unregistered: ({ follow }) => (follow === undefined ? [] : [FOLLOWS]),
  reversibility: () => 'READ_ONLY',
  targets: (args) => [target(args)],
  creates: () => [],
  render: ({ container, tail, since, until, follow }) =>
    `shows the logs of container ${container}` +
    (tail === null ? '' : `, last ${String(tail)} lines`) +
    (since === null ? '' : `, since ${since}`) +
    (until === null ? '' : `, until ${until}`) +
    (follow === undefined ? '' : `, and what it prints in the next ${String(FOLLOW_SECONDS)} seconds`),
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const id = requiredId(ids, target(args));
    const { json } = yield inspectCall('container', id);
    const hasTerminal = (json as { Config?: { Tty?: unknown } }).Config?.Tty === true;
    const moments = {
      since: args.since === null ? null : parseMoment(args.since),
      until: args.until === null ? null : parseMoment(args.until),
    };
    const relative = Object.values(moments).some((moment) => moment?.kind === 'ago');
    const now = relative ? yield* engineClock() : 0;
    const query = {
      stdout: true,
      stderr: true,
      tail: args.tail === null ? 'all' : String(args.tail),
      // A terminal has one stream; otherwise timestamps put the two in order again.
      timestamps: args.timestamps || !hasTerminal,
      ...time('since', moments.since, now),
      ...time('until', moments.until, now),
    };
    const path = `/containers/${id}/logs`;
    const answer = hasTerminal ? 'text' : 'multiplexed';
    const reply: EngineReply = yield args.follow === undefined ? { method: 'GET', path, query, answer, expect: [200] } : { method: 'GET', path, query: { ...query, follow: true }, answer, expect: [200], seconds: FOLLOW_SECONDS };
    const { stdout = '', stderr = '' } = reply;
    return { exit_code: 0, output: hasTerminal ? stdout : mergeLogs(stdout, stderr, args.timestamps) };
  },
};

const time = (name: 'since' | 'until', moment: Moment | null, now: number): Readonly<Record<string, string>> =>
  moment === null ? {} : { [name]: toUnixTime(moment, now) };
