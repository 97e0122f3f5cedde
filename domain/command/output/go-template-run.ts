/** What a template prints of a value, as Go's text/template does. Bounded: what an agent wrote may loop over loops. */
import { refusal } from '../../errors';
import { goText } from './go-text';
import type { Node, Pipe, Term } from './go-template-parse';

const MOST_STEPS = 200_000;
const MOST_OUTPUT = 1024 * 1024;

type Scope = Map<string, unknown>;

/** What was set inside, and not made there, is the outer variable. */
function keep(outer: Scope, inner: Scope, own: ReadonlySet<string>): void {
  for (const name of outer.keys()) if (!own.has(name)) outer.set(name, inner.get(name));
}

class Left extends Error {
  constructor(readonly how: 'break' | 'continue') {
    super(how);
  }
}

export function runGoTemplate(nodes: readonly Node[], value: unknown): string {
  let steps = 0;
  let output = '';

  const step = (): void => {
    steps += 1;
    if (steps > MOST_STEPS || output.length > MOST_OUTPUT) throw refusal('COMMAND_FLAG_VALUE', '--format prints more than anybody reads', { flag: '--format' });
  };

  function walk(list: readonly Node[], dot: unknown, outer: Scope): void {
    const scope: Scope = new Map(outer);
    /** Made in here: one of the same name outside is another one. */
    const own = new Set<string>();
    for (const node of list) {
      step();
      if (node.kind === 'text') output += node.text;
      else if (node.kind === 'block') branch(node, dot, scope);
      else if (node.kind === 'print') {
        const found = evaluate(node.pipe, dot, scope);
        if (node.pipe.sets.length === 0) output += goText(found);
        else {
          scope.set(node.pipe.sets[0] ?? '', found);
          if (node.pipe.isNew) own.add(node.pipe.sets[0] ?? '');
        }
      } else throw new Left(node.kind);
    }
    keep(outer, scope, own);
  }

  function branch({ how: kind, pipe, then, otherwise }: Extract<Node, { readonly kind: 'block' }>, dot: unknown, scope: Scope): void {
    const found = evaluate(pipe, dot, scope);
    if (kind === 'range') {
      loop(pipe, then, otherwise, found, dot, scope);
      return;
    }
    const inner: Scope = new Map(scope);
    if (pipe.sets.length > 0) inner.set(pipe.sets[0] ?? '', found);
    if (isTrue(found)) walk(then, kind === 'with' ? found : dot, inner);
    else walk(otherwise, dot, inner);
    keep(scope, inner, new Set(pipe.sets));
  }

  function loop({ sets }: Pipe, then: readonly Node[], otherwise: readonly Node[], found: unknown, dot: unknown, scope: Scope): void {
    const items = entriesOf(found);
    if (items.length === 0) walk(otherwise, dot, scope);
    for (const [key, item] of items) {
      const inner: Scope = new Map(scope);
      if (sets.length === 1) inner.set(sets[0] ?? '', item);
      if (sets.length > 1) {
        inner.set(sets[0] ?? '', key);
        inner.set(sets[1] ?? '', item);
      }
      try {
        walk(then, item, inner);
      } catch (error) {
        if (!(error instanceof Left)) throw error;
        if (error.how === 'break') return;
      }
      keep(scope, inner, new Set(sets));
    }
  }

  function evaluate(pipe: Pipe, dot: unknown, scope: Scope): unknown {
    let last: { readonly value: unknown } | null = null;
    for (const command of pipe.commands) {
      step();
      last = { value: call(command, last, dot, scope) };
    }
    return last?.value;
  }

  function call(command: readonly Term[], piped: { readonly value: unknown } | null, dot: unknown, scope: Scope): unknown {
    const [head, ...rest] = command;
    const args = [...rest.map((term) => termValue(term, dot, scope)), ...(piped === null ? [] : [piped.value])];
    if (head?.kind === 'function') return apply(head.name, args);
    // `.Label "name"` of docker's own lists.
    if (head?.kind === 'path' && head.names.at(-1) === 'Label' && args.length === 1) return labelOf(dot, goText(args[0]));
    return head === undefined ? undefined : termValue(head, dot, scope);
  }

  function termValue(term: Term, dot: unknown, scope: Scope): unknown {
    if (term.kind === 'value') return term.value;
    if (term.kind === 'function') return apply(term.name, []);
    const base = term.base === null ? dot : typeof term.base === 'string' ? (term.base === '$' ? value : scope.get(term.base)) : evaluate(term.base, dot, scope);
    return term.names.reduce<unknown>((inner, name) => (isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined), base);
  }

  walk(nodes, value, new Map());
  return output;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, at) => [at, item] as const);
  if (isRecord(value)) return Object.keys(value).sort().map((key) => [key, value[key]] as const);
  return typeof value === 'number' ? Array.from({ length: Math.min(value, 10_000) }, (_, at) => [at, at] as const) : [];
}

