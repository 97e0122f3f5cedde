import { createHash } from 'node:crypto';

/**
 * Key id: the first 16 characters (96 bits) of the RFC 7638 thumbprint, so that a key's name follows from the key and a file
 * that pairs a known name with another key is caught when it is read.
 */
export function keyThumbprint(jwk: { readonly kty: string; readonly crv: string; readonly x: string }): string {
  return fullThumbprint(jwk).slice(0, 16);
}

/** RFC 7638 thumbprint of an OKP or EC public key, as `cnf.jkt` of RFC 9449 carries it. */
export function fullThumbprint(jwk: {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
}): string {
  const members = { crv: jwk.crv, kty: jwk.kty, x: jwk.x, ...(jwk.y === undefined ? {} : { y: jwk.y }) };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
