/**
 * A shell line as the simple commands in it, those inside substitutions, subshells and here-documents too. It finds words as
 * sh, bash and zsh do and runs nothing; what only a running shell knows is a hole in a word. Hostile: written by an agent.
 * It is for telling what a line is about, never for running anything: `domain/command/tokenize.ts` decides on that.
 */
import { decodeAnsiQuoted } from './ansi-quoted';

/** Literal text, and `null` where only the shell knows what will stand: variables, substitutions, patterns, braces. */
export type ShellWord = readonly (string | null)[];

export interface ShellCommand {
  /** `NAME=value` before the program. */
  readonly assignments: readonly ShellWord[];
  readonly words: readonly ShellWord[];
  /** Files that it is connected to. */
  readonly redirected: readonly ShellWord[];
  /** Here-strings and here-documents: what it is given to read. */
  readonly input: readonly ShellWord[];
}

export interface ShellLine {
  readonly commands: readonly ShellCommand[];
  /** False: something is not closed, or was not understood; then nothing here is sure. */
  readonly isClear: boolean;
}

interface Draft {
  assignments: ShellWord[];
  words: ShellWord[];
  redirected: ShellWord[];
  input: ShellWord[];
}

interface HereDocument {
  readonly end: string;
  readonly expands: boolean;
  readonly stripsTabs: boolean;
  readonly into: Draft;
}

