/**
 * What a private key file holds: `{ "keys": [...] }`, the current key first. Files of signing keys hold exactly one; the
 * gateway's decryption keys and the codec keys keep older ones, because what was sealed with them is still about.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, createHash } from 'node:crypto';
import { refusal, type WingmanError } from '../../domain/errors';
import { decodeCanonicalBase64Url } from '../base64url';
import { keyThumbprint } from './thumbprint';
import { isSealing, type KeyPurpose, type PublicOkpJwk } from './keyset';
import { isPlainObject } from '../plain-object';

export interface PrivateOkpKey {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly jwk: PublicOkpJwk & { readonly d: string };
}

/** AES-256, base64url. Its kid says nothing about the key: it is a hash of it, cut, under a label. */
export interface CodecKeyEntry {
  readonly kid: string;
  readonly purpose: 'codec';
  readonly k: string;
}

export function generateOkpKey(purpose: KeyPurpose): PrivateOkpKey {
  const { privateKey } = isSealing(purpose) ? generateKeyPairSync('x25519') : generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const { x, d } = jwk;
  if (x === undefined || d === undefined) throw new TypeError('the generated key has no JWK form');
  return toPrivateKey({ purpose, jwk: { kty: 'OKP', crv: curveOf(purpose), x, d } });
}

export function generateCodecKey(): CodecKeyEntry {
  const k = randomBytes(32).toString('base64url');
  return { kid: codecKid(k), purpose: 'codec', k };
}

/** @throws WingmanError CONFIG_INVALID: no list, an empty one, another purpose, or a pair that does not fit. */
export function parseOkpKeys(
  document: unknown,
  purpose: KeyPurpose,
  source: string,
): readonly [PrivateOkpKey, ...PrivateOkpKey[]] {
  const keys = entriesOf(document, source).map((entry, index) => {
    const where = `keys[${index}]`;
    if (!isPlainObject(entry) || entry['purpose'] !== purpose)
      throw invalid(source, `${where} is not a ${purpose} key; the file may have been swapped with another`);
    const { kid, jwk } = entry;
    if (!isPlainObject(jwk) || jwk['kty'] !== 'OKP' || jwk['crv'] !== curveOf(purpose))
      throw invalid(source, `${where} is not an OKP key on ${curveOf(purpose)}`);
    const { x, d } = jwk;
    if (typeof x !== 'string' || typeof d !== 'string')
      throw invalid(source, `${where} lacks its public or its private part`);
    const key = toPrivateKey({ purpose, jwk: { kty: 'OKP', crv: curveOf(purpose), x, d } });
    if (key.kid !== kid || publicPartOf(key, source, where) !== x)
      throw invalid(source, `${where} does not fit together: kid, public and private part belong to different keys`);
    return key;
  });
  return atLeastOne(keys, source);
}

/** @throws WingmanError CONFIG_INVALID */
export function parseCodecKeys(document: unknown, source: string): readonly [CodecKeyEntry, ...CodecKeyEntry[]] {
  const keys = entriesOf(document, source).map((entry, index): CodecKeyEntry => {
    const where = `keys[${index}]`;
    if (!isPlainObject(entry) || entry['purpose'] !== 'codec')
      throw invalid(source, `${where} is not a codec key; the file may have been swapped with another`);
    const { kid, k } = entry;
    if (typeof k !== 'string' || decodeCanonicalBase64Url(k)?.length !== 32)
      throw invalid(source, `${where} is not a key of 32 bytes`);
    if (kid !== codecKid(k))
      throw invalid(source, `${where} does not fit together: kid and key belong to different keys`);
    return { kid, purpose: 'codec', k };
  });
  return atLeastOne(keys, source);
}

function entriesOf(document: unknown, source: string): readonly unknown[] {
  if (!isPlainObject(document) || !Array.isArray(document['keys']))
    throw invalid(source, 'it must be { "keys": [...] }');
  return document['keys'];
}

function atLeastOne<T>(keys: readonly T[], source: string): readonly [T, ...T[]] {
  const [first, ...others] = keys;
  if (first === undefined) throw invalid(source, 'it holds no key');
  return [first, ...others];
}

function toPrivateKey({ purpose, jwk }: Pick<PrivateOkpKey, 'purpose' | 'jwk'>): PrivateOkpKey {
  return { kid: keyThumbprint(jwk), purpose, jwk };
}

/** Node takes `x` on trust when it imports a private JWK; derived again, it cannot lie. */
function publicPartOf({ jwk }: PrivateOkpKey, source: string, where: string): string | undefined {
  try {
    return createPublicKey(createPrivateKey({ key: { ...jwk }, format: 'jwk' })).export({ format: 'jwk' }).x;
  } catch {
    // Node's message could quote key material.
    throw invalid(source, `${where} is not a valid private key`);
  }
}

function curveOf(purpose: KeyPurpose): 'Ed25519' | 'X25519' {
  return isSealing(purpose) ? 'X25519' : 'Ed25519';
}

function codecKid(k: string): string {
  return createHash('sha256').update(`wingman codec key ${k}`).digest('base64url').slice(0, 16);
}

function invalid(source: string, problem: string): WingmanError {
  return refusal(
    'CONFIG_INVALID',
    `key file ${source}: ${problem}: restore it from a backup, or run \`wingman keys rotate\``,
    { file: source },
  );
}
