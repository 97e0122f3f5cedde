/**
 * Objects of a Git repository, read as files: no program is run, so no hook, filter or setting of a repository that an agent may have
 * written can run one either. https://git-scm.com/docs/gitformat-pack
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { heldPath, withOpened } from './open-beneath';

export interface GitDirectory {
  readonly root: string;
  /** Of the directory with HEAD and objects/ in it, below the root. */
  readonly prefix: readonly string[];
}

export interface GitObject {
  readonly id: string;
  readonly type: string | null;
  /** The beginning of what it holds; null where it is stored as a difference to another. */
  readonly head: Buffer | null;
}

const MAX_PACKS = 500;
const MAX_DELTAS = 4_096;
const HEAD_BYTES = 8_192;
const TYPES: Readonly<Record<number, string>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const REFERENCE_DELTA = 7;

/** @param beginning of an id, lower-case hex, 4 digits at least. Up to two objects: more is as ambiguous as two. */
export function findObjects(git: GitDirectory, beginning: string): readonly GitObject[] {
  const found = new Map<string, GitObject>();
  const folder = beginning.slice(0, 2);
  for (const name of listDirectory(git, ['objects', folder])) {
    const id = folder + name;
    if (/^[0-9a-f]+$/.test(name) && id.startsWith(beginning)) found.set(id, { id, ...readLoose(git, folder, name) });
  }
  const packs = listDirectory(git, ['objects', 'pack']).filter((name) => /^pack-[0-9a-f]+\.idx$/.test(name));
  if (packs.length > MAX_PACKS) throw new TypeError('too many packs');
  for (const pack of packs) {
    for (const { id, offset } of searchIndex(git, pack, beginning)) if (!found.has(id)) found.set(id, { id, ...readPacked(git, pack, offset) });
  }
  return [...found.values()].slice(0, 2);
}

export function listDirectory(git: GitDirectory, path: readonly string[]): readonly string[] {
  return withOpened(git.root, [...git.prefix, ...path], (opened) => {
    if (opened.kind === 'blind') throw new TypeError('not readable');
    return opened.kind === 'found' && opened.facts.isDirectory() ? readdirSync(heldPath(opened.fd)) : [];
  });
}

/** Null when it is not there. @throws TypeError for a link, a pipe, one that is too large or not readable: then nothing is known */
export function readBounded(git: GitDirectory, path: readonly string[], maxBytes: number): Buffer | null {
  return withFile(git, path, (fd, size) => {
    if (size > maxBytes) throw new TypeError('too large');
    return readAt(fd, 0, size);
  });
}

function withFile<T>(git: GitDirectory, path: readonly string[], act: (fd: number, size: number) => T): T | null {
  return withOpened(git.root, [...git.prefix, ...path], (opened) => {
    if (opened.kind === 'absent') return null;
    if (opened.kind === 'blind' || !opened.facts.isFile()) throw new TypeError('not readable');
    const fd = openSync(heldPath(opened.fd), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return act(fd, fstatSync(fd).size);
    } finally {
      closeSync(fd);
    }
  });
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const read = readSync(fd, bytes, at, length - at, offset + at);
    if (read === 0) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

/** A beginning is enough, and all that a bomb gets to fill. */
function inflateHead(bytes: Buffer): Buffer {
  return inflateSync(bytes, { finishFlush: 2 /* Z_SYNC_FLUSH: the input is cut */, maxOutputLength: 1_048_576 }).subarray(0, HEAD_BYTES);
}

function readLoose(git: GitDirectory, folder: string, name: string): Omit<GitObject, 'id'> {
  const bytes = withFile(git, ['objects', folder, name], (fd, size) => readAt(fd, 0, Math.min(size, HEAD_BYTES)));
  if (bytes === null) throw new TypeError('gone in between');
  const inflated = inflateHead(bytes);
  const end = inflated.indexOf(0);
  const type = /^(commit|tree|blob|tag) \d+$/.exec(inflated.toString('latin1', 0, Math.max(end, 0)))?.[1] ?? null;
  return { type, head: type === null ? null : inflated.subarray(end + 1) };
}

function* searchIndex(git: GitDirectory, pack: string, beginning: string): Generator<{ readonly id: string; readonly offset: number }> {
  const found = withFile(git, ['objects', 'pack', pack], (fd) => {
    const header = readAt(fd, 0, 8 + 1_024);
    if (header.length < 1_032 || header.readUInt32BE(0) !== 0xff744f63 || header.readUInt32BE(4) !== 2) throw new TypeError('an index of another version');
    const first = parseInt(beginning.slice(0, 2), 16);
    const total = header.readUInt32BE(8 + 255 * 4);
    let low = first === 0 ? 0 : header.readUInt32BE(8 + (first - 1) * 4);
    let high = header.readUInt32BE(8 + first * 4);
    const end = high;
    const idAt = (index: number): string => readAt(fd, 1_032 + index * 20, 20).toString('hex');
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (idAt(middle) < beginning) low = middle + 1;
      else high = middle;
    }
    const matches: { id: string; offset: number }[] = [];
    for (let index = low; index < end && matches.length < 2; index += 1) {
      const id = idAt(index);
      if (!id.startsWith(beginning)) break;
      const short = readAt(fd, 1_032 + total * 24 + index * 4, 4).readUInt32BE(0);
      const offset = short < 0x80000000 ? short : Number(readAt(fd, 1_032 + total * 28 + (short - 0x80000000) * 8, 8).readBigUInt64BE(0));
      matches.push({ id, offset });
    }
    return matches;
  });
  yield* found ?? [];
}

function readPacked(git: GitDirectory, index: string, offset: number): Omit<GitObject, 'id'> {
  const pack = index.replace(/\.idx$/, '.pack');
  const read = withFile(git, ['objects', 'pack', pack], (fd): Omit<GitObject, 'id'> => {
    let at = offset;
    for (let step = 0; step < MAX_DELTAS; step += 1) {
      const bytes = readAt(fd, at, HEAD_BYTES);
      const kind = ((bytes[0] ?? 0) >> 4) & 7;
      let next = 0;
      while (((bytes[next] ?? 0) & 0x80) !== 0) next += 1;
      next += 1;
      const type = TYPES[kind];
      if (type !== undefined) return { type, head: step === 0 ? inflateHead(bytes.subarray(next)) : null };
      if (kind === OFFSET_DELTA) at -= readOffset(bytes, next);
      else if (kind === REFERENCE_DELTA) {
        const [base] = [...searchIndex(git, index, bytes.toString('hex', next, next + 20))];
        if (base === undefined) return { type: null, head: null };
        at = base.offset;
      } else break;
      if (at <= 0) break;
    }
    return { type: null, head: null };
  });
  if (read === null) throw new TypeError('gone in between');
  return read;
}

function readOffset(bytes: Buffer, from: number): number {
  let at = from;
  let value = (bytes[at] ?? 0) & 0x7f;
  while (((bytes[at] ?? 0) & 0x80) !== 0) {
    at += 1;
    value = (value + 1) * 128 + ((bytes[at] ?? 0) & 0x7f);
  }
  return value;
}
