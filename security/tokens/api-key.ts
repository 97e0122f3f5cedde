/**
 * API keys: `wm_<kind letter>_<key id>_<secret and checksum>`, such as `wm_a_` + 12 hex digits + `_` + 49 characters.
 *
 * The prefix and the fixed lengths are for secret scanners and for redaction; the checksum tells a mistyped key from a
 * revoked one and a random text from a leaked key, without a look-up.
 *
 * Only the SHA-256 of the whole text is stored. A slow hash (bcrypt, argon2) protects what people can guess; 256 random bits
 * cannot be guessed at any speed, and a slow one would cost each request tens of milliseconds. There is no comparison that
 * could leak by its timing either: the presented key is hashed and the hash looked up in a unique index, so an attacker who
 * measures learns at most about hashes of his own choosing.
 */
import { createHash, randomBytes } from 'node:crypto';
import { refusal, type WingmanError } from '../../domain/errors';
import type { Sha256Hex } from '../../domain/ids';
import { decodeCanonicalBase64Url } from '../base64url';
import { sha256Hex } from '../digest';

export const API_KEY_KINDS = ['agent', 'reviewer', 'operator', 'delegate'] as const;
export type ApiKeyKind = (typeof API_KEY_KINDS)[number];

/** For scanners and redaction; without anchors or flags. */
export const API_KEY_PATTERN = 'wm_[arod]_[0-9a-f]{12}_[A-Za-z0-9_-]{49}';

export interface ApiKey {
  readonly kind: ApiKeyKind;
  /** Public: shown in lists and written to the ledger. */
  readonly keyId: string;
  readonly hash: Sha256Hex;
}

/** A new key. `key` is shown once and stored nowhere. */
export function createApiKey(kind: ApiKeyKind): ApiKey & { readonly key: string } {
  const keyId = randomBytes(6).toString('hex');
  const unchecked = `wm_${LETTERS[kind]}_${keyId}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const key = unchecked + checksum(unchecked);
  return { key, kind, keyId, hash: hashApiKey(key) };
}

/**
 * The presented key's facts, hash included. That it has the right form says nothing about its holder: look up the hash.
 *
 * @param text from a header: hostile. @throws WingmanError UNAUTHENTICATED; the message never quotes the text.
 */
export function parseApiKey(text: unknown): ApiKey {
  if (text === undefined || text === null || text === '')
    throw refuse('there is no API key: send `Authorization: Bearer <key>`');
  const match = typeof text === 'string' ? FORM.exec(text) : null;
  if (match === null)
    throw refuse('this is not an API key of Wingman: it looks like wm_a_…; make one with `wingman keys issue`');
  const [key, letter, keyId, secret] = match;
  const kind = API_KEY_KINDS.find((candidate) => LETTERS[candidate] === letter);
  if (
    kind === undefined ||
    keyId === undefined ||
    secret === undefined ||
    decodeCanonicalBase64Url(secret)?.length !== SECRET_BYTES
  ) {
    throw refuse('this is not an API key of Wingman');
  }
  if (checksum(key.slice(0, -CHECKSUM_LENGTH)) !== key.slice(-CHECKSUM_LENGTH))
    throw refuse('the API key was mistyped or cut: its checksum does not fit');
  return { kind, keyId, hash: hashApiKey(key) };
}

export function hashApiKey(key: string): Sha256Hex {
  return sha256Hex(key);
}

const LETTERS: Readonly<Record<ApiKeyKind, string>> = { agent: 'a', reviewer: 'r', operator: 'o', delegate: 'd' };
const SECRET_BYTES = 32;
const CHECKSUM_LENGTH = 6;
const FORM = /^wm_([arod])_([0-9a-f]{12})_([A-Za-z0-9_-]{43})[A-Za-z0-9_-]{6}$/;

/** 36 bits: no secret, only a guard against typing errors and false alarms. */
function checksum(unchecked: string): string {
  return createHash('sha256').update(`wingman api key ${unchecked}`).digest('base64url').slice(0, CHECKSUM_LENGTH);
}

function refuse(problem: string): WingmanError {
  return refusal('UNAUTHENTICATED', problem);
}
