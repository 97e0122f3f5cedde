import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { engineClock } from '../output/engine-clock';
import { formatDuration, formatSize } from '../output/format-amount';
import { requiredId } from '../required-id';
import { renderColumns, type Column } from '../output/table';
import { readFlags } from '../read-flags';
import { imageName } from '../read-names';
import { requireOperands } from '../require-operands';

type HistoryArgs = { readonly image: string; readonly no_trunc: boolean };

const target = ({ image }: HistoryArgs) => ({ kind: 'image', name: image }) as const;

const COLUMNS: readonly Column[] = [
  { field: 'ID', header: 'IMAGE' },
  { field: 'CreatedSince', header: 'CREATED' },
  { field: 'CreatedBy', header: 'CREATED BY' },
  { field: 'Size', header: 'SIZE' },
  { field: 'Comment', header: 'COMMENT' },
];
const COMMAND_LENGTH = 45;

interface LayerRow {
  Id: string;
  Created: number;
  CreatedBy: string;
  Size: number;
  Comment: string;
}

export const history: VerbSpec<HistoryArgs> = {
  verb: 'history',
  spellings: [['history'], ['image', 'history']],
  summary: 'shows how an image was made; values of its build are masked',
  parse(words) {
    const flags = readFlags(words, { '--no-trunc': {} });
    const [image] = requireOperands('history', flags.operands, 1, 1);
    return { image: imageName(image), no_trunc: flags.has('--no-trunc') };
  },
  reversibility: () => 'READ_ONLY',
  targets: (args) => [target(args)],
  creates: () => [],
  render: ({ image }) => `shows how image ${image} was made`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const path = `/images/${encodeURIComponent(requiredId(ids, target(args)))}/history`;
    const { json } = yield { method: 'GET', path, answer: 'json', expect: [200] };
    const now = yield* engineClock();
    const rows = (json as readonly LayerRow[]).map((layer) => ({
      ID: args.no_trunc ? layer.Id : layer.Id.replace(/^sha256:/, '').slice(0, 12),
      CreatedSince: `${formatDuration(now - layer.Created)} ago`,
      CreatedBy: shorten(maskValues(layer.CreatedBy.replaceAll('\t', ' ')), args.no_trunc),
      Size: formatSize(layer.Size),
      Comment: layer.Comment,
    }));
    return { exit_code: 0, output: renderColumns(COLUMNS, rows) };
  },
};

/** `ENV KEY=…` and the `|1 KEY=…` of build arguments are where an image's history keeps secrets. */
const maskValues = (command: string): string =>
  command.replace(/([A-Za-z_][A-Za-z0-9_]*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']\S*)/g, '$1=[REDACTED]');

const shorten = (text: string, noTrunc: boolean): string =>
  noTrunc || text.length <= COMMAND_LENGTH ? text : `${text.slice(0, COMMAND_LENGTH - 1)}…`;
