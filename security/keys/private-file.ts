/**
 * Files that hold secrets: mode 0600 in directories of mode 0700, replaced as a whole or not at all, and refused when others
 * may read them. A crash at any point leaves the old file or the new one.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WingmanError } from '../../domain/errors';

/** @throws WingmanError CONFIG_INVALID when it exists and others may enter it. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await requirePrivateDirectory(directory);
}

/** @throws WingmanError CONFIG_MISSING, CONFIG_INVALID */
export async function requirePrivateDirectory(directory: string): Promise<void> {
  const facts = await statOrMissing(directory, 'directory');
  if (!facts.isDirectory())
    throw invalid(directory, 'is not a directory', 'move it away and run `wingman keys create`');
  if ((facts.mode & OTHERS) !== 0)
    throw invalid(directory, `can be entered by others (mode ${octal(facts.mode)})`, `run \`chmod 700 ${directory}\``);
}

/**
 * The JSON in a secret file. @throws WingmanError CONFIG_MISSING, CONFIG_INVALID: wrong mode, or not JSON. The message names
 * the file and the fix, and nothing of the content.
 */
export async function readPrivateJson(path: string): Promise<unknown> {
  const facts = await statOrMissing(path, 'file');
  if (!facts.isFile()) throw invalid(path, 'is not a file', 'move it away and run `wingman keys create`');
  if ((facts.mode & OTHERS) !== 0)
    throw invalid(
      path,
      `can be read by others (mode ${octal(facts.mode)})`,
      `run \`chmod 600 ${path}\`, and rotate the key if others had access`,
    );
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the content, which is secret.
    throw invalid(path, 'is not JSON', 'restore it from a backup');
  }
}

/** Writes a new file; false when there is one already, which then stays as it is. Of two at once, one wins. */
export async function createPrivateJson(path: string, value: unknown): Promise<boolean> {
  const draft = await writeDraft(path, value);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
    await syncDirectory(path);
  }
}

/** Replaces the file as a whole. */
export async function replacePrivateJson(path: string, value: unknown): Promise<void> {
  await rename(await writeDraft(path, value), path);
  await syncDirectory(path);
}

export async function fileExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

const OTHERS = 0o077;

async function writeDraft(path: string, value: unknown): Promise<string> {
  const draft = `${path}.${randomUUID()}.tmp`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

/** Without this, a power cut can undo the rename although the content was synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function statOrMissing(path: string, kind: 'file' | 'directory') {
  try {
    return await stat(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT')
      throw new WingmanError('CONFIG_INVALID', `${path} cannot be read: check its owner`, { file: path }, { cause });
    throw new WingmanError(
      'CONFIG_MISSING',
      `the ${kind} ${path} is missing: run \`wingman keys create\`, or restore it from a backup`,
      { file: path },
    );
  }
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function invalid(path: string, problem: string, fix: string): WingmanError {
  return new WingmanError('CONFIG_INVALID', `${path} ${problem}: ${fix}`, { file: path });
}
