/**
 * Files of this host that a step reads or writes, as its card named them. A path is the one that was approved only if no link stands in
 * it: what a link leads to nobody has seen. What is written is its directory's owner's, and never takes the place of a link.
 */
import { constants, createWriteStream } from 'node:fs';
import { chown, lstat, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { refusal, WingmanError } from '../domain/errors';
import { forbiddenHostPath } from '../domain/command/run/host-path';
import { packDirectory } from './build-context';

const MOST_BYTES = 8 * 1024 * 1024 * 1024;
const MOST_VARIABLES = 64 * 1024;

/** @throws WingmanError COMMAND_FLAG_VALUE when a link leads elsewhere, CONFIG_INVALID when it is not there */
export async function requireOwnPath(path: string, readonly: boolean): Promise<string> {
  const plain = path.replace(/(?<=.)\/+$/, '');
  const real = await realpath(plain).catch((error: unknown) => {
    throw new WingmanError('CONFIG_INVALID', `${path} is not there, on the host of the gateway`, {}, { cause: error });
  });
  const why = forbiddenHostPath(real, readonly);
  if (why !== null) throw refusal('COMMAND_FLAG_VALUE', `${path} leads to ${real}, which ${why}`, { part: path });
  if (real !== plain) throw refusal('COMMAND_FLAG_VALUE', `${path} leads to ${real}; ask for that`, { part: path });
  return real;
}

/**
 * A mount is looked at where this host can be seen; in a container of its own the gateway sees another one, and there the engine alone
 * knows what is at the path.
 */
export async function requireMountable(path: string, readonly: boolean): Promise<void> {
  const real = await realpath(path.replace(/(?<=.)\/+$/, '')).catch(() => null);
  const why = real === null ? null : forbiddenHostPath(real, readonly);
  if (why !== null) throw refusal('COMMAND_FLAG_VALUE', `${path} leads to ${real ?? path}, which ${why}`, { part: path });
}

/** `NAME=value` a line, as docker reads it: no quotes, no substitution; a name alone has no value here. */
export async function readVariables(path: string): Promise<readonly string[]> {
  const file = await requireOwnPath(path, true);
  const { size } = await stat(file);
  if (size > MOST_VARIABLES) throw refusal('COMMAND_FLAG_VALUE', `${path} is too long for a file of variables`, { part: path });
  return (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => /^\s*[A-Za-z_][\w.-]*=/.test(line)).map((line) => line.trimStart());
}

/** The bytes of a file; with `name` a tar that holds it, or the directory that it is, under that name. */
export async function openHostFile(path: string, name: string | undefined): Promise<Readable> {
  const isContent = /\/\.$/.test(path);
  const real = await requireOwnPath(isContent ? path.slice(0, -2) : path, true);
  const facts = await lstat(real);
  if (name === undefined) {
    if (!facts.isFile()) throw new WingmanError('CONFIG_INVALID', `${path} is no file`);
    return (await open(real, constants.O_RDONLY | constants.O_NOFOLLOW)).createReadStream();
  }
  if (facts.isDirectory()) return packDirectory(real, isContent ? '' : name);
  if (!facts.isFile()) throw new WingmanError('CONFIG_INVALID', `${path} is neither a file nor a directory`);
  const tar = pack();
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW);
  const entry = tar.entry({ name, size: facts.size, mode: facts.mode & 0o777, mtime: facts.mtime });
  pipeline(file.createReadStream(), entry).then(() => tar.finalize(), (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  return Readable.from(tar);
}

/** Takes the bytes of an answer to a file, whole or not at all; of a tar each entry below it, or the one that there is. */
export async function writeHostFile(path: string, isTar: boolean, bytes: Readable): Promise<void> {
  const asDirectory = /\/$/.test(path);
  const at = path.replace(/(?<=.)\/+$/, '');
  const target = await lstat(at).catch(() => null);
  if (target?.isSymbolicLink() === true) throw refusal('COMMAND_FLAG_VALUE', `${path} is a link; ask for what it leads to`, { part: path });
  const into = target?.isDirectory() === true || asDirectory;
  const parent = await requireOwnPath(into && target !== null ? at : dirname(at), false);
  const owner = await stat(parent);
  if (!isTar) {
    if (into) throw new WingmanError('CONFIG_INVALID', `${path} is a directory`);
    await writeWhole(join(parent, basename(at)), owner, (out) => pipeline(bounded(bytes), out));
    return;
  }
  const entries = extract();
  const done = pipeline(bounded(bytes), entries);
  const tree = async (): Promise<void> => {
    for await (const entry of entries) {
      const [first = '', ...rest] = entry.header.name.split('/').filter((part) => part !== '' && part !== '.');
      if ([first, ...rest].includes('..')) throw new WingmanError('ENGINE_ERROR', `the container’s files hold ${entry.header.name}`);
      const place = into ? join(parent, first, ...rest) : join(parent, basename(at), ...rest);
      if (entry.header.type === 'directory') await mkdir(place, { recursive: true }).then(() => chown(place, owner.uid, owner.gid));
      else if (entry.header.type === 'file') await writeWhole(place, owner, (out) => pipeline(entry, out));
      // Links and devices of a container mean something there and nothing here.
      entry.resume();
    }
  };
  await Promise.all([done, tree()]);
}

/** Beside its place, then there in one move: nobody reads half of it, and a link in its place is replaced, not followed. */
async function writeWhole(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }, fill: (out: Writable) => Promise<void>): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.wingman-${String(process.pid)}`);
  try {
    await fill(createWriteStream(draft, { flags: 'wx', mode: 0o644 }));
    await chown(draft, uid, gid);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof WingmanError ? error : new WingmanError('CONFIG_INVALID', `${path} cannot be written`, {}, { cause: error });
  }
}

async function* bounded(bytes: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of bytes) {
    sum += (chunk as Buffer).length;
    if (sum > MOST_BYTES) throw new WingmanError('ENGINE_ERROR', 'the engine sends more bytes than a step may write');
    yield chunk as Buffer;
  }
}
