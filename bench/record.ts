/** docs/performance.json and what docs/performance.md says of it: the figures of the last run of each row. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { growthPlot, growthTable, type Growth } from './growth-plot';
import { partsText, type Parts } from './parts';
import { machineFacts, missed, summary, table, type Reported } from './report';

export interface BenchRecord {
  readonly machine: Readonly<Record<string, string>>;
  readonly rows: readonly Reported[];
  readonly parts: Parts | null;
  readonly growth: Growth | null;
}

export const BEGIN = '<!-- bench: from here to the other mark `npm run bench -- --docs` writes -->';
export const END = '<!-- bench: end -->';

/** A row that was measured now takes the place of the one that was known; the others stay. */
export function mergeRecords(known: BenchRecord, now: BenchRecord, order: readonly string[]): BenchRecord {
  const rows = [...known.rows.filter(({ id }) => !now.rows.some((row) => row.id === id)), ...now.rows];
  return { machine: now.machine, parts: now.parts ?? known.parts, growth: now.growth ?? known.growth, rows: rows.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id)) };
}

export function readRecord(file: string): BenchRecord {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BenchRecord) : { machine: machineFacts(), rows: [], parts: null, growth: null };
}

export const writeRecord = (file: string, record: BenchRecord): void => writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);

/** @param names of all that can be measured, to say what is not here */
export function recordText({ machine, rows, parts, growth }: BenchRecord, names: readonly string[] = []): string {
  const known = [...rows.map(({ id }) => id), ...(parts === null ? [] : ['parts']), ...(growth === null ? [] : ['growth'])];
  const absent = names.filter((name) => !known.includes(name));
  return [
    Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`).join('\n'),
    summary(rows), absent.length === 0 ? '' : `Not measured yet: ${absent.join(', ')}.`, table(rows), missed(rows),
    parts === null ? '' : partsText(parts),
    growth === null ? '' : `${growthTable(growth)}\n\n![Growth](performance-growth.svg)`,
  ].filter((part) => part !== '').join('\n\n');
}

/** @throws RangeError when the page has not both marks */
export function withinMarks(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new RangeError(`docs/performance.md has to hold the line "${BEGIN}" and below it "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`;
}

export function writeDocs(root: string, now: BenchRecord, order: readonly string[]): void {
  const docs = join(root, 'docs');
  const record = mergeRecords(readRecord(join(docs, 'performance.json')), now, order);
  const page = join(docs, 'performance.md');
  const text = withinMarks(readFileSync(page, 'utf8'), recordText(record, order));
  writeRecord(join(docs, 'performance.json'), record);
  writeFileSync(page, text);
  if (record.growth !== null) writeFileSync(join(docs, 'performance-growth.svg'), growthPlot(record.growth));
}
