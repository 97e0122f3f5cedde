import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { filterQuery, parseFilters } from '../output/filters';
import { formatLabels } from '../output/format-labels';
import { checkedFormat, renderListing, rowTemplate, type Column, type Row } from '../output/table';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type NetworkLsArgs = {
  readonly quiet: boolean;
  readonly no_trunc: boolean;
  readonly filters: readonly string[];
  readonly format: string | null;
};

const COLUMNS: readonly Column[] = [
  { field: 'ID', header: 'NETWORK ID' },
  { field: 'Name', header: 'NAME' },
  { field: 'Driver', header: 'DRIVER' },
  { field: 'Scope', header: 'SCOPE' },
];
const FIELDS: readonly Column[] = [
  ...COLUMNS,
  { field: 'CreatedAt', header: 'CREATED AT' },
  { field: 'IPv6', header: 'IPV6' },
  { field: 'Internal', header: 'INTERNAL' },
  { field: 'Labels', header: 'LABELS' },
];
const FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'] as const;

interface NetworkRow {
  Id: string;
  Name: string;
  Driver: string;
  Scope: string;
  Created: string;
  EnableIPv6: boolean;
  Internal: boolean;
  Labels: Readonly<Record<string, string>> | null;
}

export const networkLs: VerbSpec<NetworkLsArgs> = {
  verb: 'network ls',
  spellings: [
    ['network', 'ls'],
    ['network', 'list'],
  ],
  summary: 'lists networks',
  parse(words) {
    const flags = readFlags(words, {
      '--quiet': { short: '-q' },
      '--no-trunc': {},
      '--filter': { short: '-f', value: true, repeat: true },
      '--format': { value: true },
    });
    requireOperands('network ls', flags.operands, 0, 0);
    return {
      quiet: flags.has('--quiet'),
      no_trunc: flags.has('--no-trunc'),
      filters: parseFilters(flags.values('--filter'), FILTERS),
      format: checkedFormat(flags.value('--format'), FIELDS),
    };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: ({ filters }) => `lists networks${filters.length === 0 ? '' : ` where ${filters.join(' and ')}`}`,
  *run(args): Generator<EngineCall, StepResult, EngineReply> {
    const template = rowTemplate(args.format, FIELDS);
    const query = filterQuery(args.filters);
    const { json } = yield { method: 'GET', path: '/networks', query, answer: 'json', expect: [200] };
    const rows = (json as readonly NetworkRow[]).map((network) => toRow(network, args.no_trunc)).sort(byName);
    if (args.quiet && template === null) return { exit_code: 0, output: rows.map((row) => `${row['ID'] ?? ''}\n`).join('') };
    return { exit_code: 0, output: renderListing(template, FIELDS, COLUMNS, rows) };
  },
};

function toRow(network: NetworkRow, noTrunc: boolean): Row {
  return {
    ID: noTrunc ? network.Id : network.Id.slice(0, 12),
    Name: network.Name,
    Driver: network.Driver,
    Scope: network.Scope,
    CreatedAt: network.Created,
    IPv6: String(network.EnableIPv6),
    Internal: String(network.Internal),
    Labels: formatLabels(network.Labels),
  };
}

const byName = (a: Row, b: Row): number => ((a['Name'] ?? '') < (b['Name'] ?? '') ? -1 : 1);
