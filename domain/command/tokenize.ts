/**
 * A command line as words, for programs that run without a shell. What is accepted here is what dash and bash would hand to
 * a program, word for word (`test/domain/command/argv-property.test.ts` proves it); whatever a shell would expand, join, cut or run
 * is refused, so that what a person reads on a card is what happens. Hostile: written by an agent.
 */
import { refusal } from '../errors';

export interface TokenLimits {
  readonly max_command_length: number;
  /** Words, the program's name included. */
  readonly max_args: number;
}

/** Blanks to tilde. No tab, no line feed, no DEL, and nothing that is not ASCII: look-alikes, hidden and reversing letters. */
const UNWANTED_CHARACTER = /[^\x20-\x7e]/;
/** What a shell may take for its own in a bare word; `%` and `^` are so in some shells and when typed in. */
const SHELL_CHARACTER = /[;&|<>()$`\\[\]*?~!#^%]/;
/** Inside double quotes these still mean something, the last one when typed in. */
const LIVE_IN_DOUBLE_QUOTES = /[$`!]/;
/** Before these a backslash in double quotes is taken away; before anything else it stays, in dash and bash. */
const ESCAPED_IN_DOUBLE_QUOTES = /\\[$`"\\]/;
/** A Go template. Alone, without comma and `..`, no shell expands its braces. */
const TEMPLATE = /\{\{[A-Za-z0-9_.]+\}\}/g;
const ASSIGNMENT = /^(?:[A-Za-z_][A-Za-z0-9_]*\+?)?=/;

/**
 * @throws WingmanError COMMAND_EMPTY, COMMAND_TOO_LONG, COMMAND_CHARACTER, COMMAND_SHELL_SYNTAX, COMMAND_QUOTING,
 *         COMMAND_TOO_MANY_ARGS; `details.at` is the offending place, from 0
 */
export function tokenize(command: string, limits: TokenLimits): readonly string[] {
  if (command.length > limits.max_command_length) {
    throw refusal('COMMAND_TOO_LONG', `a command has at most ${String(limits.max_command_length)} characters`, {
      length: command.length,
    });
  }
  requirePlainCharacters(command);
  const words: string[] = [];
  for (let at = 0; at < command.length;) {
    if (command[at] === ' ') {
      at += 1;
      continue;
    }
    const end = isQuote(command[at]) ? closingQuote(command, at) + 1 : endOfBareWord(command, at);
    words.push(isQuote(command[at]) ? quotedWord(command, at, end) : bareWord(command, at, end, words.length === 0));
    at = end;
    if (words.length > limits.max_args) {
      throw refusal('COMMAND_TOO_MANY_ARGS', `a command has at most ${String(limits.max_args)} words`);
    }
  }
  if (words.length === 0) throw refusal('COMMAND_EMPTY', 'the command is empty');
  return words;
}

function requirePlainCharacters(command: string): void {
  const at = command.search(UNWANTED_CHARACTER);
  if (at === -1) return;
  const code = (command.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw refusal('COMMAND_CHARACTER', `character U+${code} at ${String(at)}: a command is printable ASCII on one line`, {
    at,
  });
}

const isQuote = (character: string | undefined): boolean => character === "'" || character === '"';

function endOfBareWord(command: string, from: number): number {
  const blank = command.indexOf(' ', from);
  return blank === -1 ? command.length : blank;
}

function closingQuote(command: string, from: number): number {
  const quote = command.charAt(from);
  let close = command.indexOf(quote, from + 1);
  // `'it'\''s'`: the one way to write a quote between such quotes.
  while (quote === "'" && close !== -1 && command.startsWith("'\\''", close)) close = command.indexOf(quote, close + 4);
  if (close === -1) throw refusal('COMMAND_QUOTING', `the ${quote} at ${String(from)} is not closed`, { at: from });
  return close;
}

/** Quotes hold a whole word: text glued to them is how `--privi"leged"` hides. */
function quotedWord(command: string, from: number, end: number): string {
  const inner = command.slice(from + 1, end - 1);
  const word = command[from] === "'" ? inner.replaceAll("'\\''", "'") : inner;
  if (command[from] === '"') {
    // A closing quote that a backslash stands before is not one for a shell.
    const part =
      ESCAPED_IN_DOUBLE_QUOTES.exec(command.slice(from + 1, end))?.[0] ?? LIVE_IN_DOUBLE_QUOTES.exec(word)?.[0];
    if (part !== undefined) {
      throw refusal('COMMAND_QUOTING', `${part} in double quotes at ${String(from)}: use single quotes`, {
        at: from,
        part,
      });
    }
  }
  if (end < command.length && command[end] !== ' ') {
    throw refusal('COMMAND_QUOTING', `text is glued to the quote at ${String(end - 1)}: quote the whole word`, {
      at: end,
    });
  }
  if (word === '') throw refusal('COMMAND_QUOTING', `the word at ${String(from)} is empty`, { at: from });
  return word;
}

function bareWord(command: string, from: number, end: number, isFirst: boolean): string {
  const word = command.slice(from, end);
  const shell = SHELL_CHARACTER.exec(word) ?? braceThatExpands(word);
  const quote = /['"]/.exec(word);
  if (quote !== null && (shell === null || quote.index < shell.index)) {
    const at = from + quote.index;
    throw refusal('COMMAND_QUOTING', `a quote inside a word at ${String(at)}: quote the whole word`, { at });
  }
  if (shell !== null) {
    throw refusal(
      'COMMAND_SHELL_SYNTAX',
      `${shell[0]} in ${word}: commands run without a shell; put it in single quotes if it is meant as text`,
      { at: from + shell.index, part: word },
    );
  }
  // `=docker` is a path in zsh; `NAME=value docker` sets the client's environment in every shell.
  if (isFirst ? ASSIGNMENT.test(word) : word.startsWith('=')) {
    throw refusal('COMMAND_SHELL_SYNTAX', `${word}: no assignment may stand here`, { at: from, part: word });
  }
  return word;
}

function braceThatExpands(word: string): RegExpExecArray | null {
  const brace = /[{}]/.exec(word);
  if (brace === null) return null;
  const rest = word.replace(TEMPLATE, '');
  return /[{}]/.test(rest) || /,|\.\./.test(word) ? brace : null;
}
