/** What can be told of a file or directory without telling its contents. Runs in a looker: it may hang with its file system. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, opendirSync, openSync, readSync, type BigIntStats, type Dirent } from 'node:fs';
import type { Look } from '../../domain/claim/blind';
import type { FileWant } from '../../domain/claim/claim';
import type { Facts } from '../../domain/claim/facts';
import { ownerOf } from './account-names';
import { heldPath, withOpened } from './open-beneath';
import { textFacts } from './text-of-file';

type FileFacts = Facts['file'];

export interface FileTask {
  readonly kind: 'file';
  readonly root: string;
  readonly segments: readonly string[];
  readonly want: readonly FileWant[];
  readonly limits: FileLimits;
  readonly literal?: string;
  readonly setting?: { readonly key: string; readonly value: string };
  /** Below a workspace that nobody registered: what is missing may be elsewhere. */
  readonly isGuess?: true;
}

export interface FileLimits {
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly maxReadMs: number;
}

export const FILE_LIMITS: FileLimits = { maxBytes: 256 * 1_048_576, maxEntries: 100_000, maxReadMs: 5_000 };

const CHUNK_BYTES = 262_144;
const LINE_FEED = 0x0a;

/**
 * A wanted fact that could not be had is null, with the reason in `<fact>_unknown`: TOO_LARGE, TIMED_OUT, UNREADABLE, CHANGED (somebody
 * wrote while it was read) or NOT_APPLICABLE (the entries of a file).
 */
export function lookAtFile({ root, segments, want, limits, literal, setting, isGuess }: FileTask): Look<'file'> {
  return withOpened(root, segments, (opened): Look<'file'> => {
    if (opened.kind === 'blind') return { blind: opened.code };
    if (opened.kind === 'absent') return isGuess === true ? { blind: 'PATH_NOT_REGISTERED' } : { seen: { exists: false } };
    const { fd, facts } = opened;
    if (facts.isDirectory()) return { seen: { ...common(facts, 'directory'), ...unknown(want.filter((fact) => fact !== 'entries'), 'NOT_APPLICABLE'), ...(want.includes('entries') ? countEntries(fd, limits) : {}) } };
    if (!facts.isFile()) return { blind: 'PATH_NOT_A_FILE' };
    const contents = want.filter((fact) => fact !== 'entries');
    return {
      seen: {
        ...common(facts, 'file'),
        ...unknown(want.filter((fact) => fact === 'entries'), 'NOT_APPLICABLE'),
        ...(contents.length === 0 ? {} : digest(fd, facts, contents, limits)),
        ...textFacts(fd, facts, literal, setting),
      },
    };
  });
}

function common(facts: BigIntStats, type: 'file' | 'directory'): FileFacts {
  return {
    exists: true,
    type,
    ...(type === 'file' ? { size: Number(facts.size) } : {}),
    mode: (facts.mode & 0o7777n).toString(8).padStart(4, '0'),
    links: Number(facts.nlink),
    ...ownerOf(facts.uid, facts.gid),
    modified_at: toIso(facts.mtimeMs),
    changed_at: toIso(facts.ctimeMs),
    // 0 where the file system keeps none.
    created_at: facts.birthtimeMs > 0n ? toIso(facts.birthtimeMs) : null,
  };
}

/** A file may claim to be from the year 300,000: utimes(2) takes what it is given. */
function toIso(ms: bigint): string | null {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const unknown = (wanted: readonly FileWant[], reason: string): Partial<FileFacts> => Object.fromEntries(wanted.flatMap((fact) => [[fact, null], [`${fact}_unknown`, reason]]));

/** Links count as entries, and are neither files nor directories. */
function countEntries(fd: number, { maxEntries, maxReadMs }: FileLimits): Partial<FileFacts> {
  const deadline = Date.now() + maxReadMs;
  try {
    const directory = opendirSync(heldPath(fd));
    try {
      let entries = 0;
      let files = 0;
      let directories = 0;
      // Some file systems leave the type out of their lists.
      let isTyped = true;
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        entries += 1;
        if (entry.isFile()) files += 1;
        if (entry.isDirectory()) directories += 1;
        isTyped &&= isTypeKnown(entry);
        if (entries > maxEntries) return unknown(['entries'], 'TOO_LARGE');
        if (entries % 1_000 === 0 && Date.now() > deadline) return unknown(['entries'], 'TIMED_OUT');
      }
      return { entries, files: isTyped ? files : null, directories: isTyped ? directories : null };
    } finally {
      directory.closeSync();
    }
  } catch {
    // Whatever the reason: what could not be listed was not counted.
    return unknown(['entries'], 'UNREADABLE');
  }
}

const isTypeKnown = (entry: Dirent): boolean =>
  entry.isFile() || entry.isDirectory() || entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();

/** Reads the file once for all that is wanted of it, by a descriptor of the very file that was looked at. */
function digest(held: number, facts: BigIntStats, wanted: readonly FileWant[], { maxBytes, maxReadMs }: FileLimits): Partial<FileFacts> {
  if (facts.size > BigInt(maxBytes)) return unknown(wanted, 'TOO_LARGE');
  const deadline = Date.now() + maxReadMs;
  let fd: number;
  try {
    // Through the held descriptor: this follows no name. O_NONBLOCK for whatever a file system may disguise as a file.
    fd = openSync(heldPath(held), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return unknown(wanted, 'UNREADABLE');
  }
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let bytes = 0;
    let lineFeeds = 0;
    let last = LINE_FEED;
    for (;;) {
      const read = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) break;
      bytes += read;
      // A file that grows while it is read, or one of /proc that says it has none.
      if (bytes > maxBytes) return unknown(wanted, 'TOO_LARGE');
      if (Date.now() > deadline) return unknown(wanted, 'TIMED_OUT');
      const part = chunk.subarray(0, read);
      hash.update(part);
      lineFeeds += countLineFeeds(part);
      last = part[read - 1] ?? LINE_FEED;
    }
    const after = fstatSync(fd, { bigint: true });
    if (after.size !== BigInt(bytes) || after.mtimeNs !== facts.mtimeNs || after.ctimeNs !== facts.ctimeNs) return unknown(wanted, 'CHANGED');
    return {
      ...(wanted.includes('sha256') ? { sha256: hash.digest('hex') } : {}),
      // People count a last line without an end, wc(1) does not: both are told.
      ...(wanted.includes('lines') ? { lines: lineFeeds + (last === LINE_FEED ? 0 : 1), line_feeds: lineFeeds } : {}),
    };
  } catch {
    return unknown(wanted, 'UNREADABLE');
  } finally {
    closeSync(fd);
  }
}

function countLineFeeds(part: Buffer): number {
  let count = 0;
  for (let at = part.indexOf(LINE_FEED); at !== -1; at = part.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
