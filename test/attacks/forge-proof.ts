/** DPoP proofs, good and hostile, for tokens that are bound to a key: `request.proof` of attack entries. */
import { createHash, createPublicKey, randomUUID, sign, type KeyObject } from 'node:crypto';

export interface ProofWorld {
  /** Unix seconds. */
  readonly now: number;
  readonly token: string;
  /** Of the agent that the token is bound to. */
  readonly holder: KeyObject;
  readonly htm: string;
  readonly htu: string;
}

/**
 * `valid`, `missing`, `replayed` (valid in itself: the caller sends it twice, or has its id seen before), `stale`, `future`,
 * `wrong-htu`, `wrong-htm`, `wrong-ath`, `wrong-typ`, `wrong-key`. Undefined: there is no proof to send.
 */
export function forgeProof(variant: string, world: ProofWorld, stranger: KeyObject): string | undefined {
  const offsets: Readonly<Record<string, number>> = { stale: -3_600, expired: -3_600, future: 3_600 };
  const key = variant === 'wrong-key' ? stranger : world.holder;
  switch (variant) {
    case 'missing':
      return undefined;
    case 'valid':
    case 'replayed':
    case 'stale':
    case 'expired':
    case 'future':
    case 'wrong-key':
      return prove(world, key, { iat: world.now + (offsets[variant] ?? 0) });
    case 'wrong-htu':
      return prove(world, key, { htu: `${world.htu}/other` });
    case 'wrong-htm':
      return prove(world, key, { htm: 'GET' });
    case 'wrong-ath':
      return prove(world, key, { ath: hash('another token') });
    case 'wrong-typ':
      return prove(world, key, {}, { typ: 'JWT' });
    default:
      throw new Error(`no proof is known as ${JSON.stringify(variant)}`);
  }
}

function prove(world: ProofWorld, key: KeyObject, claims: object, header: object = {}): string {
  const { kty, crv, x } = createPublicKey(key).export({ format: 'jwk' });
  const parts = [
    { typ: 'dpop+jwt', alg: 'EdDSA', jwk: { kty, crv, x }, ...header },
    { jti: randomUUID(), htm: world.htm, htu: world.htu, iat: world.now, ath: hash(world.token), ...claims },
  ];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
