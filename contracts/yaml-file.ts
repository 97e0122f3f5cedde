/** A file of YAML that an operator wrote: read strictly, and a fault in it is told with line, path and what would be right. */
import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { refusal, type WingmanError } from '../domain/errors';

const MAX_LENGTH = 262_144;
/** Keys with which a plain object is not plain any more. */
const FORBIDDEN_KEYS: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);

type Path = readonly PropertyKey[];

/**
 * @param what names the file in messages: `policy`, `prober`.
 * @param aliases how many there may be; of our own files none
 * @throws WingmanError CONFIG_INVALID: the message names line, path and what would be right; `details` has `line` and `path`
 *         of the first fault.
 */
export function parseYamlFile<Schema extends z.ZodType>(yamlText: string, what: string, schema: Schema, { aliases = 0 }: { readonly aliases?: number } = {}): z.output<Schema> {
  if (yamlText.length > MAX_LENGTH) throw refusal('CONFIG_INVALID', `a ${what} file may have ${MAX_LENGTH} characters`);
  const invalid = (line: number, path: string, message: string, more = 0): WingmanError => toRefusal(what, line, path, message, more);
  const lines = new LineCounter();
  const document = parseDocument(yamlText, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    schema: 'core',
    merge: aliases > 0,
  });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw invalid(lines.linePos(fault.pos[0]).line, '', firstLine(fault.message));
  refuseTricks(document, lines, what, invalid, aliases > 0);
  const result = schema.safeParse(plainValue(document, aliases, what));
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => explain(issue));
  const [first] = faults;
  if (first === undefined) throw invalid(1, '', `is no ${what} file`);
  throw invalid(
    lineOf(document, lines, first.path),
    first.path.map(String).join('.'),
    first.message,
    faults.length - 1,
  );
}

/** Aliases up to a count: what they stand for may hold aliases again, and so on. */
function plainValue(document: Document, aliases: number, what: string): unknown {
  try {
    return document.toJS({ maxAliasCount: aliases });
  } catch (cause) {
    throw refusal('CONFIG_INVALID', `${what} file: ${cause instanceof Error ? firstLine(cause.message) : 'it cannot be read'}`);
  }
}

type Invalid = (line: number, path: string, message: string) => WingmanError;

/** Anchors make a file say one thing in two places, and can blow up; no file of ours needs them. */
function refuseTricks(document: Document, lines: LineCounter, what: string, invalid: Invalid, allowsAliases: boolean): void {
  visit(document, {
    Alias: (_, node) => {
      if (!allowsAliases) throw invalid(lines.linePos(node.range?.[0] ?? 0).line, '', 'uses an alias; write the value out');
    },
    Pair: (_, pair) => {
      if (!isScalar(pair.key)) throw invalid(1, '', 'uses a key that is no text');
      if (FORBIDDEN_KEYS.has(pair.key.value)) {
        throw invalid(lines.linePos(pair.key.range?.[0] ?? 0).line, String(pair.key.value), `is no key of a ${what}`);
      }
    },
  });
}

interface Fault {
  readonly path: Path;
  readonly message: string;
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: Path;
  readonly message: string;
  readonly keys?: readonly string[];
  readonly input?: unknown;
}

function explain(issue: Issue): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      path: [...issue.path, key],
      message: 'is not known here; look for a misspelling, or delete the line',
    }));
  }
  return [{ path: issue.path, message: issue.message }];
}

function toRefusal(what: string, line: number, path: string, message: string, more: number): WingmanError {
  const where = path === '' ? `line ${line}` : `line ${line}: ${path}`;
  const rest = more === 0 ? '' : ` (and ${more} more)`;
  return refusal('CONFIG_INVALID', `${what} file, ${where} ${message}${rest}`, { line, path });
}

/** Of the deepest part of the path that is in the file: what is missing has no line of its own. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(path[length - 1]),
      );
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return lines.linePos(Number(node.range[0])).line;
  }
  return 1;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, '');
}
