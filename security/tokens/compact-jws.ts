/**
 * The strict little subset of JWS compact serialization (RFC 7515) that every signed thing of Wingman uses: Ed25519, a header
 * of exactly `alg`, `kid` and `typ`, and a payload in canonical JSON (RFC 8785).
 *
 * General JOSE verifiers forgive: of 112 hostile spellings, 53 passed jose's jwtVerify (newlines, `==`, duplicate members,
 * malleable last characters). Here every signed text has one spelling. Whatever is read may be hostile; the check functions
 * are called in the order in which they stand, and each throws the refusal of its stage.
 */
import { sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { refusal, type ErrorCode, type WingmanError } from '../../domain/errors';
import { decodeCanonicalBase64Url } from '../base64url';
import type { Keyset, KeyPurpose, VerificationKey } from '../keys/keyset';
import type { SigningKey } from '../keys/signing-key';
import { isPlainObject } from '../plain-object';

/** What one kind of signed text is, and the codes that its stages refuse with. */
export interface JwsKind {
  /** For messages, such as `capability token`. */
  readonly name: string;
  readonly typ: string;
  readonly purpose: KeyPurpose;
  /** Of the whole text, in characters. */
  readonly maxLength: number;
  readonly codes: Readonly<Record<'missing' | 'form' | 'header' | 'key' | 'signature' | 'claims', ErrorCode>>;
}

export interface JwsParts {
  readonly signingInput: string;
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** Which keys are believed. */
export interface KeyTrust {
  readonly keyset: Keyset;
  readonly revokedKids: ReadonlySet<string>;
  /** Unix seconds. */
  readonly now: number;
}

/** For a kind whose every fault is the same refusal. */
export const sameCode = (code: ErrorCode): JwsKind['codes'] => ({ missing: code, form: code, header: code, key: code, signature: code, claims: code });

export type ClaimCheck = (value: unknown) => boolean;
export interface ClaimShape {
  readonly required: Readonly<Record<string, ClaimCheck>>;
  readonly optional?: Readonly<Record<string, ClaimCheck>>;
}

const SIGNATURE_BYTES = 64;

const signAside = (input: Buffer, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign(null, input, key, (error, signature) => {
      if (error === null) resolve(signature);
      else reject(error);
    });
  });

/** @throws TypeError when the key is of another purpose: a programmer's mistake. */
async function signJws(kind: JwsKind, payload: Json, key: SigningKey): Promise<string> {
  if (key.purpose !== kind.purpose)
    throw new TypeError(`a ${kind.name} is signed with a ${kind.purpose} key, not a ${key.purpose} key`);
  const signingInput = `${encodedHeader(kind.typ, key.kid)}.${Buffer.from(canonicalJson(payload)).toString('base64url')}`;
  // One trip to the thread pool, where a signature's 40 us hold up nobody. Measured at 32 at once on two cores: 25 us each, and
  // jose, which goes there three times and spends half as much CPU again, 40 to 60.
  const signature = await signAside(Buffer.from(signingInput), key.privateKey);
  const text = `${signingInput}.${signature.toString('base64url')}`;
  if (text.length > kind.maxLength)
    throw refusal(kind.codes.form, `the ${kind.name} would be longer than ${kind.maxLength} characters`);
  return text;
}

/**
 * Signs claims of our own making. @throws TypeError when one has a form that no verifier would take: better to fail where it was
 * made than where it is read.
 */
export async function signClaims(kind: JwsKind, shape: ClaimShape, claims: Readonly<Record<string, Json>>, key: SigningKey): Promise<string> {
  for (const [name, isValid] of Object.entries(shape.required)) {
    if (!isValid(claims[name])) throw new TypeError(`a ${kind.name} cannot be signed: ${name} has the wrong form`);
  }
  return signJws(kind, claims, key);
}

/** What all signed texts have in common: form, header, key, signature, form of the claims. What they must say is the caller's. */
export function readSigned(kind: JwsKind, shape: ClaimShape, text: unknown, trust: KeyTrust): Readonly<Record<string, unknown>> {
  const parts = splitJws(kind, text);
  const kid = requireHeader(kind, parts);
  const key = requireKey(kind, kid, trust);
  requireSignature(kind, parts, key);
  return requireClaims(kind, parts, shape);
}

/** Exactly three parts in canonical base64url, of sane sizes. Nothing is trimmed or repaired. */
function splitJws(kind: JwsKind, text: unknown): JwsParts {
  if (text === undefined || text === null || text === '') throw refusal(kind.codes.missing, `there is no ${kind.name}`);
  if (typeof text !== 'string') throw refuseForm(kind, 'it is not a text');
  if (text.length > kind.maxLength) throw refuseForm(kind, `it is longer than ${kind.maxLength} characters`);
  const parts = text.split('.');
  const [header, payload, signature] = parts.map(decodeCanonicalBase64Url);
  if (parts.length !== 3) throw refuseForm(kind, 'it does not have exactly three parts');
  if (!header || !payload || !signature) throw refuseForm(kind, 'a part is not canonical base64url');
  if (header.length === 0 || payload.length === 0) throw refuseForm(kind, 'a part is empty');
  if (signature.length !== SIGNATURE_BYTES)
    throw refuseForm(kind, `its signature is not ${SIGNATURE_BYTES} bytes long`);
  return { signingInput: text.slice(0, text.lastIndexOf('.')), header, payload, signature };
}

/** Answers the kid. One comparison of bytes refuses another alg, another type, extra, missing, doubled and misspelt members. */
function requireHeader(kind: JwsKind, parts: JwsParts): string {
  const header = parseJson(parts.header);
  const kid = isPlainObject(header) ? header['kid'] : undefined;
  if (typeof kid !== 'string' || !KID.test(kid) || !parts.header.equals(headerBytes(kind.typ, kid))) {
    throw refusal(kind.codes.header, `the header of the ${kind.name} must be exactly alg EdDSA, kid, typ ${kind.typ}`);
  }
  return kid;
}

/** A key of the right purpose that is believed at `now` (unix seconds). Nothing is ever fetched. */
function requireKey(
  kind: JwsKind,
  kid: string,
  trust: KeyTrust,
): VerificationKey {
  // A clock that cannot be read must let nothing pass, and every comparison with NaN is false.
  if (!Number.isFinite(trust.now)) throw new TypeError('now must be unix seconds');
  const key = trust.keyset.get(kid);
  if (key === undefined || key.purpose !== kind.purpose)
    throw refusal(kind.codes.key, `no ${kind.purpose} key has the kid of this ${kind.name}`);
  if (key.status === 'revoked' || trust.revokedKids.has(kid))
    throw refusal(kind.codes.key, `the key of this ${kind.name} was revoked`, { kid });
  if (key.notAfter !== null && trust.now > key.notAfter)
    throw refusal(kind.codes.key, `the key of this ${kind.name} was rotated out and its overlap is over`, { kid });
  return key;
}

function requireSignature(kind: JwsKind, parts: JwsParts, key: VerificationKey): void {
  if (!verify(null, Buffer.from(parts.signingInput), key.publicKey, parts.signature)) {
    throw refusal(kind.codes.signature, `the signature of the ${kind.name} is wrong`);
  }
}

/** The payload as an object of exactly these members, each of its own form, spelled canonically (so no member stands twice). */
function requireClaims(kind: JwsKind, parts: JwsParts, shape: ClaimShape): Readonly<Record<string, unknown>> {
  const payload = parseJson(parts.payload);
  if (!isPlainObject(payload)) throw refusal(kind.codes.form, `the payload of the ${kind.name} is not a JSON object`);
  for (const name of Object.keys(payload)) {
    if (!Object.hasOwn(shape.required, name) && !Object.hasOwn(shape.optional ?? {}, name)) {
      throw refusal(kind.codes.claims, `the ${kind.name} has a claim that it must not have`, {
        claim: printable(name),
      });
    }
  }
  for (const [name, isValid] of Object.entries({ ...shape.required, ...shape.optional })) {
    if (!Object.hasOwn(payload, name)) {
      if (Object.hasOwn(shape.required, name))
        throw refusal(kind.codes.claims, `the ${kind.name} lacks the claim ${name}`, { claim: name });
    } else if (!isValid(payload[name])) {
      throw refusal(kind.codes.claims, `the claim ${name} of the ${kind.name} has the wrong form`, { claim: name });
    }
  }
  if (!parts.payload.equals(Buffer.from(canonicalJson(payload as Record<string, Json>)))) {
    throw refusal(kind.codes.form, `the payload of the ${kind.name} is not canonical JSON`);
  }
  return payload;
}

const KID = /^[A-Za-z0-9_-]{1,64}$/;

// One entry per key and type ever used by this process: a handful. Never filled with kids from outside.
const headerCache = new Map<string, string>();

function encodedHeader(typ: string, kid: string): string {
  const name = `${typ} ${kid}`;
  const cached = headerCache.get(name);
  if (cached !== undefined) return cached;
  const encoded = headerBytes(typ, kid).toString('base64url');
  headerCache.set(name, encoded);
  return encoded;
}

function headerBytes(typ: string, kid: string): Buffer {
  return Buffer.from(canonicalJson({ alg: 'EdDSA', kid, typ }));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not JSON: undefined is no object, and the caller refuses it with the code of its stage.
    return undefined;
  }
}

function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 64);
}

function refuseForm(kind: JwsKind, problem: string): WingmanError {
  return refusal(kind.codes.form, `the ${kind.name} is malformed: ${problem}`);
}
