/**
 * The small part of Go's templates that `--format` may use: plain text, `{{.Field.Path}}`, `{{json .Path}}`, a leading
 * `table `, and `\t` and `\n`. Functions, pipes, variables, ranges and conditions are refused when the command is parsed,
 * so that what a template can print is known from its text.
 */
import { refusal, type WingmanError } from '../../errors';

export type TemplatePart = { readonly text: string } | { readonly path: readonly string[]; readonly json: boolean };

export interface Template {
  /** Columns under a line of headers. */
  readonly table: boolean;
  readonly parts: readonly TemplatePart[];
}

const ACTION = /^\s*(?:(json)\s+)?(\.|(?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*$/;

/** @throws WingmanError COMMAND_FLAG_VALUE naming the part that is not allowed. Hostile: written by an agent. */
export function parseTemplate(format: string): Template {
  if (format === 'json') return { table: false, parts: [{ path: [], json: true }] };
  const table = format.startsWith('table ');
  const source = table ? format.slice('table '.length).trimStart() : format;
  if (source.trim() === '') throw notAllowed('an empty template');
  const parts: TemplatePart[] = [];
  let from = 0;
  for (let open = source.indexOf('{{'); open >= 0; open = source.indexOf('{{', from)) {
    const close = source.indexOf('}}', open);
    if (close < 0) throw notAllowed('a {{ without its }}');
    pushText(parts, source.slice(from, open));
    parts.push(parseAction(source.slice(open + 2, close)));
    from = close + 2;
  }
  pushText(parts, source.slice(from));
  return { table, parts };
}

function parseAction(action: string): TemplatePart {
  const match = ACTION.exec(action);
  const path = match?.[2];
  if (match === null || path === undefined) throw notAllowed(`{{${action}}}`);
  const json = match[1] !== undefined;
  if (path === '.' && !json) throw notAllowed('{{.}}');
  return { path: path === '.' ? [] : path.slice(1).split('.'), json };
}

function pushText(parts: TemplatePart[], text: string): void {
  if (text !== '') parts.push({ text: text.replaceAll('\\t', '\t').replaceAll('\\n', '\n') });
}

function notAllowed(part: string): WingmanError {
  return refusal(
    'COMMAND_FLAG_VALUE',
    `--format holds ${part}; a template may hold text, {{.Field.Path}}, {{json .Field.Path}} and a leading "table "`,
    { flag: '--format', part },
  );
}

/** The paths that a template prints. */
export function templatePaths(template: Template): (readonly string[])[] {
  return template.parts.flatMap((part) => ('path' in part ? [part.path] : []));
}

/** The first path that the value does not have, as `.State.Health`; null if it has them all. */
export function missingPath(template: Template, value: unknown): string | null {
  const missing = templatePaths(template).find((path) => lookUp(value, path) === undefined);
  return missing === undefined ? null : `.${missing.join('.')}`;
}

/** One line's text, without a line break at its end. A path that the value does not have prints as `<no value>`. */
export function renderTemplate(template: Template, value: unknown): string {
  return template.parts
    .map((part) => ('text' in part ? part.text : print(lookUp(value, part.path), part.json)))
    .join('');
}

function lookUp(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
}

function print(value: unknown, json: boolean): string {
  if (value === undefined) return json ? 'null' : '<no value>';
  return json ? JSON.stringify(value) : goText(value);
}

/** As Go's `%v` prints decoded JSON. */
function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isRecord(value)) {
    const names = Object.keys(value).sort();
    return `map[${names.map((name) => `${name}:${goText(value[name])}`).join(' ')}]`;
  }
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
