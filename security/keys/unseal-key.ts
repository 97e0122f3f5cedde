/** The private half of a key that opens seals, as a process holds it in memory. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { PublicOkpJwk } from './keyset';
import { keyThumbprint } from './thumbprint';

export interface UnsealKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** For key files. @throws TypeError when the private key is none of X25519. */
export function toUnsealKey(jwk: PublicOkpJwk & { readonly d: string }): UnsealKey {
  if (jwk.crv !== 'X25519') throw new TypeError('a seal is opened with an X25519 key');
  const { kty, crv, x, d } = jwk;
  return { kid: keyThumbprint(jwk), privateKey: createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' }) };
}
