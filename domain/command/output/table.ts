/** Rows of text for the listing verbs: docker's columns by default, or what `--format` asks for. */
import { refusal } from '../../errors';
import { parseTemplate, renderTemplate, rootPaths, type Template } from './format-template';

export interface Column {
  /** Name in a template, such as `RunningFor`. */
  readonly field: string;
  /** Headline, such as `CREATED`. */
  readonly header: string;
}

export type Row = Readonly<Record<string, string>>;

/** Widths as of docker's own tables. */
const MIN_WIDTH = 10;
const PADDING = 3;

/**
 * A template whose fields are all columns. `{{json .}}` prints them all.
 *
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parseRowTemplate(format: string, columns: readonly Column[]): Template {
  const template = parseTemplate(format);
  for (const path of rootPaths(template)) {
    const name = path.join('.');
    if (path.length > 0 && name !== 'Label' && !columns.some(({ field }) => field === name)) {
      const fields = columns.map(({ field }) => field);
      throw refusal('COMMAND_FLAG_VALUE', `--format has no field .${name}; there are ${fields.join(', ')}`, {
        flag: '--format',
        part: name,
      });
    }
    if (template.table && path.length === 0) {
      throw refusal('COMMAND_FLAG_VALUE', '--format cannot print a table of {{json .}}', {
        flag: '--format',
        part: 'json .',
      });
    }
  }
  return template;
}

/** What `--format` said, read once where the command is parsed, so that a fault of it is told before anybody approves. Null: it was not said. */
export function checkedFormat(format: string | null, columns: readonly Column[]): string | null {
  if (format !== null) parseRowTemplate(format, columns);
  return format;
}

export const rowTemplate = (format: string | null, columns: readonly Column[]): Template | null => (format === null ? null : parseRowTemplate(format, columns));

/** By the template, where one was asked for; else docker's own columns. */
export const renderListing = (template: Template | null, fields: readonly Column[], columns: readonly Column[], rows: readonly Row[]): string =>
  template === null ? renderColumns(columns, rows) : renderRows(template, fields, rows);

/** The table of these columns: a headline and a line for each row, cells aligned. */
export function renderColumns(columns: readonly Column[], rows: readonly Row[]): string {
  return alignCells([
    columns.map(({ header }) => header),
    ...rows.map((row) => columns.map(({ field }) => row[field] ?? '')),
  ]);
}

/** One line a row, or a table under the headers of its fields. */
export function renderRows(template: Template, columns: readonly Column[], rows: readonly Row[]): string {
  const lines = rows.map((row) => renderTemplate(template, row));
  if (!template.table) return lines.map((line) => `${line}\n`).join('');
  const headline = renderTemplate(template, Object.fromEntries(columns.map(({ field, header }) => [field, header])));
  return alignCells([headline, ...lines].map((line) => line.split('\t')));
}

/** Pads every cell but the last of its line to the widest of its column. */
export function alignCells(lines: readonly (readonly string[])[], minWidth = MIN_WIDTH): string {
  const widths: number[] = [];
  for (const cells of lines) {
    cells.slice(0, -1).forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? minWidth, [...cell].length + PADDING);
    });
  }
  const aligned = (cells: readonly string[]): string =>
    cells
      .map((cell, index) =>
        index === cells.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - [...cell].length),
      )
      .join('');
  return lines.map((cells) => `${aligned(cells)}\n`).join('');
}
