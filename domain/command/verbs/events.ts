import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { engineClock } from '../output/engine-clock';
import { filterQuery, parseFilters } from '../output/filters';
import { parseMoment, toUnixTime } from '../output/moment';
import { parseTemplate, renderTemplate } from '../output/format-template';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';
import { FOLLOW_SECONDS } from './logs';

type EventsArgs = { readonly since: string | null; readonly until: string | null; readonly filters: readonly string[]; readonly format: string | null };

const FILTERS = ['config', 'container', 'daemon', 'event', 'image', 'label', 'network', 'node', 'plugin', 'scope', 'type', 'volume'] as const;

interface EngineEvent {
  readonly Type?: string;
  readonly Action?: string;
  readonly time?: number;
  readonly timeNano?: number;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

export const events: VerbSpec<EventsArgs> = {
  verb: 'events',
  spellings: [['events'], ['system', 'events']],
  summary: 'shows what happened at the engine; without --until also what happens in the next seconds',
  parse(words) {
    const flags = readFlags(words, { '--since': { value: true }, '--until': { value: true }, '--filter': { short: '-f', value: true, repeat: true }, '--format': { value: true } });
    requireOperands('events', flags.operands, 0, 0);
    const [since, until, format] = [flags.value('--since'), flags.value('--until'), flags.value('--format')];
    for (const moment of [since, until]) if (moment !== null) parseMoment(moment);
    if (format !== null) parseTemplate(format);
    return { since, until, filters: parseFilters(flags.values('--filter'), FILTERS), format };
  },
  unregistered: ({ until }) => (until === null ? [{ kind: 'following', code: 'COMMAND_ARGUMENTS', says: 'docker events runs without end; add --until', part: '--until' }] : []),
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: ({ since, until, filters }) =>
    `shows what happened at the engine${since === null ? '' : ` since ${since}`}${until === null ? ` and happens in the next ${String(FOLLOW_SECONDS)} seconds` : ` until ${until}`}${filters.length === 0 ? '' : ` where ${filters.join(' and ')}`}`,
  *run({ since, until, filters, format }): Generator<EngineCall, StepResult, EngineReply> {
    const now = yield* engineClock();
    const at = (moment: string): string => toUnixTime(parseMoment(moment), now);
    const query = { ...(since === null ? {} : { since: at(since) }), ...(until === null ? {} : { until: at(until) }), ...filterQuery(filters) };
    const { json } = yield { method: 'GET', path: '/events', query, answer: 'lines', expect: [200], ...(until === null ? { seconds: FOLLOW_SECONDS } : {}) };
    const template = format === null ? null : parseTemplate(format);
    const shown = (json as readonly EngineEvent[]).map((event) => (template === null ? lineOf(event) : renderTemplate(template, event)));
    return { exit_code: 0, output: shown.map((line) => `${line}\n`).join('') };
  },
};

/** As docker prints it: `2026-01-10T00:00:00.000000000Z container start 4f… (image=redis:7, name=cache)`. */
function lineOf({ Type = '', Action = '', time = 0, timeNano = 0, Actor = {} }: EngineEvent): string {
  const nanos = String(timeNano % 1_000_000_000).padStart(9, '0');
  const attributes = Object.entries(Actor.Attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
  return `${new Date(time * 1000).toISOString().slice(0, 19)}.${nanos}Z ${Type} ${Action} ${Actor.ID ?? ''} (${attributes.join(', ')})`;
}
