/**
 * Encrypts every payload on its way to Temporal: arguments, results, failures, details. AES-256-GCM with a random nonce; the
 * wire form is that of Temporal's own encryption samples (`binary/encrypted`, `encryption-key-id`, nonce before the
 * ciphertext), bound to key id and form by the additional data.
 *
 * Temporal is no trust boundary: whatever comes back may have been written by whoever can reach its port.
 */
import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

export interface PayloadCodecKeys {
  readonly currentKid: string;
  readonly byKid: ReadonlyMap<string, KeyObject>;
}

/**
 * What to do with a payload that none of ours ever wrote (not encrypted, or not with its key).
 *
 * `refuse` throws: for clients and for workers with activities only, where the one call fails. `blank` puts
 * `{ "refused": "PAYLOAD_NOT_ENCRYPTED" }` in its place: for the worker that runs workflows, because an error in a workflow
 * task is retried for ever, and one plain signal from anybody's command line would hold that approval up beyond its expiry.
 * Either way no workflow or activity ever sees what was sent.
 */
export type ForeignPayloads = 'refuse' | 'blank';

/** @throws TypeError when the current key is not among the keys. */
export function createPayloadCodec(keys: PayloadCodecKeys, foreign: ForeignPayloads): PayloadCodec {
  const current = keys.byKid.get(keys.currentKid);
  if (current === undefined) throw new TypeError('the current codec key is not among the codec keys');
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, keys.currentKid, current)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, keys, foreign)),
  };
}

const ENCODING = 'binary/encrypted';
const ENCODING_BYTES = Buffer.from(ENCODING);
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function encrypt(payload: Payload, kid: string, key: KeyObject): Payload {
  const plain = temporal.api.common.v1.Payload.encode(payload).finish();
  const data = new Uint8Array(NONCE_BYTES + plain.length + TAG_BYTES);
  const nonce = randomFillSync(data.subarray(0, NONCE_BYTES));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additionalData(kid));
  data.set(cipher.update(plain), NONCE_BYTES);
  // GCM has nothing left to give at its end but the tag.
  cipher.final();
  data.set(cipher.getAuthTag(), NONCE_BYTES + plain.length);
  return { metadata: { encoding: ENCODING_BYTES, 'encryption-key-id': Buffer.from(kid) }, data };
}

function decrypt(payload: Payload, keys: PayloadCodecKeys, foreign: ForeignPayloads): Payload {
  const { metadata, data } = payload;
  if (metadata?.['encoding'] === undefined || !ENCODING_BYTES.equals(metadata['encoding']))
    return reject(foreign, 'it is not encrypted');
  const kid = Buffer.from(metadata['encryption-key-id'] ?? []).toString('utf8');
  const key = keys.byKid.get(kid);
  if (key === undefined) {
    // Never blanked: more likely than an attack is a process that was started without an older key, and a workflow that
    // waits for it is better than one that goes on without its own history.
    throw new TypeError(
      `no codec key ${printable(kid)} is held here: if the key was rotated, give this process the older keys too`,
    );
  }
  if (!data || data.length < NONCE_BYTES + TAG_BYTES) return reject(foreign, 'it is too short');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(kid));
    decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
    const plain = decipher.update(data.subarray(NONCE_BYTES, data.length - TAG_BYTES));
    decipher.final();
    return temporal.api.common.v1.Payload.decode(plain);
  } catch {
    // OpenSSL says no more than that it failed.
    return reject(foreign, 'it was altered');
  }
}

function reject(foreign: ForeignPayloads, problem: string): Payload {
  if (foreign === 'blank') return blank();
  throw new TypeError(`a payload was refused: ${problem}`);
}

/** A new one each time: the SDK hands payloads on by reference. */
function blank(): Payload {
  return {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from('{"refused":"PAYLOAD_NOT_ENCRYPTED"}'),
  };
}

function additionalData(kid: string): Buffer {
  return Buffer.from(`${ENCODING} ${kid}`);
}

function printable(kid: string): string {
  return kid.replace(/[^\x21-\x7e]/g, '?').slice(0, 32);
}
