/** SHA-256, the only digest in use. */
import { createHash } from 'node:crypto';
import type { Sha256Hex } from '../domain/ids';

export function sha256Hex(content: string | Uint8Array): Sha256Hex {
  return createHash('sha256').update(content).digest('hex') as Sha256Hex;
}
