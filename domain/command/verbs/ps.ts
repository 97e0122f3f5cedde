import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { engineClock } from '../output/engine-clock';
import { filterQuery, parseFilters } from '../output/filters';
import { formatDuration, formatSize } from '../output/format-amount';
import { formatPorts, type PublishedPort } from '../output/format-ports';
import { templatePaths } from '../output/format-template';
import { formatLabels } from '../output/format-labels';
import { checkedFormat, renderListing, rowTemplate, type Column, type Row } from '../output/table';
import { formatUtc } from '../../text/utc-time';
import { readFlags } from '../read-flags';
import { parseCount, requireOperands } from '../require-operands';

type PsArgs = {
  readonly all: boolean;
  readonly quiet: boolean;
  readonly no_trunc: boolean;
  readonly size: boolean;
  /** Only the newest so many, running or not. */
  readonly last: number | null;
  readonly filters: readonly string[];
  readonly format: string | null;
};

const COLUMNS: readonly Column[] = [
  { field: 'ID', header: 'CONTAINER ID' },
  { field: 'Image', header: 'IMAGE' },
  { field: 'Command', header: 'COMMAND' },
  { field: 'RunningFor', header: 'CREATED' },
  { field: 'Status', header: 'STATUS' },
  { field: 'Ports', header: 'PORTS' },
  { field: 'Names', header: 'NAMES' },
];
const SIZE: Column = { field: 'Size', header: 'SIZE' };
const FIELDS: readonly Column[] = [
  ...COLUMNS,
  SIZE,
  { field: 'CreatedAt', header: 'CREATED AT' },
  { field: 'State', header: 'STATE' },
  { field: 'Labels', header: 'LABELS' },
  { field: 'Mounts', header: 'MOUNTS' },
  { field: 'LocalVolumes', header: 'LOCAL VOLUMES' },
  { field: 'Networks', header: 'NETWORKS' },
];
const FILTERS = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
] as const;
const COMMAND_LENGTH = 20;

interface ContainerRow {
  Id: string;
  Names: readonly string[] | null;
  Image: string;
  Command: string;
  Created: number;
  Status: string;
  State: string;
  Ports: readonly PublishedPort[] | null;
  Labels: Readonly<Record<string, string>> | null;
  Mounts: readonly { Type: string; Name?: string; Source: string; Driver?: string }[] | null;
  NetworkSettings: { Networks: Readonly<Record<string, unknown>> | null } | null;
  SizeRw?: number;
  SizeRootFs?: number;
}

export const ps: VerbSpec<PsArgs> = {
  verb: 'ps',
  spellings: [['ps'], ['container', 'ls'], ['container', 'list'], ['container', 'ps']],
  summary: 'lists containers',
  parse(words) {
    const flags = readFlags(words, {
      '--all': { short: '-a' },
      '--quiet': { short: '-q' },
      '--no-trunc': {},
      '--size': { short: '-s' },
      '--latest': { short: '-l' },
      '--last': { short: '-n', value: true },
      '--filter': { short: '-f', value: true, repeat: true },
      '--format': { value: true },
    });
    requireOperands('ps', flags.operands, 0, 0);
    const last = flags.value('--last');
    return {
      all: flags.has('--all'),
      quiet: flags.has('--quiet'),
      no_trunc: flags.has('--no-trunc'),
      size: flags.has('--size'),
      last: last !== null ? parseCount('--last', last, 1, 10_000) : flags.has('--latest') ? 1 : null,
      filters: parseFilters(flags.values('--filter'), FILTERS),
      format: checkedFormat(flags.value('--format'), FIELDS),
    };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: ({ all, last, filters }) =>
    `lists ${last === null ? (all ? 'all containers' : 'running containers') : `the ${String(last)} newest containers`}` +
    (filters.length === 0 ? '' : ` where ${filters.join(' and ')}`),
  *run(args): Generator<EngineCall, StepResult, EngineReply> {
    const template = rowTemplate(args.format, FIELDS);
    const wanted =
      template === null ? COLUMNS.map(({ field }) => field) : templatePaths(template).map((path) => path.join('.'));
    const withSize = args.size || wanted.includes('Size') || wanted.includes('');
    const query = {
      all: args.all || args.last !== null,
      ...(args.last === null ? {} : { limit: args.last }),
      ...(withSize ? { size: true } : {}),
      ...filterQuery(args.filters),
    };
    const { json } = yield { method: 'GET', path: '/containers/json', query, answer: 'json', expect: [200] };
    const containers = json as readonly ContainerRow[];
    if (args.quiet && template === null) {
      return { exit_code: 0, output: containers.map(({ Id }) => `${args.no_trunc ? Id : Id.slice(0, 12)}\n`).join('') };
    }
    const now = wanted.includes('RunningFor') || wanted.includes('') ? yield* engineClock() : 0;
    const rows = containers.map((container) => toRow(container, now, args.no_trunc));
    return { exit_code: 0, output: renderListing(template, FIELDS, args.size ? [...COLUMNS, SIZE] : COLUMNS, rows) };
  },
};

function toRow(container: ContainerRow, now: number, noTrunc: boolean): Row {
  const names = (container.Names ?? []).map((name) => name.replace(/^\//, ''));
  const mounts = (container.Mounts ?? []).map(({ Name, Source }) => Name ?? Source);
  return {
    ID: noTrunc ? container.Id : container.Id.slice(0, 12),
    Image: noTrunc ? container.Image : container.Image.replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1'),
    Command: JSON.stringify(noTrunc ? container.Command : ellipsis(container.Command, COMMAND_LENGTH)),
    RunningFor: `${formatDuration(now - container.Created)} ago`,
    CreatedAt: formatUtc(container.Created),
    Status: container.Status,
    State: container.State,
    Ports: formatPorts(container.Ports ?? []).join(', '),
    // Names of old-style links hold a second slash.
    Names: (noTrunc ? names : names.filter((name) => !name.includes('/'))).join(','),
    Size: sizeText(container),
    Labels: formatLabels(container.Labels),
    Mounts: mounts.map((mount) => (noTrunc ? mount : ellipsis(mount, 15))).join(','),
    LocalVolumes: String((container.Mounts ?? []).filter(({ Driver }) => Driver === 'local').length),
    Networks: Object.keys(container.NetworkSettings?.Networks ?? {}).join(','),
  };
}

function sizeText({ SizeRw, SizeRootFs }: ContainerRow): string {
  const own = formatSize(SizeRw ?? 0);
  return SizeRootFs === undefined || SizeRootFs === 0 ? own : `${own} (virtual ${formatSize(SizeRootFs)})`;
}

const ellipsis = (text: string, length: number): string =>
  [...text].length > length ? `${[...text].slice(0, length - 1).join('')}…` : text;
