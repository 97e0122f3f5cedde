/** The docker calls in a shell line, each as the words that its program would be handed, as far as a line tells. Nothing is run. */
import { SOCKET, isEngine, optionsOfPrefix, READERS } from '../hook/shell-programs';
import { splitShell, type ShellCommand, type ShellWord } from '../hook/split-shell';

export interface DockerCall {
  readonly argv: readonly string[];
  /** Where it is typed. */
  readonly dir: string;
  /** It is given something to read: a file, a pipe, a here-document. */
  readonly reads: boolean;
}

export interface LineCalls {
  readonly calls: readonly DockerCall[];
  /** Why the whole line goes past Wingman, or takes everything; null: it does not. */
  readonly never: { readonly code: 'COMMAND_OTHER_ENGINE' | 'COMMAND_EVERYTHING'; readonly why: string } | null;
  /** Where the shell stands after it. */
  readonly dir: string;
}

const QUERY = /(?:\$\(|`)\s*(?:sudo\s+)?docker\s+((?:ps|container\s+ls|images|image\s+ls|volume\s+ls|network\s+ls)\b[^()`]*?)\s*(?:\)|`)/g;
const LISTS = /\bdocker\s+(?:ps|container\s+ls|images|image\s+ls|volume\s+ls|network\s+ls)\b([^|;&()`]*)/;
/** Stands for what only the running shell knows. */
const HOLE = 'known-to-the-shell';

/** @param dir where the line is typed, absolute. @param home for `~` */
export function dockerCalls(line: string, dir: string, home: string, depth = 0): LineCalls {
  const text = line.replace(/\$\{?PWD\}?(?!\w)|\$\(pwd\)|`pwd`/g, dir).replace(/\$\{?HOME\}?(?!\w)/g, home).replace(/(^|[\s=:])~(?=\/)/g, `$1${home}`);
  const everything = takesEverything(text);
  const { commands } = splitShell(text);
  let at = dir;
  let never: LineCalls['never'] = everything ? { code: 'COMMAND_EVERYTHING', why: 'it takes whatever the engine holds; name what is meant, or filter the list' } : null;
  const calls: DockerCall[] = [];
  for (const command of commands) {
    const { words, isXargs } = programOf(command);
    const [program, ...args] = words;
    if (program === undefined) continue;
    const name = baseOf(program);
    if (name === 'cd' || name === 'pushd') at = args[0] === undefined ? home : joined(at, args[0]);
    never ??= pastWingman(command, name, args);
    for (const inner of depth < MOST_NESTED ? linesFor(name, args) : []) {
      const read = dockerCalls(inner, at, home, depth + 1);
      calls.push(...read.calls);
      never ??= read.never;
    }
    if (name === 'docker' || name === 'docker-compose') calls.push({ argv: [name, ...args, ...(isXargs ? [HOLE] : [])], dir: at, reads: command.input.length > 0 || PIPED.test(text) || hasInput(text) });
    else if (isEngine(name)) never ??= { code: 'COMMAND_OTHER_ENGINE', why: `${name} speaks to an engine past Wingman` };
  }
  return { calls, never, dir: at };
}

/** `rm $(docker ps -aq)`, `docker ps -q | xargs docker stop`: a list without a filter, handed to something that changes. */
function takesEverything(text: string): boolean {
  const isFiltered = (words: string): boolean => /(?:^|\s)(?:-[a-z]*f\b|--filter\b|-[a-z]*[nl]\b|--last|--latest)/.test(words);
  for (const [, words = ''] of text.matchAll(QUERY)) if (!isFiltered(words.replace(/^\S+/, '')) && /(?:^|\s)(?:-[a-z]*q[a-z]*|--quiet)\b/.test(words)) return true;
  const xargs = /\|\s*(?:sudo\s+)?xargs\b[^|]*\bdocker\s+(?!ps|inspect|logs|stats|top|port|images)/.test(text);
  const listed = LISTS.exec(text)?.[1] ?? '';
  return xargs && LISTS.test(text) && !isFiltered(listed) && !/\|\s*(?:grep|awk|sed|head|tail|cut)\b/.test(text);
}

function pastWingman({ assignments, words, redirected }: ShellCommand, name: string, args: readonly string[]): LineCalls['never'] {
  if ([...assignments, ...words].some((word) => /^(?:DOCKER_HOST|DOCKER_CONTEXT|DOCKER_CONFIG|DOCKER_TLS_VERIFY|DOCKER_CERT_PATH)=/.test(textOf(word)))) return { code: 'COMMAND_OTHER_ENGINE', why: 'it names another engine; commands go to the one that Wingman governs' };
  if (name === 'export' && args.some((word) => /^DOCKER_(?:HOST|CONTEXT|CONFIG)=/.test(word))) return { code: 'COMMAND_OTHER_ENGINE', why: 'it names another engine; commands go to the one that Wingman governs' };
  if (READERS.has(name) || name === 'docker' || name === 'docker-compose') return null;
  return [...args, ...redirected.map(textOf)].some((word) => SOCKET.test(word)) ? { code: 'COMMAND_OTHER_ENGINE', why: `${name} is given the way to the engine, past Wingman` } : null;
}

/** Without `sudo`, `time`, `xargs` and the like before it. */
function programOf({ words }: ShellCommand): { readonly words: readonly string[]; readonly isXargs: boolean } {
  const texts = words.map(textOf);
  let at = 0;
  let isXargs = false;
  for (let prefix = baseOf(texts[at] ?? ''); at < texts.length - 1; prefix = baseOf(texts[at] ?? '')) {
    const options = optionsOfPrefix(prefix);
    if (options === null) break;
    if (prefix === 'command' && /^-[vV]$/.test(texts[at + 1] ?? '')) return { words: [], isXargs };
    isXargs ||= prefix === 'xargs';
    at += 1;
    while (at < texts.length - 1 && /^-|^[A-Za-z_]\w*=/.test(texts[at] ?? '')) at += /^-[A-Za-z]$/.test(texts[at] ?? '') && options.includes((texts[at] ?? '').charAt(1)) ? 2 : 1;
    if (prefix === 'timeout' && /^[\d.]+[smhd]?$/.test(texts[at] ?? '') && at < texts.length - 1) at += 1;
  }
  return { words: texts.slice(at), isXargs };
}

/** A line in a line in a line; beyond this nobody writes one in earnest. */
const MOST_NESTED = 5;

/** What a shell is given to run. */
function linesFor(name: string, args: readonly string[]): readonly string[] {
  if (name === 'eval') return [args.join(' ')];
  const at = args.findIndex((word) => /^-[a-z]*c$/.test(word));
  return /^(?:ba|z|da|k|a)?sh$|^su$/.test(name) && at >= 0 && args[at + 1] !== undefined ? [args[at + 1] ?? ''] : [];
}

/** A hole where a path begins is one. */
const textOf = (word: ShellWord): string => word.map((part, at) => part ?? (at === 0 && /^[/:]/.test(word[1] ?? '') ? `/${HOLE}` : HOLE)).join('');
const baseOf = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
const PIPED = /[^|]\|\s*(?:sudo\s+)?docker(?:-compose|\s+compose)?\s+(?:exec|run)\b/;
const hasInput = (text: string): boolean => /(?:^|[^<])<(?![<(&])/.test(text) && /\bdocker\b[^|;&]*<(?!<)/.test(text);

function joined(dir: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${dir}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
