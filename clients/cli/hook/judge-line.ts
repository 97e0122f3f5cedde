/**
 * What a shell line of an agent is to Wingman: nothing, one command that can be asked for, or something that names docker and
 * cannot be told to be harmless. It is a net with holes (a script that is written first and run later passes); the barrier is
 * that the agent cannot open the engine's socket.
 */
import { isWingmanError } from '../../../domain/errors';
import { tokenize } from '../../../domain/command/tokenize';
import { trimBlanks } from '../../../domain/text/trim-blanks';
import { toCommandLine } from '../shim/to-command-line';
import { DOCKER_WORDS } from './docker-words';
import { AGENT_DR_VERBS, AGENT_VERBS, FILE_TOOLS, isEngine, isHarmlessWith, isInterpreter, MENTION, NAMES_ANEW, optionsOfPrefix, READERS, SOCKET, ENGINES } from './shell-programs';
import { splitShell, type ShellCommand, type ShellWord } from './split-shell';

export type LineVerdict =
  | { readonly kind: 'free' }
  /** One command, to be asked for as it stands. */
  | { readonly kind: 'plain'; readonly command: string }
  | { readonly kind: 'refused'; readonly why: string };

const LIMITS = { max_command_length: 4096, max_args: 4096 };
/** Where a system's own programs are; the same name elsewhere may be anything. */
const SYSTEM_PROGRAM = /^\/(?:usr\/(?:local\/)?s?bin|s?bin|snap\/bin|opt\/homebrew\/bin)\/[^/]+$/;

/** A line in a line in a line; beyond this nobody writes one in earnest. */
const MOST_NESTED = 8;

/** @param programs further names that only Wingman may run, beside docker */
export function judgeLine(line: string, programs: readonly string[] = [], depth = 0): LineVerdict {
  const plain = plainCommand(line, programs);
  if (plain !== null) return { kind: 'plain', command: plain };
  const { commands, isClear } = splitShell(line);
  const isMentioned = MENTION.test(line) || SOCKET.test(line) || commands.some((command) => wordsOf(command).some(mentions));
  for (const command of commands) {
    const why = whyNot(command, isMentioned, programs);
    if (why !== null) return { kind: 'refused', why };
  }
  if (!isClear && isMentioned) return { kind: 'refused', why: 'it names docker, and a quote, a bracket or a here-document in it is not closed' };
  // What one command prints or is given, another one may run: `echo 'do\cker rm web' | sh`.
  if (depth === 0 && !commands.some(runsWhatItReads)) return { kind: 'free' };
  for (const text of new Set(commands.flatMap(textsOf))) {
    const inner: LineVerdict = depth < MOST_NESTED ? judgeLine(text, programs, depth + 1) : { kind: 'refused', why: 'there are too many lines in it, one in the other' };
    if (inner.kind !== 'free') return { kind: 'refused', why: inner.kind === 'plain' ? `${inner.command} is in a text that something in it may run` : inner.why };
  }
  return { kind: 'free' };
}

