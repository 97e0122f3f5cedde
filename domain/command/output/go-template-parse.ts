/** Go's text/template, as `--format` uses it: fields, variables, pipes, functions, `range`, `if`, `with`. Reading it runs nothing. */
import { refusal, type WingmanError } from '../../errors';

export type Term =
  | { readonly kind: 'path'; /** Null: the dot; else a variable, or what stands in brackets. */ readonly base: string | Pipe | null; readonly names: readonly string[] }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'function'; readonly name: string };

export interface Pipe {
  /** Variables that it sets, and whether they are new. */
  readonly sets: readonly string[];
  readonly isNew: boolean;
  /** Each is given what the one before it came to, as its last argument. */
  readonly commands: readonly (readonly Term[])[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe }
  | { readonly kind: 'block'; readonly how: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly then: readonly Node[]; readonly otherwise: readonly Node[] }
  | { readonly kind: 'break' | 'continue' };

export const FUNCTIONS = [
  'json', 'join', 'split', 'upper', 'lower', 'title', 'len', 'index', 'slice', 'print', 'printf', 'println', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'truncate', 'pad', 'table', 'html', 'js', 'urlquery',
] as const;

const TOKEN = /\s*(?:(\$\w*|\.(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?|[A-Za-z_]\w*(?![.\w])|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)')|(:=|=|\||\(|\)|,))/y;
const MOST_NESTED = 20;

export const notAllowed = (part: string): WingmanError =>
  refusal('COMMAND_FLAG_VALUE', `--format holds ${part}; a template may hold text, fields, variables, range, if, with and ${FUNCTIONS.slice(0, 12).join(', ')} and the like`, { flag: '--format', part });

/** @throws WingmanError COMMAND_FLAG_VALUE naming the part. Hostile: written by an agent. */
export function parseGoTemplate(source: string): readonly Node[] {
  const pieces = pieces_(source);
  let at = 0;

  function list(depth: number, closers: readonly string[]): { readonly nodes: readonly Node[]; readonly closer: string } {
    if (depth > MOST_NESTED) throw notAllowed('more in each other than anybody writes');
    const nodes: Node[] = [];
    while (at < pieces.length) {
      const piece = pieces[at] as Piece;
      at += 1;
      if ('text' in piece) {
        if (piece.text !== '') nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const [word = ''] = /^[a-z]+(?![\w(])/.exec(piece.action) ?? [];
      if (piece.action.startsWith('/*')) continue;
      if (word === 'end' || word === 'else') {
        if (!closers.includes(word)) throw notAllowed(`{{${piece.action}}}`);
        return { nodes, closer: piece.action };
      }
      if (word === 'if' || word === 'with' || word === 'range') nodes.push(block(word, piece.action.slice(word.length), depth));
      else if (word === 'break' || word === 'continue') nodes.push({ kind: word });
      else nodes.push({ kind: 'print', pipe: parsePipe(piece.action) });
    }
    if (closers.length > 0) throw notAllowed('a block without its {{end}}');
    return { nodes, closer: '' };
  }

  function block(kind: 'if' | 'with' | 'range', head: string, depth: number): Node {
    const pipe = parsePipe(head);
    const { nodes: then, closer } = list(depth + 1, ['end', 'else']);
    if (closer === 'end') return { kind: 'block', how: kind, pipe, then, otherwise: [] };
    const next = /^else\s+(if|with)\b(.*)$/s.exec(closer);
    // `else if` shares the `end` of the whole.
    const otherwise = next === null ? list(depth + 1, ['end']).nodes : [block(next[1] === 'with' ? 'with' : 'if', next[2] ?? '', depth + 1)];
    return { kind: 'block', how: kind, pipe, then, otherwise };
  }

  return list(0, []).nodes;
}

type Piece = { readonly text: string } | { readonly action: string };

/** `{{-` and `-}}` eat the blanks beside them. */
function pieces_(source: string): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  let trims = false;
  const text = (until: number, trimsEnd: boolean): void => {
    let part = source.slice(from, until).replaceAll('\\t', '\t').replaceAll('\\n', '\n');
    if (trims) part = part.trimStart();
    found.push({ text: trimsEnd ? part.trimEnd() : part });
  };
  for (let open = source.indexOf('{{'); open >= 0; open = source.indexOf('{{', from)) {
    const close = endOf(source, open + 2);
    const inner = source.slice(open + 2, close);
    text(open, /^-\s/.test(inner));
    found.push({ action: inner.replace(/^-(?=\s)/, '').replace(/(?<=\s)-$/, '').trim() });
    trims = /\s-$/.test(inner);
    from = close + 2;
  }
  text(source.length, false);
  return found;
}

/** The braces that close it, not those in a text. */
function endOf(source: string, from: number): number {
  const inner = /(?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[^"`])*/y;
  inner.lastIndex = from;
  const end = from + (inner.exec(source)?.[0].length ?? 0);
  if (!source.startsWith('}}', end)) throw notAllowed('a {{ without its }}');
  return end;
}

function parsePipe(text: string): Pipe {
  const tokens = tokensOf(text);
  let at = 0;

  function pipe(closing: ')' | null, depth: number): Pipe {
    if (depth > MOST_NESTED) throw notAllowed(text);
    const sets: string[] = [];
    let isNew = false;
    if (closing === null) {
      const mark = tokens.findIndex((token) => token === ':=' || token === '=');
      if (mark > 0 && tokens.slice(0, mark).every((token) => token === ',' || /^\$\w+$/.test(token))) {
        sets.push(...tokens.slice(0, mark).filter((token) => token !== ','));
        isNew = tokens[mark] === ':=';
        at = mark + 1;
      }
    }
    const commands: Term[][] = [[]];
    for (; at < tokens.length && tokens[at] !== closing; at += 1) {
      const token = tokens[at] ?? '';
      if (token === '|') commands.push([]);
      else if (token === '(') {
        at += 1;
        const inner = pipe(')', depth + 1);
        const next = tokens[at + 1] ?? '';
        const isField = /^\.[A-Za-z_]/.test(next) && text.includes(`)${next}`);
        if (isField) at += 1;
        commands.at(-1)?.push({ kind: 'path', base: inner, names: isField ? next.slice(1).split('.') : [] });
      } else commands.at(-1)?.push(toTerm(token, tokens[at + 1], text, () => (at += 1)));
    }
    if (closing !== null && tokens[at] !== closing) throw notAllowed(text);
    if (!commands.every((command, place) => isCall(command, place > 0))) throw notAllowed(`{{${text}}}`);
    return { sets, isNew, commands };
  }

  const whole = pipe(null, 0);
  if (at < tokens.length) throw notAllowed(`{{${text}}}`);
  return whole;
}

/** They take one value, no more and no less. */
const OF_ONE = ['json', 'upper', 'lower', 'title', 'len', 'not'];

/** Only a function takes arguments, and `.Label` of docker's own lists. */
function isCall([head, ...args]: readonly Term[], isPiped: boolean): boolean {
  if (head === undefined) return false;
  const given = args.length + (isPiped ? 1 : 0);
  if (head.kind === 'function') return !OF_ONE.includes(head.name) || given === 1;
  return given === 0 || (head.kind === 'path' && head.names.at(-1) === 'Label' && given === 1);
}

function toTerm(token: string, next: string | undefined, text: string, skip: () => void): Term {
  if (token.startsWith('$')) {
    // `$v.Name` is two tokens that touch.
    const isField = next !== undefined && /^\.[A-Za-z_]/.test(next) && text.includes(`${token}${next}`);
    if (isField) skip();
    return { kind: 'path', base: token, names: isField ? next.slice(1).split('.') : [] };
  }
  if (token.startsWith('.')) return { kind: 'path', base: null, names: token === '.' ? [] : token.slice(1).split('.') };
  if (token.startsWith('`')) return { kind: 'value', value: token.slice(1, -1) };
  if (token.startsWith('"')) return { kind: 'value', value: unquoted(token) };
  if (token === 'true' || token === 'false' || token === 'nil') return { kind: 'value', value: token === 'nil' ? null : token === 'true' };
  if (/^-?\d/.test(token)) return { kind: 'value', value: Number(token) };
  if ((FUNCTIONS as readonly string[]).includes(token)) return { kind: 'function', name: token };
  throw notAllowed(`the word ${token}`);
}

function unquoted(token: string): string {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : '';
  } catch {
    throw notAllowed(token);
  }
}

function tokensOf(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const token = match?.[1] ?? match?.[2];
    if (token === undefined) throw notAllowed(`{{${text}}}`);
    found.push(token);
  }
  if (found.length === 0) throw notAllowed('{{}}');
  return found;
}

/** Every path of fields in it. `isRoot`: from the whole value; else from what a block made the dot. */
export function goTemplatePaths(nodes: readonly Node[], isRoot = true): readonly { readonly names: readonly string[]; readonly isRoot: boolean }[] {
  const ofPipe = (pipe: Pipe, root: boolean): readonly { readonly names: readonly string[]; readonly isRoot: boolean }[] =>
    pipe.commands.flatMap((command) =>
      command.flatMap((term) => {
        if (term.kind !== 'path') return [];
        if (typeof term.base === 'object' && term.base !== null) return [...ofPipe(term.base, root), ...(term.names.length === 0 ? [] : [{ names: term.names, isRoot: false }])];
        return [{ names: term.names, isRoot: term.base === '$' || (term.base === null && root) }];
      }),
    );
  return nodes.flatMap((node) => {
    if (node.kind === 'print') return ofPipe(node.pipe, isRoot);
    if (node.kind !== 'block') return [];
    const inside = node.how === 'if' ? isRoot : false;
    return [...ofPipe(node.pipe, isRoot), ...goTemplatePaths(node.then, inside), ...goTemplatePaths(node.otherwise, isRoot)];
  });
}
