/** Reads a zip archive that has already been proven to be the one we mean: no encryption, no zip64, no hostile member. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { WingmanError } from '../domain/errors';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DEFLATED = 8;

export interface ZipMember {
  readonly name: string;
  content(): Buffer;
}

/** In the archive's order, by its central directory (APPNOTE 4.3.12). @throws WingmanError CONFIG_INVALID when it is no zip */
export function* zipMembers(archive: Buffer): Generator<ZipMember> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw broken('no end record');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw broken('a directory entry is missing');
    const method = archive.readUInt16LE(at + 10);
    const packed = archive.readUInt32LE(at + 20);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [number, number, number];
    const header = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    yield { name, content: () => contentOf(archive, header, packed, method) };
    at += 46 + nameLength + extraLength + commentLength;
  }
}

/** Writes the members below `prefix` that are wanted, with the mode that is asked for. */
export function unzip(archive: Buffer, prefix: string, directory: string, modeOf: (path: string) => number | null): void {
  const made = new Set<string>();
  for (const member of zipMembers(archive)) {
    const path = member.name.startsWith(prefix) && !member.name.endsWith('/') ? normalize(member.name.slice(prefix.length)) : '';
    const mode = path === '' || path.startsWith('..') || path.startsWith('/') ? null : modeOf(path);
    if (mode === null) continue;
    const file = join(directory, path);
    if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    made.add(dirname(file));
    writeFileSync(file, member.content(), { mode });
  }
}

function contentOf(archive: Buffer, header: number, packed: number, method: number): Buffer {
  if (archive.readUInt32LE(header) !== LOCAL) throw broken('a member is missing');
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const bytes = archive.subarray(start, start + packed);
  return method === DEFLATED ? inflateRawSync(bytes) : bytes;
}

function broken(why: string): WingmanError {
  return new WingmanError('CONFIG_INVALID', `the archive cannot be read: ${why}`);
}