/** Every text of a command that could be a line of its own, a hole in it as a variable; and its words, as `eval` joins them. */
function textsOf(command: ShellCommand): readonly string[] {
  const texts = (words: readonly ShellWord[]): readonly string[] => words.map((word) => word.map((part) => part ?? '${_}').join(''));
  const args = texts(command.words.slice(1));
  const all = [...args, args.join(' '), ...texts(command.assignments), ...texts(command.input)];
  // `alias g='…'`: the name is none of the line.
  return [...all, ...all.map((text) => text.replace(/^\w+=/, ''))].filter((text) => /[\s'"\\$`]/.test(text));
}

/** It may run what others in the same line print, write or give to it. */
function runsWhatItReads(command: ShellCommand): boolean {
  const { words, before } = withoutPrefixes(command.words);
  const [program, ...args] = words;
  if (program === undefined) return false;
  const name = baseOf(textOf(program));
  if (isInterpreter(name) || isOwnProgram(program) || program.includes(null)) return true;
  if (before.length > 0 && name.startsWith('-')) return true;
  // `find -exec sh -c …`, `flock x bash`: one that starts another, and is not known to be harmless.
  return !isHarmless(name, args) && args.some((word) => isInterpreter(baseOf(textOf(word))));
}

/** `docker …` word for word, also as /usr/bin/docker, also after a bare sudo: the gateway is neither, and needs neither. */
function plainCommand(line: string, programs: readonly string[]): string | null {
  let argv: readonly string[];
  try {
    // Not trim(): a shell takes a no-break space for a part of the word.
    argv = tokenize(trimBlanks(line.replace(/\n{1,3}$/, '')), LIMITS);
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    // A shell would do more with it than start one program.
    return null;
  }
  const [program = '', ...args] = argv[0] === 'sudo' ? argv.slice(1) : argv;
  if (program === 'docker' || (SYSTEM_PROGRAM.test(program) && baseOf(program) === 'docker')) return toCommandLine(['docker', ...args]);
  return programs.includes(baseOf(program)) ? toCommandLine(argv) : null;
}

/** Null: harmless, as far as a line tells. */
function whyNot(command: ShellCommand, isMentioned: boolean, programs: readonly string[]): string | null {
  const assigned = command.assignments.find(mentions);
  if (assigned !== undefined) return `${shown(assigned)} sets a variable that names docker`;
  const { words, before } = withoutPrefixes(command.words);
  if (before.some(mentions)) return `${shown(before.find(mentions) ?? [])} names docker where another command is started`;
  const [program, ...args] = words;
  if (program === undefined) return connected(command, null);
  const known = unknownProgram(program, args, isMentioned);
  if (known !== null) return known;
  const name = baseOf(textOf(program));
  if (isEngine(name) || mentions(program)) return `it runs ${shown(program)} together with other things, or in a way that cannot be asked for`;
  if (programs.includes(name)) return `it runs ${name} together with other things`;
  const wingmans = wingmanWords(words);
  if (wingmans !== null) return notAnAgents(wingmans);
  const started = startedByFind(name, args).map((words) => whyNot({ assignments: [], words, redirected: [], input: [] }, isMentioned, programs)).find((why) => why !== null);
  if (started !== undefined) return started;
  const harmless = isHarmless(name, args);
  const socket = connected(command, harmless && !FILE_TOOLS.has(name) ? null : args);
  if (socket !== null) return socket;
  if (!harmless && [...args, ...command.redirected, ...command.input].some(mentions)) return `${name} is given something that names docker, and might run it`;
  return isMentioned && runsWhatItReads(command) ? `${shown(program)} runs what it reads, and the line names docker` : null;
}

/** `find … -exec program words ;` */
function startedByFind(name: string, args: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
  if (name !== 'find') return [];
  return args.flatMap((word, at) => (/^-(?:exec|ok)(?:dir)?$/.test(textOf(word)) ? [args.slice(at + 1)] : []));
}

/** @param args of a program that could speak to a socket that it is given; null: this one could not */
function connected({ redirected }: ShellCommand, args: readonly ShellWord[] | null): string | null {
  const socket = [...redirected, ...(args ?? [])].find((word) => SOCKET.test(textOf(word)));
  return socket === undefined ? null : `it is given ${shown(socket)}, the way to the engine`;
}

/** A program whose name only the shell knows. */
function unknownProgram(program: ShellWord, args: readonly ShellWord[], isMentioned: boolean): string | null {
  if (!program.includes(null)) return null;
  // Of a list in braces any member, or none, may be what stands there.
  const text = program.map((part) => (part === null || part.includes(',') ? '\0' : part)).join('');
  const name = text.slice(text.lastIndexOf('/') + 1);
  if (!name.includes('\0')) return null;
  if (/^\0+$/.test(name)) {
    const next = textOf(args[0] ?? []);
    if (isMentioned) return `what ${shown(program)} is cannot be told, and the line names docker`;
    return DOCKER_WORDS.has(next) ? `what ${shown(program)} is cannot be told, and ${next} is a verb of docker` : null;
  }
  const pattern = new RegExp(`^${name.split(/\0+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 'i');
  return ENGINES.some((engine) => pattern.test(engine)) ? `${shown(program)} may become docker` : null;
}

function isHarmless(name: string, args: readonly ShellWord[]): boolean {
  if (READERS.has(name)) return true;
  const texts = args.map(textOf);
  if (FILE_TOOLS.has(name)) return !NAMES_ANEW.has(name) || !texts.some((text) => isEngine(baseOf(text)));
  return isHarmlessWith(name, texts);
}

/** The words after `wingman`, however it is started; null: it is something else. */
function wingmanWords(words: readonly ShellWord[]): readonly string[] | null {
  const texts = words.map(textOf);
  const at = /^(?:npx|node|pnpm|yarn|bunx|npm)$/.test(baseOf(texts[0] ?? '')) ? texts.findIndex(isWingman) : isWingman(texts[0] ?? '') ? 0 : -1;
  return at === -1 ? null : texts.slice(at + 1);
}

const isWingman = (text: string): boolean => /^wingman(?:\.mjs)?$/.test(baseOf(text));

/** Deciding and administering are for people: an agent that finds their keys on this machine must not use them. */
function notAnAgents(texts: readonly string[]): string | null {
  const verb = texts.find((text, at) => (!text.startsWith('-') || text === '--help' || text === '--version') && !/^--(?:url|key)$/.test(texts[at - 1] ?? ''));
  if (verb === undefined || AGENT_VERBS.has(verb) || (verb === 'dr' && AGENT_DR_VERBS.has(texts[texts.indexOf('dr') + 1] ?? ''))) return null;
  return `wingman ${verb} is for people, not for agents`;
}

/** `sudo -n timeout 5 cat x` is `cat x`. */
function withoutPrefixes(words: readonly ShellWord[]): { readonly words: readonly ShellWord[]; readonly before: readonly ShellWord[] } {
  let at = 0;
  const text = (place: number): string => (words[place] ?? []).map((part) => part ?? '\0').join('');
  for (let prefix = baseOf(text(at)); at < words.length - 1; prefix = baseOf(text(at))) {
    const options = optionsOfPrefix(prefix);
    if (options === null) break;
    // `command -v docker` asks where it is.
    if (prefix === 'command' && /^-[vV]$/.test(text(at + 1))) break;
    at += 1;
    while (at < words.length - 1 && /^-|^[A-Za-z_]\w*=/.test(text(at))) at += /^-[A-Za-z]$/.test(text(at)) && options.includes(text(at).charAt(1)) ? 2 : 1;
    if (prefix === 'timeout' && /^[\d.]+[smhd]?$/.test(text(at)) && at < words.length - 1) at += 1;
  }
  return { words: words.slice(at), before: words.slice(0, at) };
}

/** Run by its path, and no program of the system: a script of the agent's own. */
function isOwnProgram(program: ShellWord): boolean {
  const text = textOf(program);
  return text.includes('/') && !SYSTEM_PROGRAM.test(text);
}

const wordsOf = ({ assignments, words, redirected, input }: ShellCommand): readonly ShellWord[] => [...assignments, ...words, ...redirected, ...input];
const textOf = (word: ShellWord): string => word.map((part) => part ?? '').join('');
const baseOf = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
const mentions = (word: ShellWord): boolean => MENTION.test(textOf(word)) || SOCKET.test(textOf(word));
const shown = (word: ShellWord): string => {
  const text = word.map((part) => part ?? '…').join('');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