function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function labelOf(row: unknown, name: string): string {
  const labels = isRecord(row) ? row['Labels'] : undefined;
  if (isRecord(labels)) return goText(labels[name] ?? '');
  const found = goText(labels ?? '').split(',').find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? '' : found.slice(name.length + 1);
}

/** Functions of docker's own and those of Go. */
function apply(name: string, args: readonly unknown[]): unknown {
  const [first, second] = args;
  const compare = (test: (order: number) => boolean): boolean => test(typeof first === 'number' && typeof second === 'number' ? first - second : goText(first) < goText(second) ? -1 : goText(first) > goText(second) ? 1 : 0);
  switch (name) {
    case 'json': return JSON.stringify(first ?? null);
    case 'join': return Array.isArray(first) ? first.map(goText).join(goText(second)) : goText(first);
    case 'split': return goText(first).split(goText(second));
    case 'upper': return goText(first).toUpperCase();
    case 'lower': return goText(first).toLowerCase();
    case 'title': return goText(first).replace(/(?:^|\s)\S/g, (letter) => letter.toUpperCase());
    case 'len': return typeof first === 'string' || Array.isArray(first) ? first.length : isRecord(first) ? Object.keys(first).length : 0;
    case 'index': return args.slice(1).reduce<unknown>((inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isRecord(inner) && Object.hasOwn(inner, goText(key)) ? inner[goText(key)] : undefined), first);
    case 'slice': return Array.isArray(first) ? first.slice(Number(second ?? 0), args[2] === undefined ? undefined : Number(args[2])) : goText(first).slice(Number(second ?? 0), args[2] === undefined ? undefined : Number(args[2]));
    case 'print': return args.map(goText).join('');
    case 'println': return `${args.map(goText).join(' ')}\n`;
    case 'printf': return printf(goText(first), args.slice(1));
    case 'eq': return args.slice(1).some((other) => goText(other) === goText(first));
    case 'ne': return goText(first) !== goText(second);
    case 'lt': return compare((order) => order < 0);
    case 'le': return compare((order) => order <= 0);
    case 'gt': return compare((order) => order > 0);
    case 'ge': return compare((order) => order >= 0);
    case 'and': return args.find((arg) => !isTrue(arg)) ?? args.at(-1);
    case 'or': return args.find((arg) => isTrue(arg)) ?? args.at(-1);
    case 'not': return !isTrue(first);
    case 'truncate': return goText(first).slice(0, Number(second ?? 0));
    case 'pad': return `${' '.repeat(Math.min(100, Number(second ?? 0)))}${goText(first)}${' '.repeat(Math.min(100, Number(args[2] ?? 0)))}`;
    case 'urlquery': return encodeURIComponent(goText(first));
    default: return goText(first);
  }
}

/** `%s`, `%v`, `%d`, `%q`, `%t`, with a width and a precision. */
function printf(format: string, args: readonly unknown[]): string {
  let at = 0;
  return format.replace(/%(-?)(\d{0,3})(?:\.(\d{1,3}))?([svdqtTfx%])/g, (_, left: string, width: string, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const arg = args[at];
    at += 1;
    const plain = verb === 'q' ? JSON.stringify(goText(arg)) : verb === 'f' ? Number(arg).toFixed(Number(precision ?? 6)) : goText(arg);
    const text = precision === undefined || verb === 'f' ? plain : plain.slice(0, Number(precision));
    return left === '-' ? text.padEnd(Number(width)) : text.padStart(Number(width));
  });
}
