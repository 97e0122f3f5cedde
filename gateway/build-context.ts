/** Packs a registered directory as the tar that a build sends. Symbolic links are sent as links, never followed. */
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { WingmanError } from '../domain/errors';
import { parseIgnorePatterns, type IgnorePatterns } from './ignore-patterns';

export interface BuildContextLimits {
  readonly maxBytes: number;
  readonly maxEntries: number;
}

const LIMITS: BuildContextLimits = { maxBytes: 512 * 1024 * 1024, maxEntries: 20_000 };

interface Entry {
  /** Relative, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly facts: Stats;
}

/**
 * The tar stream of the directory, without what its `.dockerignore` names. Everything is looked at before the first byte is
 * sent; a file that becomes another one in between breaks the stream, and with it the build.
 *
 * @throws WingmanError CONFIG_INVALID when directory or Dockerfile are not there or the limits are passed
 */
export async function packBuildContext(
  context: { readonly path: string; readonly dockerfile: string },
  limits: BuildContextLimits = LIMITS,
): Promise<Readable> {
  const root = await realpath(context.path).catch((error: unknown) => {
    throw invalid(`the build context ${context.path} is not there`, error);
  });
  if (!(await stat(root)).isDirectory()) throw invalid(`the build context ${context.path} is no directory`);
  const always = new Set([context.dockerfile, '.dockerignore']);
  const entries = await listEntries(root, await readPatterns(root), always, limits);
  if (!entries.some(({ name, facts }) => name === context.dockerfile && facts.isFile())) {
    throw invalid(`the build context ${context.path} holds no file ${context.dockerfile}`);
  }
  const tar = pack();
  fill(tar, entries).catch((error: unknown) =>
    tar.destroy(error instanceof WingmanError ? error : changed('something', error)),
  );
  return Readable.from(tar);
}

/** A directory of the host as a tar, whole, below a name. */
export async function packDirectory(root: string, name: string, limits: BuildContextLimits = LIMITS): Promise<Readable> {
  const entries = await listEntries(root, parseIgnorePatterns(''), new Set(), limits);
  const tar = pack();
  const prefix = name === '' ? '' : `${name}/`;
  if (name !== '') tar.entry({ name: prefix, type: 'directory', mode: 0o755 });
  fill(tar, entries.map((entry) => ({ ...entry, name: prefix + entry.name }))).catch((error: unknown) => tar.destroy(error instanceof WingmanError ? error : changed('something', error)));
  return Readable.from(tar);
}

async function readPatterns(root: string): Promise<IgnorePatterns> {
  try {
    return parseIgnorePatterns(await readFile(join(root, '.dockerignore'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return parseIgnorePatterns('');
    throw invalid('the .dockerignore of the build context cannot be read', error);
  }
}

async function listEntries(
  root: string,
  patterns: IgnorePatterns,
  always: ReadonlySet<string>,
  limits: BuildContextLimits,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let bytes = 0;
  const walk = async (directory: string, prefix: string): Promise<void> => {
    for (const child of (await readdir(directory)).sort()) {
      const name = prefix + child;
      const path = join(directory, child);
      const facts = await lstat(path);
      const ignored = patterns.ignores(name) && !always.has(name);
      if (facts.isDirectory() && (!ignored || patterns.hasExceptions)) await walk(path, `${name}/`);
      // Sockets, pipes and devices have no content to send.
      if (ignored || !(facts.isFile() || facts.isDirectory() || facts.isSymbolicLink())) continue;
      entries.push({ name, path, facts });
      bytes += facts.isFile() ? facts.size : 0;
      if (entries.length > limits.maxEntries)
        throw invalid(`the build context holds more than ${String(limits.maxEntries)} entries`);
      if (bytes > limits.maxBytes) throw invalid(`the build context holds more than ${String(limits.maxBytes)} bytes`);
    }
  };
  await walk(root, '').catch((error: unknown) => {
    throw error instanceof WingmanError ? error : invalid('the build context cannot be read', error);
  });
  return entries;
}

async function fill(tar: Pack, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    const { name, facts } = entry;
    const header = { name, mode: facts.mode & 0o777, mtime: facts.mtime };
    if (facts.isDirectory()) tar.entry({ ...header, type: 'directory' });
    else if (facts.isSymbolicLink()) tar.entry({ ...header, type: 'symlink', linkname: await readlink(entry.path) });
    else await sendFile(tar, entry, header);
  }
  tar.finalize();
}

async function sendFile(
  tar: Pack,
  { path, facts }: Entry,
  header: { name: string; mode: number; mtime: Date },
): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // Whoever can write into the context may have swapped a directory above the file for a link meanwhile.
    const opened = await file.stat();
    if (opened.dev !== facts.dev || opened.ino !== facts.ino || opened.size !== facts.size) {
      throw changed(header.name);
    }
    const target = tar.entry({ ...header, size: opened.size });
    await pipeline(
      file.createReadStream({ autoClose: false, ...(opened.size === 0 ? {} : { end: opened.size - 1 }) }),
      target,
    );
  } finally {
    await file.close();
  }
}

const invalid = (message: string, cause?: unknown): WingmanError =>
  new WingmanError('CONFIG_INVALID', message, {}, { cause });

const changed = (name: string, cause?: unknown): WingmanError =>
  new WingmanError('FILE_CHANGED', `${name} of the build context changed while it was read`, { file: name }, { cause });
