/**
 * Signed checkpoints of the ledger: a C2SP tlog-checkpoint (origin, size, root) inside a C2SP signed note, Ed25519.
 * https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md and signed-note.md
 */
import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import { refusal } from '../../domain/errors';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

const ALGORITHM_ED25519 = 0x01;

function rawKey(publicKey: KeyObject): Buffer {
  const { x } = publicKey.export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('a checkpoint key is an Ed25519 key');
  return Buffer.concat([Uint8Array.of(ALGORITHM_ED25519), Buffer.from(x, 'base64url')]);
}

/** Four bytes that name the key: SHA-256(name, newline, algorithm, public key), cut. */
function keyHash(origin: string, publicKey: KeyObject): Buffer {
  return createHash('sha256').update(`${origin}\n`).update(rawKey(publicKey)).digest().subarray(0, 4);
}

/** The public key as the tools and witnesses of C2SP take it (`name+hash+key`), for who wants to check notes without us. */
export function toVerifierKey(origin: string, publicKey: KeyObject): string {
  return `${origin}+${keyHash(origin, publicKey).toString('hex')}+${rawKey(publicKey).toString('base64')}`;
}

export function signCheckpoint({ origin, size, root }: Checkpoint, keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): string {
  const text = `${origin}\n${String(size)}\n${root}\n`;
  const signature = Buffer.concat([keyHash(origin, keys.publicKey), sign(null, Buffer.from(text), keys.privateKey)]);
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`;
}

/** @throws WingmanError LEDGER_BROKEN when no line is a genuine signature of one of the keys */
export function verifyCheckpoint(note: string, publicKeys: readonly KeyObject[]): Checkpoint {
  const checkpoint = parseCheckpoint(note);
  const end = note.indexOf('\n\n');
  const text = Buffer.from(note.slice(0, end + 1));
  const signatures = note.slice(end + 2).split('\n').map((line) => /^— (\S+) ([A-Za-z0-9+/]{91}=)$/.exec(line)).filter((match) => match !== null);
  for (const [, name, encoded] of signatures) {
    const bytes = Buffer.from(encoded ?? '', 'base64');
    const genuine = publicKeys.some(
      (key) => name === checkpoint.origin && keyHash(checkpoint.origin, key).equals(bytes.subarray(0, 4)) && verify(null, text, key, bytes.subarray(4)),
    );
    if (genuine) return checkpoint;
  }
  throw refusal('LEDGER_BROKEN', 'the checkpoint has no genuine signature', { size: checkpoint.size });
}

/** @throws WingmanError LEDGER_BROKEN */
export function parseCheckpoint(note: string): Checkpoint {
  const [origin, size, root] = note.slice(0, Math.max(0, note.indexOf('\n\n'))).split('\n');
  if (origin === undefined || origin === '' || size === undefined || root === undefined || !/^(?:0|[1-9][0-9]{0,14})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) {
    throw refusal('LEDGER_BROKEN', 'this is not a checkpoint');
  }
  return { origin, size: Number(size), root };
}

/**
 * The notes of a file that they were appended to. A note that a crash cut is left out: what was never signed in full is no
 * checkpoint, and who wants to hide one need not damage the file but can shorten it (so keep copies elsewhere).
 */
export function splitCheckpoints(file: string): readonly string[] {
  const blocks = file.split(/\n{2,}/);
  return blocks.flatMap((block, index) => {
    const text = blocks[index - 1];
    const signatures = block.replace(/\n$/, '');
    return text !== undefined && signatures.split('\n').every((line) => SIGNATURE_LINE.test(line)) ? [`${text}\n\n${signatures}\n`] : [];
  });
}

/** Sixty-eight bytes: four that name the key, and the signature. */
const SIGNATURE_LINE = /^— \S+ [A-Za-z0-9+/]{91}=$/;
