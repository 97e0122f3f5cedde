/**
 * What `--format` takes: plain text, `{{.Field.Path}}`, `{{json .Path}}`, a leading `table `, `\t` and `\n` here; whatever else Go's
 * templates know is read by go-template-parse.ts. What it can print is known from its text before anything runs.
 */
import { goTemplatePaths, notAllowed, parseGoTemplate, type Node } from './go-template-parse';
import { runGoTemplate } from './go-template-run';
import { goText } from './go-text';

export type TemplatePart = { readonly text: string } | { readonly path: readonly string[]; readonly json: boolean };

export interface Template {
  /** Columns under a line of headers. */
  readonly table: boolean;
  readonly parts: readonly TemplatePart[];
  /** In place of the parts, where there is more in it than fields. */
  readonly program?: readonly Node[];
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
    const action = source.slice(open + 2, close);
    if (!ACTION.test(action)) return { table, parts: [], program: parseGoTemplate(source) };
    parts.push(parseAction(action));
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

/** Those that start at the value itself: the fields of a row. */
export const rootPaths = (template: Template): (readonly string[])[] =>
  template.program === undefined ? templatePaths(template) : goTemplatePaths(template.program).filter(({ isRoot }) => isRoot).map(({ names }) => names);

/** The paths that a template prints. */
export function templatePaths(template: Template): (readonly string[])[] {
  if (template.program !== undefined) return goTemplatePaths(template.program).filter(({ names, isRoot }) => isRoot || names.length > 0).map(({ names }) => names);
  return template.parts.flatMap((part) => ('path' in part ? [part.path] : []));
}

/** The first path that the value does not have, as `.State.Health`; null if it has them all. */
export function missingPath(template: Template, value: unknown): string | null {
  if (template.program !== undefined) return null;
  const missing = templatePaths(template).find((path) => lookUp(value, path) === undefined);
  return missing === undefined ? null : `.${missing.join('.')}`;
}

/** One line's text, without a line break at its end. A path that the value does not have prints as `<no value>`. */
export function renderTemplate(template: Template, value: unknown): string {
  if (template.program !== undefined) return runGoTemplate(template.program, value);
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
