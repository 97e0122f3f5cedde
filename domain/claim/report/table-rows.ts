/** Tables: each row is said of the thing in its first cell, as the headers name it. */
import { withoutDecoration } from './markup';
import { polarityOf } from '../grammar/polarity';
import type { MarkupLine } from './markup';
import type { Statement } from './statement';

const KIND_HEADER = /^(?:docker )?(container|service|process|file|directory|folder|path|image|network|volume|port|url|endpoint|package|table|commit)(?: name)?s?$/i;
const NO_KIND = new Set(['path', 'url', 'endpoint']);
const MOST_CELLS = 12;
const UNDONE = /[❌✗✘🚫⛔⚠🚧⏳⌛🔜❓❔🔴🟡⬜☐🛑]|~~/u;

export function tableStatements(lines: readonly MarkupLine[]): readonly Statement[] {
  const [first, second, ...others] = lines.map(({ text }) => cellsOf(text));
  if (first === undefined) return [];
  const hasHeader = second?.every((cell) => /^:?-+:?$/.test(cell)) === true;
  const headers = hasHeader ? first.map(withoutDecoration) : [];
  const rows = hasHeader ? others : [first, ...(second === undefined ? [] : [second]), ...others];
  return rows.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell))).flatMap((row) => rowStatements(headers, row));
}

const cellsOf = (row: string): readonly string[] => row.replace(/^\||\|$/g, '').split('|', MOST_CELLS).map((cell) => cell.trim());

function rowStatements(headers: readonly string[], row: readonly string[]): readonly Statement[] {
  const polarity = row.some((cell) => UNDONE.test(cell)) ? 'open' : 'said';
  const [subject = '', ...values] = row.map(withoutDecoration);
  const kind = KIND_HEADER.exec(headers[0] ?? '')?.[1]?.toLowerCase() ?? '';
  const name = NO_KIND.has(kind) || kind === '' || subject.startsWith('/') ? subject : `${kind} ${subject}`;
  if (isNumbering(headers[0] ?? '', subject)) return wholeCells(headers, values, polarity);
  if (/^(?:item|what|thing|topic|area|aspect)$/i.test(headers[0] ?? '') && values.length === 1)
    return [{ text: `${subject} ${values[0] ?? ''}`, polarity }];
  const said = values.flatMap((value, at) => {
    const header = (headers[at + 1] ?? '').toLowerCase();
    const text = cellSays(name, header, value);
    return text === null ? [] : [{ text, polarity: polarity === 'open' || polarityOf(header) === 'open' ? ('open' as const) : ('said' as const) }];
  });
  return said.length > 0 ? said : subject === '' ? [] : [{ text: name, polarity }];
}

/** A column of numbers or names of steps: what is said stands in the other cells. */
const isNumbering = (header: string, cell: string): boolean => /^(?:#|no\.?|nr\.?|step|id)$/i.test(header) || /^\d{1,3}\.?$/.test(cell);

function wholeCells(headers: readonly string[], values: readonly string[], polarity: Statement['polarity']): readonly Statement[] {
  return values.flatMap((text, at) => {
    if (text === '' || /^(?:ok|yes|done|pass(?:ed)?|[-–—])$/i.test(text)) return [];
    return [{ text, polarity: polarity === 'open' || polarityOf(headers[at + 1] ?? '') === 'open' ? ('open' as const) : ('said' as const) }];
  });
}

/** One cell as a clause, null where it is empty. */
function cellSays(name: string, header: string, value: string): string | null {
  if (value === '' || /^[-–—]$/.test(value)) return null;
  if (/^(?:status|state|running|health|current state|result|condition)$/.test(header) || header === '') {
    if (/^\d{3}(?: ok)?$/i.test(value)) return `${name} returns ${value}`;
    return /^(?:yes|ok|done|pass(?:ed)?)$/i.test(value) ? `${name}: ${value}` : `${name} is ${value}`;
  }
  if (/^(?:action|change|what|operation|done)$/.test(header)) return `${value} ${name}`;
  if (/^(?:lines|rows|files|entries|replicas|restarts)(?: count)?$/.test(header)) return `${name} has ${value} ${header.split(' ')[0] ?? ''}`;
  if (/^(?:size|mode|permissions?|sha256|version|image|exit code|branch)$/.test(header)) return `the ${header} of ${name} is ${value}`;
  if (/^(?:http(?: status)?|status code|code|response)$/.test(header)) return `${name} returns ${value}`;
  if (/^(?:published |host )?ports?$/.test(header)) return `${name} publishes port ${value}`;
  return `${name} ${header}: ${value}`;
}