/** They are words where they stand alone, and make patterns or lists inside others. */
const ALONE = /^(?:\[\[?|\]\]?|[{}])(?=[\s;&|<>()]|$)/;
/** What is redirected: no word. */
const DESCRIPTOR = /^(?:\d{1,9}|\{\w+\})(?=[<>])/;
/** Words that begin or end a compound command; what follows them is a command again. */
const KEYWORDS = new Set(['if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'while', 'until', '!', '{', '}', 'esac', 'time', 'coproc']);
const MOST_NESTED = 20;
const LITERAL = /[^\s'"\\`$();&|<>*?[\]{}~#!]+/y;

export function splitShell(text: string): ShellLine {
  const commands: ShellCommand[] = [];
  let isClear = true;

  function list(source: string, from: number, closing: ')' | null, depth: number): number {
    let at = from;
    let draft = fresh();
    const pending: HereDocument[] = [];
    /** Open `case`s: a bracket that closes ends a pattern there, and nothing else. */
    let cases = 0;
    let next: 'word' | 'file' | 'input' | 'name' = 'word';

    const end = (): void => {
      if (draft.assignments.length + draft.words.length + draft.redirected.length + draft.input.length > 0) commands.push(draft);
      draft = fresh();
      next = 'word';
    };
    const add = (word: ShellWord): void => {
      const [first] = word;
      if (draft.words.length === 0 && word.length === 1 && next === 'word') cases = Math.max(0, cases + (first === 'case' ? 1 : first === 'esac' ? -1 : 0));
      if (next === 'name') draft.input.push(word);
      else if (draft.words.length === 0 && word.length === 1 && first === 'function') {
        next = 'name';
        return;
      } else if (next !== 'word') draft[next === 'file' ? 'redirected' : 'input'].push(word);
      else if (draft.words.length === 0 && typeof first === 'string' && /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/.test(first)) draft.assignments.push(word);
      else if (!(draft.words.length === 0 && word.length === 1 && typeof first === 'string' && KEYWORDS.has(first))) draft.words.push(word);
      next = 'word';
    };

    while (at < source.length) {
      const rest = source.slice(at, at + 3);
      const character = source.charAt(at);
      if (character === '\n') {
        end();
        at = hereDocuments(source, at + 1, pending.splice(0), depth);
      } else if (/\s/.test(character)) at += 1;
      else if (source.startsWith('\\\n', at)) at += 2;
      else if (character === '#') at = endOfLine(source, at);
      else if (character === ')' && cases > 0) {
        end();
        at += 1;
      } else if (closing !== null && character === closing) {
        end();
        return at + 1;
      } else if (character === '(') {
        end();
        at = nested(source, at + 1, ')', depth);
      } else if (character === ')') {
        isClear = false;
        end();
        at += 1;
      } else if (/^<<-?(?!<)/.test(rest)) {
        at += rest.startsWith('<<-') ? 3 : 2;
        while (/[ \t]/.test(source.charAt(at))) at += 1;
        const raw = /^[^\s;&|<>()]*/.exec(source.slice(at))?.[0] ?? '';
        at += raw.length;
        pending.push({ end: raw.replace(/['"\\]/g, ''), expands: !/['"\\]/.test(raw), stripsTabs: rest.startsWith('<<-'), into: draft });
      } else if (/^[<>]\(/.test(rest)) {
        at = nested(source, at + 2, ')', depth);
        add([null]);
      } else if (/^(?:<<<|&>>|<>|>>|>&|<&|&>|>\|)/.test(rest) || character === '<' || character === '>') {
        at += (/^(?:<<<|&>>|<>|>>|>&|<&|&>|>\|)/.exec(rest)?.[0] ?? character).length;
        next = rest === '<<<' ? 'input' : 'file';
      } else if (';&|'.includes(character)) {
        end();
        at += 1;
      } else if (DESCRIPTOR.test(source.slice(at, at + 40))) {
        at += DESCRIPTOR.exec(source.slice(at, at + 40))?.[0].length ?? 1;
      } else if (ALONE.test(source.slice(at, at + 3))) {
        const alone = ALONE.exec(source.slice(at, at + 3))?.[0] ?? character;
        add([alone]);
        at += alone.length;
      } else {
        const read = word(source, at, depth);
        add(read.word);
        at = read.at;
      }
    }
    end();
    // A body that never began, a bracket that never closed.
    if (closing !== null || pending.length > 0) isClear = false;
    return at;
  }

  function nested(source: string, from: number, closing: ')' | null, depth: number): number {
    if (depth < MOST_NESTED) return list(source, from, closing, depth + 1);
    isClear = false;
    return source.length;
  }

  /** Bodies after the line that named them. A body in which things expand runs what is substituted in it. */
  function hereDocuments(source: string, from: number, documents: readonly HereDocument[], depth: number): number {
    let at = from;
    for (const { end, expands, stripsTabs, into } of documents) {
      const lines: string[] = [];
      for (let isClosed = false; !isClosed; ) {
        if (at >= source.length) {
          isClear = false;
          break;
        }
        const stop = endOfLine(source, at);
        const line = source.slice(at, stop);
        at = Math.min(source.length, stop + 1);
        isClosed = (stripsTabs ? line.replace(/^\t+/, '') : line) === end;
        if (!isClosed) lines.push(line);
      }
      const body = lines.join('\n');
      into.input.push(expands ? quoted(body, 0, null, depth).parts : [body]);
    }
    return at;
  }

  function word(source: string, from: number, depth: number): { readonly word: ShellWord; readonly at: number } {
    const parts: (string | null)[] = [];
    let at = from;
    while (at < source.length) {
      const character = source.charAt(at);
      if (/[\s;&|<>()]/.test(character)) break;
      if (character === "'") {
        const close = source.indexOf("'", at + 1);
        if (close === -1) isClear = false;
        parts.push(source.slice(at + 1, close === -1 ? source.length : close));
        at = close === -1 ? source.length : close + 1;
      } else if (character === '"') {
        const read = quoted(source, at + 1, '"', depth);
        parts.push('', ...read.parts);
        at = read.at;
      } else if (character === '\\') {
        if (source.charAt(at + 1) !== '\n') parts.push(source.charAt(at + 1));
        at += 2;
      } else if (character === '$' && source.charAt(at + 1) === "'") {
        const close = /^(?:[^'\\]|\\[^])*/.exec(source.slice(at + 2))?.[0].length ?? 0;
        parts.push(decodeAnsiQuoted(source.slice(at + 2, at + 2 + close)));
        at += close + 3;
        if (at > source.length) isClear = false;
      } else if (character === '$' || character === '`') {
        const read = expansion(source, at, depth);
        parts.push(...read.parts);
        at = read.at;
      } else {
        LITERAL.lastIndex = at;
        const literal = LITERAL.exec(source)?.[0] ?? (/[#!~\]]/.test(character) ? character : undefined);
        // A pattern or a brace: what it becomes is the shell's affair.
        parts.push(literal ?? null);
        at += literal?.length ?? /^\[[^\]\s]*\]/.exec(source.slice(at, at + 100))?.[0].length ?? 1;
      }
    }
    return { word: joined(parts), at };
  }

  /** Up to the closing double quote; a here-document (null) goes to its end. */
  function quoted(source: string, from: number, closing: '"' | null, depth: number): { readonly parts: ShellWord; readonly at: number } {
    const parts: (string | null)[] = [];
    let at = from;
    while (at < source.length && source.charAt(at) !== closing) {
      const character = source.charAt(at);
      if (character === '\\' && /[$`"\\\n]/.test(source.charAt(at + 1))) {
        if (source.charAt(at + 1) !== '\n') parts.push(source.charAt(at + 1));
        at += 2;
      } else if (character === '$' || character === '`') {
        const read = expansion(source, at, depth);
        parts.push(...read.parts);
        at = read.at;
      } else {
        parts.push(character);
        at += 1;
      }
    }
    if (closing !== null && at >= source.length) isClear = false;
    return { parts: joined(parts), at: at + 1 };
  }

  function expansion(source: string, from: number, depth: number): { readonly parts: ShellWord; readonly at: number } {
    if (source.charAt(from) === '`') {
      const inner = /^(?:[^`\\]|\\[^])*/.exec(source.slice(from + 1))?.[0] ?? '';
      if (source.charAt(from + 1 + inner.length) !== '`') isClear = false;
      nested(inner.replace(/\\([`\\$])/g, '$1'), 0, null, depth);
      return { parts: [null], at: from + inner.length + 2 };
    }
    if (source.startsWith('$(', from)) return { parts: [null], at: nested(source, from + 2, ')', depth) };
    if (source.startsWith('${', from)) {
      // `${X:-word}`: the word may become what stands here.
      const inner = /^(?:[^{}"'`$\\]|\\[^]|"[^"]*"|'[^']*')*/.exec(source.slice(from + 2))?.[0] ?? '';
      const isWhole = source.charAt(from + 2 + inner.length) === '}';
      if (!isWhole) isClear = false;
      const otherwise = inner.replace(/^[!#]?\w*/, '').replace(/["'\\]/g, '');
      return { parts: otherwise === '' ? [null] : [null, otherwise, null], at: from + 2 + inner.length + (isWhole ? 1 : 0) };
    }
    const name = /^\$(?:\w+|[@*#?$!-])/.exec(source.slice(from))?.[0];
    return name === undefined ? { parts: ['$'], at: from + 1 } : { parts: [null], at: from + name.length };
  }

  list(text, 0, null, 0);
  return { commands, isClear };
}

const fresh = (): Draft => ({ assignments: [], words: [], redirected: [], input: [] });

function endOfLine(source: string, from: number): number {
  const found = source.indexOf('\n', from);
  return found === -1 ? source.length : found;
}

/** Neighbouring literals as one, so that `doc"ker"` is `docker`. */
function joined(parts: ShellWord): ShellWord {
  const out: (string | null)[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part !== null && typeof last === 'string') out[out.length - 1] = last + part;
    else out.push(part);
  }
  return out;
}
