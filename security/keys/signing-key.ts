/** The private half of a key that signs, as a process holds it in memory. */
import type { KeyObject } from 'node:crypto';
import type { KeyPurpose } from './keyset';

export interface SigningKey {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly privateKey: KeyObject;
}
