/** The file `docker` that stands before any other on an agent's PATH. */
import { accessSync, constants, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { optional, type Env } from '../../../platform/required-env';
import { distFile } from '../../../supervisor/package-root';
import { CliFailure, EXIT } from '../exit';
import { replaceFile } from '../replace-file';

const MARK = '# wingman: docker shim';

export interface ShimChange {
  readonly file: string;
  readonly done: 'installed' | 'renewed' | 'unchanged' | 'removed' | 'absent';
}

export function shimDirectory(env: Env, dir: string | undefined): string {
  if (dir !== undefined) return resolve(dir);
  return join(optional(env, 'XDG_DATA_HOME') ?? join(homedir(), '.local', 'share'), 'wingman', 'bin');
}

/** @throws CliFailure when a file of somebody else stands there */
export function installShim(dir: string): ShimChange {
  const file = join(dir, 'docker');
  const wanted = shimText();
  const there = readShim(file);
  if (there === wanted) return { file, done: 'unchanged' };
  try {
    mkdirSync(dir, { recursive: true });
    replaceFile(file, wanted, 0o755);
  } catch (cause) {
    throw new CliFailure(`${file} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}): name another directory with --dir`, EXIT.usage, { cause });
  }
  return { file, done: there === null ? 'installed' : 'renewed' };
}

/** @throws CliFailure when the file there is no shim */
export function removeShim(dir: string): ShimChange {
  const file = join(dir, 'docker');
  if (readShim(file) === null) return { file, done: 'absent' };
  rmSync(file);
  return { file, done: 'removed' };
}

/** Null: there is none. @throws CliFailure for anything else than a shim: the real docker, most likely */
function readShim(file: string): string | null {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CliFailure(`${file} cannot be read (${code ?? 'unknown'})`, EXIT.usage, { cause });
  }
  if (!text.includes(MARK)) throw new CliFailure(`${file} is not Wingman's shim, so it stays as it is: name another directory with --dir`, EXIT.usage);
  return text;
}

function shimText(): string {
  const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
  const main = distFile('clients', 'cli', 'shim', 'main.js');
  return `#!/bin/sh\n${MARK}. \`wingman shim remove\` takes it away; docs/agents.md says what it does.\nexec ${quoted(process.execPath)} ${quoted(main)} "$@"\n`;
}

/** The first program of that name, as a shell would find it; null: none. */
export function firstOnPath(name: string, path: string): string | null {
  for (const dir of path.split(delimiter)) {
    // An empty entry means the current directory; what lies there is not what an agent will find elsewhere.
    if (dir === '') continue;
    const file = join(resolve(dir), name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here; the next directory.
    }
  }
  return null;
}

/** True if this user gets past every shim and hook by opening the engine's socket. */
export function mayOpenSocket(socket: string): boolean {
  try {
    accessSync(socket, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    // Not there, or not for this user: as it should be.
    return false;
  }
}
