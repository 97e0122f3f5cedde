import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { filterQuery, parseFilters } from '../output/filters';
import { formatLabels } from '../output/format-labels';
import { checkedFormat, renderListing, rowTemplate, type Column, type Row } from '../output/table';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type VolumeLsArgs = {
  readonly quiet: boolean;
  readonly filters: readonly string[];
  readonly format: string | null;
};

const COLUMNS: readonly Column[] = [
  { field: 'Driver', header: 'DRIVER' },
  { field: 'Name', header: 'VOLUME NAME' },
];
const FIELDS: readonly Column[] = [
  ...COLUMNS,
  { field: 'Scope', header: 'SCOPE' },
  { field: 'Mountpoint', header: 'MOUNTPOINT' },
  { field: 'Labels', header: 'LABELS' },
];
const FILTERS = ['dangling', 'driver', 'label', 'name'] as const;

interface VolumeRow {
  Name: string;
  Driver: string;
  Scope: string;
  Mountpoint: string;
  Labels: Readonly<Record<string, string>> | null;
}

export const volumeLs: VerbSpec<VolumeLsArgs> = {
  verb: 'volume ls',
  spellings: [
    ['volume', 'ls'],
    ['volume', 'list'],
  ],
  summary: 'lists volumes',
  parse(words) {
    const flags = readFlags(words, {
      '--quiet': { short: '-q' },
      '--filter': { short: '-f', value: true, repeat: true },
      '--format': { value: true },
    });
    requireOperands('volume ls', flags.operands, 0, 0);
    return {
      quiet: flags.has('--quiet'),
      filters: parseFilters(flags.values('--filter'), FILTERS),
      format: checkedFormat(flags.value('--format'), FIELDS),
    };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: ({ filters }) => `lists volumes${filters.length === 0 ? '' : ` where ${filters.join(' and ')}`}`,
  *run(args): Generator<EngineCall, StepResult, EngineReply> {
    const template = rowTemplate(args.format, FIELDS);
    const { json } = yield {
      method: 'GET',
      path: '/volumes',
      query: filterQuery(args.filters),
      answer: 'json',
      expect: [200],
    };
    const { Volumes: volumes } = json as { Volumes: readonly VolumeRow[] | null };
    const rows = (volumes ?? []).map(toRow).sort(byName);
    if (args.quiet && template === null) return { exit_code: 0, output: rows.map((row) => `${row['Name'] ?? ''}\n`).join('') };
    return { exit_code: 0, output: renderListing(template, FIELDS, COLUMNS, rows) };
  },
};

function toRow(volume: VolumeRow): Row {
  return {
    Driver: volume.Driver,
    Name: volume.Name,
    Scope: volume.Scope,
    Mountpoint: volume.Mountpoint,
    Labels: formatLabels(volume.Labels),
  };
}

const byName = (a: Row, b: Row): number => ((a['Name'] ?? '') < (b['Name'] ?? '') ? -1 : 1);
