/**
 * A command line as words, in the part of shell syntax that every reader understands the same way: blanks separate, a word may
 * stand whole in single or double quotes, and whatever a shell would interpret is refused. Proved against dash and bash
 * (test/domain/argv-property.test.ts). The text is hostile: written by an agent.
 */
import { refusal } from './errors';
import type { Registry } from './registry';

/** What a shell acts on outside quotes, anywhere in a word. */
const OPERATORS = new Set([...';&|<>()$`\\[]*?!^%']);
/** What it acts on at the beginning of a word: comments, home directories, and `=cmd` of zsh. */
const LEADING = new Set([...'#~=']);
/** Between double quotes it still acts on these. */
const INSIDE_DOUBLE = new Set([...'$`!']);

/** @throws WingmanError COMMAND_EMPTY, COMMAND_TOO_LONG, COMMAND_CHARACTER, COMMAND_SHELL_SYNTAX, COMMAND_QUOTING, COMMAND_TOO_MANY_ARGS */
export function tokenize(command: string, limits: Registry['limits']): readonly string[] {
  if (command.length > limits.max_command_length) {
    throw refusal('COMMAND_TOO_LONG', `a command has at most ${String(limits.max_command_length)} characters`, { length: command.length });
  }
  requirePlainText(command);
  const words: string[] = [];
  let at = 0;
  while (at < command.length) {
    if (command[at] === ' ') {
      at += 1;
      continue;
    }
    const end = command[at] === "'" || command[at] === '"' ? endOfQuoted(command, at) : endOfBare(command, at);
    words.push(wordOf(command, at, end));
    at = end;
  }
  if (words.length === 0) throw refusal('COMMAND_EMPTY', 'there is no command here');
  if (words.length > limits.max_args) throw refusal('COMMAND_TOO_MANY_ARGS', `a command has at most ${String(limits.max_args)} words`, { words: words.length });
  requireNoAssignment(words[0] as string, command);
  return words;
}

/** Printable ASCII alone: no control characters, no invisible or look-alike letters, no second kind of blank. */
function requirePlainText(command: string): void {
  const position = command.search(/[^\x20-\x7e]/);
  if (position < 0) return;
  const shown = `U+${(command.codePointAt(position) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  throw refusal('COMMAND_CHARACTER', `a command is printable ASCII; at position ${String(position + 1)} there is ${shown}`, { position: position + 1, character: shown });
}

function endOfBare(command: string, start: number): number {
  let at = start;
  if (LEADING.has(command[at] ?? '')) throw shellSyntax(command, at);
  for (; at < command.length && command[at] !== ' '; at += 1) {
    const character = command[at] ?? '';
    if (character === "'" || character === '"') throw refusal('COMMAND_QUOTING', `put the whole word in quotes, not a part of it (position ${String(at + 1)})`, { position: at + 1 });
    if (OPERATORS.has(character)) throw shellSyntax(command, at);
  }
  requireNoBraceExpansion(command, start, at);
  requireNoTilde(command, start, at);
  return at;
}

function endOfQuoted(command: string, start: number): number {
  const quote = command[start];
  for (let at = start + 1; at < command.length; at += 1) {
    const character = command[at] ?? '';
    if (character === quote) {
      const after = command[at + 1];
      if (after !== undefined && after !== ' ') throw refusal('COMMAND_QUOTING', `a quoted word ends at its closing quote; nothing may be glued to it (position ${String(at + 2)})`, { position: at + 2 });
      return at + 1;
    }
    if (quote === '"') {
      if (INSIDE_DOUBLE.has(character)) throw shellSyntax(command, at);
      if (character === '\\') requireLiteralBackslash(command, at);
    }
  }
  throw refusal('COMMAND_QUOTING', `the quote at position ${String(start + 1)} is not closed`, { position: start + 1 });
}

/** Shells keep a backslash between double quotes unless one of these follows; then they would read another text than we. */
function requireLiteralBackslash(command: string, at: number): void {
  if (['"', '\\', '$', '`', undefined].includes(command[at + 1])) throw shellSyntax(command, at);
}

/** `{a,b}` and `{1..3}` become several words in bash. A template such as `{{.Names}}` does not, and stays whole. */
function requireNoBraceExpansion(command: string, start: number, end: number): void {
  const word = command.slice(start, end);
  if (!/[{}]/.test(word)) return;
  if (word.includes(',') || word.includes('..') || !isTemplateWord(word)) {
    throw refusal('COMMAND_SHELL_SYNTAX', `a shell could expand the braces of ${word.slice(0, 60)}; put the word in single quotes`, { position: start + 1, part: word.slice(0, 60) });
  }
}

const isTemplateWord = (word: string): boolean => /^[^{}]*(?:\{\{[^{}]*\}\}[^{}]*)+$/.test(word);

/** After `=` and `:` bash expands a tilde too, in words that look like assignments. */
function requireNoTilde(command: string, start: number, end: number): void {
  const found = /[=:]~/.exec(command.slice(start, end));
  if (found !== null) throw shellSyntax(command, start + found.index + 1);
}

function wordOf(command: string, start: number, end: number): string {
  const quoted = command[start] === "'" || command[start] === '"';
  const word = quoted ? command.slice(start + 1, end - 1) : command.slice(start, end);
  if (word === '') throw refusal('COMMAND_QUOTING', `there is an empty word at position ${String(start + 1)}`, { position: start + 1 });
  return word;
}

/** `NAME=value cmd` sets a variable for the command instead of being its first word. */
function requireNoAssignment(first: string, command: string): void {
  const quoted = /^ *['"]/.test(command);
  if (!quoted && /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(first)) {
    throw refusal('COMMAND_SHELL_SYNTAX', `${first.slice(0, 60)} sets a variable; only the command itself may be given`, { position: 1, part: first.slice(0, 60) });
  }
}

function shellSyntax(command: string, at: number): ReturnType<typeof refusal> {
  const part = command[at] ?? '';
  return refusal('COMMAND_SHELL_SYNTAX', `a shell would act on ${part} at position ${String(at + 1)}; one command is one program with its words, so list further commands one by one, or quote the word`, { position: at + 1, part });
}
