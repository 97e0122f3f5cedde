/**
 * Sealed envelopes for tokens on their way: to the gateway through workflow history, and back to the API for an agent that
 * fetches its own; and for the secrets of webhook endpoints, which the worker alone opens. Compact JWE (RFC 7516), ECDH-ES on X25519 (RFC 7518 section 4.6, RFC 8037) with A256GCM, so that histories
 * and queues never hold a usable token.
 *
 * A seal hides, it does not prove who sealed: what is inside proves itself. Whatever is opened may be hostile.
 *
 * By node:crypto and not by jose: each executed step pays for one seal and one unseal, and they take 120 + 60 us instead of
 * 360 + 240. The tests open each with the other.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { WingmanError } from '../../domain/errors';
import { decodeCanonicalBase64Url } from '../base64url';
import { keyThumbprint } from '../keys/thumbprint';
import type { PublicOkpJwk } from '../keys/keyset';
import type { UnsealKey } from '../keys/unseal-key';
import { isPlainObject } from '../plain-object';

/** Who the content is for. It is part of the authenticated header: one made for the API does not open at the gateway. */
export type SealPurpose = 'gateway-token' | 'api-token' | 'webhook-secret';

/** A key pair for one answer: the public part travels in the question, the private part stays in memory. */
export function createSealKey(): { publicJwk: PublicOkpJwk; unsealKey: UnsealKey } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const publicJwk = toX25519(publicKey.export({ format: 'jwk' }));
  return { publicJwk, unsealKey: { kid: keyThumbprint(publicJwk), privateKey } };
}

/** @throws WingmanError SEAL_INVALID when the public key is none: it may have come over the wire. */
export async function sealFor(
  publicJwk: unknown,
  plaintext: string,
  { purpose }: { purpose: SealPurpose },
): Promise<string> {
  const jwk = toX25519(publicJwk);
  const ephemeral = generateKeyPairSync('x25519');
  const epk = toX25519(ephemeral.publicKey.export({ format: 'jwk' }));
  const header = Buffer.from(
    JSON.stringify({ alg: 'ECDH-ES', enc: 'A256GCM', epk, kid: keyThumbprint(jwk), typ: typOf(purpose) }),
  ).toString('base64url');
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', agreedKey(ephemeral.privateKey, jwk), iv);
  cipher.setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return [header, '', ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

/**
 * @param keys the holder's private keys, the current one and those whose overlap is not over.
 * @throws WingmanError SEAL_INVALID, whatever is wrong with it: form, header, purpose, key or content.
 */
export async function unseal(
  keys: UnsealKey | readonly UnsealKey[],
  sealed: unknown,
  { purpose }: { purpose: SealPurpose },
): Promise<string> {
  const parts = requireForm(sealed);
  const { kid, epk } = requireHeader(parts.header, purpose);
  const key = [keys].flat().find((candidate) => candidate.kid === kid);
  if (key === undefined) throw refuse('it was sealed for a key that is not held here');
  const decipher = createDecipheriv('aes-256-gcm', agreedKey(key.privateKey, epk), parts.iv, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(parts.encodedHeader));
  decipher.setAuthTag(parts.tag);
  try {
    const plaintext = Buffer.concat([decipher.update(parts.ciphertext), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
  } catch (cause) {
    throw refuse('it cannot be opened', cause);
  }
}

const MAX_LENGTH = 32_768;
const HEADER_MEMBERS = 'alg,enc,epk,kid,typ';
const EPK_MEMBERS = 'crv,kty,x';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Round 1, then the algorithm under its length, two empty party infos, and the key's length in bits. */
const KDF_ROUND = Buffer.from([0, 0, 0, 1]);
const KDF_INFO = Buffer.from('\0\0\0\x07A256GCM\0\0\0\0\0\0\0\0\0\0\x01\0', 'latin1');

const typOf = (purpose: SealPurpose): string => `wm-seal-${purpose}`;

function requireForm(sealed: unknown) {
  if (typeof sealed !== 'string' || sealed.length > MAX_LENGTH)
    throw refuse(`it must be one text of at most ${MAX_LENGTH} characters`);
  const texts = sealed.split('.');
  const [header, encryptedKey, iv, ciphertext, tag] = texts.map(decodeCanonicalBase64Url);
  if (texts.length !== 5 || !header || !encryptedKey || !iv || !ciphertext || !tag)
    throw refuse('it must be five parts in canonical base64url');
  if (encryptedKey.length !== 0 || iv.length !== IV_BYTES || tag.length !== TAG_BYTES)
    throw refuse('a part has the wrong length');
  return { header, encodedHeader: texts[0] ?? '', iv, ciphertext, tag };
}

function requireHeader(bytes: Buffer, purpose: SealPurpose): { kid: string; epk: PublicOkpJwk } {
  const header = parseJson(bytes);
  if (!isPlainObject(header) || Object.keys(header).sort().join() !== HEADER_MEMBERS)
    throw refuse(`its header must have exactly ${HEADER_MEMBERS}`);
  const { alg, enc, epk, kid, typ } = header;
  if (alg !== 'ECDH-ES' || enc !== 'A256GCM') throw refuse('it must use ECDH-ES and A256GCM');
  if (typ !== typOf(purpose)) throw refuse(`it was not sealed for the purpose ${purpose}`);
  if (typeof kid !== 'string') throw refuse('its kid is not a text');
  if (!isPlainObject(epk) || Object.keys(epk).sort().join() !== EPK_MEMBERS)
    throw refuse('its ephemeral key must have exactly crv, kty, x');
  // Compact, without a member twice: what comes out the same was read the same by everybody.
  if (!bytes.equals(Buffer.from(JSON.stringify(header))))
    throw refuse('its header is not compact JSON, or has a member twice');
  return { kid, epk: toX25519(epk) };
}

/** ECDH-ES direct key agreement with the Concat KDF of RFC 7518 section 4.6.2: one round of SHA-256, no party information. */
function agreedKey(privateKey: KeyObject, publicJwk: PublicOkpJwk): Buffer {
  let secret: Buffer;
  try {
    secret = diffieHellman({ privateKey, publicKey: createPublicKey({ key: { ...publicJwk }, format: 'jwk' }) });
  } catch (cause) {
    // A point of small order has no secret to share.
    throw refuse('its public key shares no secret', cause);
  }
  return createHash('sha256').update(KDF_ROUND).update(secret).update(KDF_INFO).digest();
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not JSON: undefined is no object, and the caller refuses it.
    return undefined;
  }
}

function toX25519(jwk: unknown): PublicOkpJwk {
  if (!isPlainObject(jwk) || jwk['kty'] !== 'OKP' || jwk['crv'] !== 'X25519' || typeof jwk['x'] !== 'string')
    throw refuse('the key is not an X25519 key');
  if (decodeCanonicalBase64Url(jwk['x'])?.length !== 32) throw refuse('the key is not 32 bytes in canonical base64url');
  return { kty: 'OKP', crv: 'X25519', x: jwk['x'] };
}

function refuse(problem: string, cause?: unknown): WingmanError {
  return new WingmanError('SEAL_INVALID', `the sealed text was refused: ${problem}`, {}, { cause });
}
