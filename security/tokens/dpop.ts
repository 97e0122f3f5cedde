/**
 * Proof of possession (RFC 9449): whoever uses a token with `cnf.jkt` shows, for this one HTTP request, that it holds the key.
 * The proof is written by the agent, or by whoever stole its token.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { refusal, type WingmanError } from '../../domain/errors';
import { decodeCanonicalBase64Url } from '../base64url';
import { fullThumbprint } from '../keys/thumbprint';
import { isPlainObject } from '../plain-object';

/** How far the proof's clock may be from ours, either way: RFC 9449 section 11.1 asks for a short window. */
export const DPOP_WINDOW_SECONDS = 60;

export interface DpopExpectation {
  /** Method and absolute URL of the request as the server knows them, never from a header that the client wrote. */
  readonly htm: string;
  readonly htu: string;
  /** The capability token that came with the proof, as text. */
  readonly accessToken: unknown;
  /** Unix seconds. */
  readonly now: number;
  /** Thumbprint that the proof must be made with, when it is known already. */
  readonly jkt?: string;
}

/** The caller claims `jti` in its replay table before it acts, and keeps it for twice the window. */
export interface VerifiedProof {
  readonly jti: string;
  readonly jkt: string;
  readonly ath: string;
  readonly iat: number;
}

/** `ath` of RFC 9449: base64url SHA-256 of the token's text. @throws WingmanError TOKEN_MISSING */
export function accessTokenHash(token: unknown): string {
  if (typeof token !== 'string' || token === '')
    throw refusal('TOKEN_MISSING', 'there is no token that the proof could be for');
  return createHash('sha256').update(token).digest('base64url');
}

/** @throws WingmanError TOKEN_PROOF for everything that is wrong with the proof. */
export function verifyDpopProof(proof: unknown, expected: DpopExpectation): VerifiedProof {
  const { header, payload, signature, signingInput } = splitProof(proof);
  const { alg, jwk } = requireProofHeader(header);
  requireProofSignature(alg, jwk, signingInput, signature);
  const claims = requireProofClaims(payload);
  if (claims.htm !== expected.htm) throw refuse('it is for another method');
  if (normalUrl(claims.htu) !== normalUrl(expected.htu)) throw refuse('it is for another URL');
  if (!(Math.abs(expected.now - claims.iat) <= DPOP_WINDOW_SECONDS))
    throw refuse(`its time is more than ${DPOP_WINDOW_SECONDS} seconds away`);
  if (claims.ath !== accessTokenHash(expected.accessToken)) throw refuse('it is for another token');
  const jkt = fullThumbprint(jwk);
  if (expected.jkt !== undefined && jkt !== expected.jkt) throw refuse('it was made with another key');
  return { jti: claims.jti, jkt, ath: claims.ath, iat: claims.iat };
}

interface ProofJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
}
interface ProofClaims {
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  readonly iat: number;
  readonly ath: string;
}

const MAX_LENGTH = 4_096;
const JWK_MEMBERS = { EdDSA: ['crv', 'kty', 'x'], ES256: ['crv', 'kty', 'x', 'y'] } as const;
const CLAIMS = ['ath', 'htm', 'htu', 'iat', 'jti'];

function splitProof(proof: unknown) {
  if (proof === undefined || proof === null || proof === '') throw refuse('it is missing');
  if (typeof proof !== 'string' || proof.length > MAX_LENGTH)
    throw refuse(`it must be one text of at most ${MAX_LENGTH} characters`);
  const parts = proof.split('.');
  const [header, payload, signature] = parts.map(decodeCanonicalBase64Url);
  if (parts.length !== 3 || !header || !payload || !signature)
    throw refuse('it must be three parts in canonical base64url');
  return { header, payload, signature, signingInput: Buffer.from(proof.slice(0, proof.lastIndexOf('.'))) };
}

function requireProofHeader(bytes: Buffer): { alg: 'EdDSA' | 'ES256'; jwk: ProofJwk } {
  const { alg, jwk, typ, ...others } = parseObject(bytes);
  if (typ !== 'dpop+jwt' || Object.keys(others).length > 0)
    throw refuse('its header must be exactly typ dpop+jwt, alg and jwk');
  if (alg !== 'EdDSA' && alg !== 'ES256') throw refuse('its alg must be EdDSA or ES256');
  // A private member (`d`) would be the agent's key in our hands: refused like any other extra member.
  if (!isPlainObject(jwk) || Object.keys(jwk).sort().join() !== JWK_MEMBERS[alg].join())
    throw refuse(`its jwk must have exactly ${JWK_MEMBERS[alg].join(', ')}`);
  const { kty, crv, x, y } = jwk;
  const fits = alg === 'EdDSA' ? kty === 'OKP' && crv === 'Ed25519' : kty === 'EC' && crv === 'P-256';
  if (!fits || !isCoordinate(x) || (alg === 'ES256' && !isCoordinate(y)))
    throw refuse('its jwk is not a key of its alg');
  return { alg, jwk: { kty: String(kty), crv: String(crv), x, ...(isCoordinate(y) ? { y } : {}) } };
}

function requireProofSignature(alg: 'EdDSA' | 'ES256', jwk: ProofJwk, signingInput: Buffer, signature: Buffer): void {
  const publicKey = importJwk(jwk);
  const isGenuine =
    alg === 'EdDSA'
      ? verify(null, signingInput, publicKey, signature)
      : verify('sha256', signingInput, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  if (!isGenuine) throw refuse('its signature is wrong');
}

function requireProofClaims(bytes: Buffer): ProofClaims {
  const claims = parseObject(bytes);
  if (Object.keys(claims).sort().join() !== CLAIMS.join())
    throw refuse(`its claims must be exactly ${CLAIMS.join(', ')}`);
  const { jti, htm, htu, iat, ath } = claims;
  if (typeof jti !== 'string' || !/^[A-Za-z0-9._~-]{8,128}$/.test(jti))
    throw refuse('its jti must be 8 to 128 plain characters');
  if (typeof htm !== 'string' || typeof htu !== 'string' || typeof ath !== 'string')
    throw refuse('htm, htu and ath must be texts');
  if (typeof iat !== 'number' || !Number.isSafeInteger(iat)) throw refuse('its iat must be unix seconds');
  return { jti, htm, htu, iat, ath };
}

/** Compact JSON exactly as JOSE libraries write it; a text that does not come out the same has a member twice, or hides one. */
function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse('a part is not JSON');
  }
  if (!isPlainObject(value)) throw refuse('a part is not a JSON object');
  if (!bytes.equals(Buffer.from(JSON.stringify(value))))
    throw refuse('a part is not compact JSON, or has a member twice');
  return value;
}

/** Scheme, host, port and path; RFC 9449 section 4.3 leaves query and fragment out of the comparison. */
function normalUrl(text: string): string {
  if (!URL.canParse(text)) throw refuse('its htu is not an absolute URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refuse('its htu must not name a user');
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function importJwk(jwk: ProofJwk): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    throw refuse('its jwk is not a point of its curve');
  }
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && value.length === 43 && decodeCanonicalBase64Url(value) !== null;
}

function refuse(problem: string): WingmanError {
  return refusal('TOKEN_PROOF', `the DPoP proof was refused: ${problem}`);
}
