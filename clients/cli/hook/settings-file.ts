/** Reading and replacing a settings file: whole or not at all, and with what was there before kept beside it. */
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { optional, type Env } from '../../../platform/required-env';
import { CliFailure, EXIT } from '../exit';
import { replaceFile } from '../replace-file';

export function settingsFile(env: Env, file: string | undefined): string {
  return file === undefined ? join(optional(env, 'CLAUDE_CONFIG_DIR') ?? join(homedir(), '.claude'), 'settings.json') : resolve(file);
}

/** Where it really is, if its name is a link: whoever agrees to a change sees which file that is. */
export function linkedSettings(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** Null: there is none. */
export function readSettings(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new CliFailure(`${file} cannot be read (${code ?? 'unknown'}): name another with --settings`, EXIT.usage, { cause });
  }
}

/**
 * @param before what was shown when the person agreed
 * @returns the backup; null: there was nothing to keep
 * @throws CliFailure when the file is another one by now, or cannot be written
 */
export function replaceSettings(file: string, before: string | null, after: string, now: Date): string | null {
  if (readSettings(file) !== before) throw new CliFailure(`${file} was changed meanwhile; nothing was written, look again`);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // A link stays a link: what it points to is replaced.
    const real = linkedSettings(file);
    const backup = before === null ? null : `${real}.${now.toISOString().replace(/[:.]/g, '-')}.bak`;
    const mode = before === null ? 0o600 : statSync(real).mode & 0o777;
    if (backup !== null) writeFileSync(backup, before ?? '', { mode, flag: 'wx' });
    replaceFile(real, after, mode);
    return backup;
  } catch (cause) {
    throw new CliFailure(`${file} could not be replaced (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}); it is as it was`, EXIT.failure, { cause });
  }
}
