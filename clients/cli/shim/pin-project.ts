/** The Compose files of a directory with their hashes, as words of the command: whoever approves it approves what was read here. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { envFilesOf, mountedFilesOf, parseComposeFile } from '../../../contracts/compose-file';
import { sha256Hex } from '../../../security/digest';

const DEFAULTS = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = ['compose.override.yaml', 'compose.override.yml', 'docker-compose.override.yml', 'docker-compose.override.yaml'];
const WITH_VALUE = /^(?:-f|-p|--file|--project-name|--profile|--env-file|--ansi|--progress|--parallel|--project-directory)$/;
const ALONE = ['version', 'ls', '--version', '-v', '--help', '-h'];

/** As it is where nothing is to be pinned: no Compose call, a directory that is said, no file here. @param argv with the program */
export function withPinnedProject(argv: readonly string[], dir: string): readonly string[] {
  const at = argv[0] === 'docker-compose' ? 1 : argv[0] === 'docker' && argv[1] === 'compose' ? 2 : -1;
  if (at < 0) return argv;
  let verb = at;
  while (verb < argv.length && (argv[verb] ?? '').startsWith('-') && !ALONE.includes(argv[verb] ?? '')) verb += WITH_VALUE.test(argv[verb] ?? '') ? 2 : 1;
  const before = argv.slice(at, verb);
  if (ALONE.includes(argv[verb] ?? '') || before.includes('--pin') || before.some((word) => word.startsWith('--project-directory'))) return argv;
  const said = valuesOf(before, '-f', '--file');
  const root = said[0] === undefined ? projectRoot(dir) : resolve(dir, said[0], '..');
  if (root === null) return argv;
  const files = said.length > 0 ? said.map((file) => relative(root, resolve(dir, file))) : defaultFiles(root);
  if (files.some((file) => file === '' || file.startsWith('..') || !existsSync(join(root, file)))) return argv;
  const pins = [...files, ...besides(root, files, valuesOf(before, '--env-file', '--env-file'))];
  const [own] = files.flatMap((file) => parseComposeFile(readFileSync(join(root, file), 'utf8'), file).name ?? []);
  const named = own === undefined || valuesOf(before, '-p', '--project-name').length > 0 ? [] : ['-p', own];
  const rest = before.flatMap((word, place) => (isSaid(before, place) ? [] : [word]));
  return [...argv.slice(0, at), '--project-directory', root, ...pins.flatMap((file) => ['--pin', `${file}=${sha256Hex(readFileSync(join(root, file)))}`]), ...named, ...rest, ...argv.slice(verb)];
}

/** `-f` and its values: the pins say the same. */
function isSaid(words: readonly string[], at: number): boolean {
  const [word = '', previous = ''] = [words[at], words[at - 1]];
  return /^(?:-f|--file)(?:$|=)/.test(word) || /^(?:-f|--file)$/.test(previous);
}

function valuesOf(words: readonly string[], short: string, long: string): readonly string[] {
  return words.flatMap((word, at) => {
    if (word === short || word === long) return [words[at + 1] ?? ''];
    return word.startsWith(`${long}=`) ? [word.slice(long.length + 1)] : [];
  });
}

/** Compose looks upwards as well. */
function projectRoot(dir: string): string | null {
  for (let at = dir; ; at = resolve(at, '..')) {
    if (DEFAULTS.some((file) => existsSync(join(at, file)))) return at;
    if (resolve(at, '..') === at) return null;
  }
}

export const defaultFiles = (root: string): readonly string[] => [DEFAULTS.find((file) => existsSync(join(root, file))) ?? '', ...OVERRIDES.filter((file) => existsSync(join(root, file))).slice(0, 1)].filter((file) => file !== '');

/** What the files name of variables and secrets, and the `.env` that Compose reads by itself. */
function besides(root: string, files: readonly string[], envFiles: readonly string[]): readonly string[] {
  const named = files.flatMap((file) => {
    const parsed = parseComposeFile(readFileSync(join(root, file), 'utf8'), file);
    return [...envFilesOf(parsed), ...mountedFilesOf(parsed)];
  });
  const plain = ['.env', ...envFiles, ...named].map((file) => file.replace(/^\.\//, ''));
  return [...new Set(plain)].filter((file) => existsSync(join(root, file)));
}
