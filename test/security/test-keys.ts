/** Keys in memory for tests: one of each purpose, an older mint key in its overlap, and one that was rotated out for good. */
import { createPrivateKey } from 'node:crypto';
import type { SigningKey } from '../../security/keys/signing-key';
import { parseKeyset, type Keyset, type KeyPurpose, type KeysetEntry, type KeyStatus } from '../../security/keys/keyset';
import { generateOkpKey, type PrivateOkpKey } from '../../security/keys/private-key-list';

export interface TestKeys {
  readonly mint: SigningKey;
  readonly mintOverlap: SigningKey;
  readonly mintRetired: SigningKey;
  readonly mintRevoked: SigningKey;
  readonly attestation: SigningKey;
  readonly receipt: SigningKey;
  readonly entries: readonly KeysetEntry[];
  readonly keyset: Keyset;
}

export function toSigningKey({ kid, purpose, jwk }: PrivateOkpKey): SigningKey {
  return { kid, purpose, privateKey: createPrivateKey({ key: { ...jwk }, format: 'jwk' }) };
}

/** @param now unix seconds; the overlap key is believed until `now` + 600, the retired one was until `now` - 1. */
export function createTestKeys(now: number): TestKeys {
  const entries: KeysetEntry[] = [];
  const make = (purpose: KeyPurpose, status: KeyStatus, notAfter?: number): SigningKey => {
    const key = generateOkpKey(purpose);
    const { kty, crv, x } = key.jwk;
    entries.push({
      kid: key.kid,
      purpose,
      status,
      ...(notAfter === undefined ? {} : { not_after: notAfter }),
      jwk: { kty, crv, x },
    });
    return toSigningKey(key);
  };
  const keys = {
    mint: make('mint', 'active'),
    mintOverlap: make('mint', 'overlap', now + 600),
    mintRetired: make('mint', 'overlap', now - 1),
    mintRevoked: make('mint', 'revoked'),
    attestation: make('attestation', 'active'),
    receipt: make('receipt', 'active'),
  };
  return { ...keys, entries, keyset: parseKeyset({ keys: entries }, 'test') };
}

/** Runs it and answers the code that it refused with; throws when it did not refuse. */
export async function codeOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  }
  throw new Error('it was not refused');
}
