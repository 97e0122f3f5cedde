/**
 * The public keys that signatures are checked with. A keyset is a file that an operator's machine wrote, but its kids are
 * looked up with text from hostile tokens: the index is a Map, so `constructor` and `__proto__` find nothing.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { refusal, type WingmanError } from '../../domain/errors';
import { keyThumbprint } from './thumbprint';
import { isPlainObject } from '../plain-object';

/** What a key may sign or open; a key of one purpose is no key for another, even with a fitting kid. */
export const KEY_PURPOSES = ['mint', 'attestation', 'receipt', 'checkpoint', 'seal', 'webhook', 'policy'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Keys that open what was sealed for their holder; all others sign. */
export const isSealing = (purpose: KeyPurpose): boolean => purpose === 'seal' || purpose === 'webhook';

/** `overlap`: rotated out, still believed until `not_after` (for good when absent). `revoked`: never believed again. */
export type KeyStatus = 'active' | 'overlap' | 'revoked';

export interface PublicOkpJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519' | 'X25519';
  readonly x: string;
}

/** One row of a keyset file. `not_after` is in unix seconds. */
export interface KeysetEntry {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly status: KeyStatus;
  readonly not_after?: number;
  readonly jwk: PublicOkpJwk;
}

export interface KeysetDocument {
  readonly keys: readonly KeysetEntry[];
}

export interface VerificationKey {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly status: KeyStatus;
  /** Unix seconds; null: no end. */
  readonly notAfter: number | null;
  readonly jwk: PublicOkpJwk;
  readonly publicKey: KeyObject;
}

export type Keyset = ReadonlyMap<string, VerificationKey>;

/** @throws WingmanError CONFIG_INVALID naming `source` (the file) and the entry. */
export function parseKeyset(document: unknown, source: string): Keyset {
  const keyset = new Map<string, VerificationKey>();
  for (const [index, entry] of entriesOf(document, source).entries()) {
    const where = `keys[${index}]`;
    const key = toVerificationKey(entry, source, where);
    if (keyset.has(key.kid)) throw invalid(source, `${where}: kid ${key.kid} is listed twice`);
    if (
      key.status === 'active' &&
      [...keyset.values()].some((other) => other.purpose === key.purpose && other.status === 'active')
    ) {
      throw invalid(source, `${where}: there is another active ${key.purpose} key`);
    }
    keyset.set(key.kid, key);
  }
  return keyset;
}

/** The one key that new work of this purpose is done with. @throws WingmanError CONFIG_INVALID when there is none. */
export function activeKey(keyset: Keyset, purpose: KeyPurpose, source: string): VerificationKey {
  const active = [...keyset.values()].find((key) => key.purpose === purpose && key.status === 'active');
  if (active === undefined) throw invalid(source, `it lists no active ${purpose} key`);
  return active;
}

/** The body of `/.well-known/jwks.json`: signature keys that are not revoked. Public by nature. */
export function publicJwks(keyset: Keyset): { keys: Record<string, string>[] } {
  const signing = [...keyset.values()].filter((key) => !isSealing(key.purpose) && key.status !== 'revoked');
  return { keys: signing.map(({ kid, purpose, jwk }) => ({ ...jwk, kid, alg: 'EdDSA', use: 'sig', purpose })) };
}

function entriesOf(document: unknown, source: string): readonly unknown[] {
  if (!isPlainObject(document) || !Array.isArray(document['keys']))
    throw invalid(source, 'it must be { "keys": [...] }');
  return document['keys'];
}

function toVerificationKey(entry: unknown, source: string, where: string): VerificationKey {
  if (!isPlainObject(entry)) throw invalid(source, `${where} is not an object`);
  const { kid, purpose, status, not_after: notAfter, jwk } = entry;
  if (!isPurpose(purpose)) throw invalid(source, `${where}: purpose must be one of ${KEY_PURPOSES.join(', ')}`);
  if (status !== 'active' && status !== 'overlap' && status !== 'revoked')
    throw invalid(source, `${where}: status must be active, overlap or revoked`);
  if (notAfter !== undefined && (status !== 'overlap' || !Number.isSafeInteger(notAfter)))
    throw invalid(source, `${where}: not_after is for overlap keys and must be unix seconds`);
  const crv = isSealing(purpose) ? 'X25519' : 'Ed25519';
  if (!isPlainObject(jwk) || jwk['kty'] !== 'OKP' || jwk['crv'] !== crv || typeof jwk['x'] !== 'string') {
    throw invalid(source, `${where}: jwk must be an OKP key on ${crv}`);
  }
  if ('d' in jwk)
    throw invalid(source, `${where}: a keyset holds public keys, and this jwk has a private part; revoke that key`);
  const publicJwk: PublicOkpJwk = { kty: 'OKP', crv, x: jwk['x'] };
  if (kid !== keyThumbprint(publicJwk)) throw invalid(source, `${where}: kid is not the thumbprint of its jwk`);
  return {
    kid,
    purpose,
    status,
    notAfter: typeof notAfter === 'number' ? notAfter : null,
    jwk: publicJwk,
    publicKey: importPublicKey(publicJwk, source, where),
  };
}

function importPublicKey(jwk: PublicOkpJwk, source: string, where: string): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    // Node's message says nothing that helps an operator; the place does.
    throw invalid(source, `${where}: jwk is not a valid ${jwk.crv} key`);
  }
}

function isPurpose(value: unknown): value is KeyPurpose {
  return KEY_PURPOSES.some((purpose) => purpose === value);
}

function invalid(source: string, problem: string): WingmanError {
  return refusal('CONFIG_INVALID', `keyset ${source}: ${problem}`, { file: source });
}
