/**
 * An argument list as the one command line that Wingman's tokenizer reads back to it, word for word. What the tokenizer cannot
 * express (an empty word, a line feed, both kinds of quotes) is refused here and not bent: another word is another command.
 */
import { isWingmanError, refusal, type WingmanError } from '../../../domain/errors';
import { tokenize } from '../../../domain/command/tokenize';

/** The wire's; what the policy allows may be less, and the server says so. */
const LONGEST = 4096;
const LIMITS = { max_command_length: LONGEST, max_args: LONGEST };

/** @throws WingmanError COMMAND_…, naming the argument */
export function toCommandLine(argv: readonly string[]): string {
  const line = argv.map(toWord).join(' ');
  const back = tokenize(line, LIMITS);
  if (back.length !== argv.length || back.some((word, at) => word !== argv[at])) {
    throw refusal('COMMAND_QUOTING', 'these arguments cannot be written so that they stay what they are');
  }
  return line;
}

/** The tokenizer is the judge of every candidate: what it would not read back is none. */
function toWord(word: string, at: number): string {
  let first: WingmanError | null = null;
  for (const candidate of [`'${word}'`, word, `"${word}"`, `'${word.replaceAll("'", "'\\''")}'`]) {
    try {
      const [, read, more] = tokenize(`x ${candidate}`, LIMITS);
      if (read === word && more === undefined) return isPlain(word) ? word : candidate;
    } catch (error) {
      if (!isWingmanError(error)) throw error;
      first ??= error;
    }
  }
  throw refusal(first?.code ?? 'COMMAND_QUOTING', `argument ${String(at)}, ${shown(word)}: ${reasonOf(word)}`, { at });
}

/** Bare words where quotes would only be noise on the card. */
const isPlain = (word: string): boolean => /^[A-Za-z0-9_@+:,./-][A-Za-z0-9_@+=:,./-]*$/.test(word);

function reasonOf(word: string): string {
  if (word === '') return 'an empty argument cannot be part of a command; leave it out if it means nothing';
  if (/[^\x20-\x7e]/.test(word)) return 'a command is printable ASCII on one line';
  return 'it holds both kinds of quotes, or what a shell would expand in them; write it without one of them';
}

const shown = (word: string): string => JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word);
