/** Which key file lies where. A process is given its own directory and nothing else, so it holds only what it may hold. */
import { join } from 'node:path';
import type { KeyPurpose } from './keyset';

export const KEY_DIRECTORIES = ['api', 'worker', 'gateway', 'prober'] as const;
export type KeyDirectory = (typeof KEY_DIRECTORIES)[number];

/** Beside the processes' directories, and given to none of them: what only the operator signs, who runs `wingman policy apply`. */
export const OPERATOR_DIRECTORY = 'operator';

/** Public; a copy in every directory. The one at the root, which no process mounts, is the original. */
export const KEYSET_FILE = 'keyset.json';
/** AES keys of Temporal's payloads; the same in every directory. */
export const CODEC_FILE = 'codec-keys.json';

export interface KeyPlace {
  readonly directory: KeyDirectory | typeof OPERATOR_DIRECTORY;
  readonly file: string;
  readonly purpose: KeyPurpose;
  /** How long a key that was rotated out is still believed; null: for good. */
  readonly overlapSeconds: number | null;
}

const DAY = 86_400;

/**
 * Overlaps: a mint or seal key's old work is gone after 300 seconds, the day is for processes that are restarted late. A
 * decision must stay valid until its approval lapses. Receipts and checkpoints are read years later, and the secrets of webhook
 * endpoints stay sealed for the key of their day. A policy stays in force until another one is applied.
 */
export const KEY_PLACES: readonly KeyPlace[] = [
  { directory: 'api', file: 'attestation-key.json', purpose: 'attestation', overlapSeconds: 30 * DAY },
  { directory: 'worker', file: 'mint-key.json', purpose: 'mint', overlapSeconds: DAY },
  { directory: 'worker', file: 'checkpoint-key.json', purpose: 'checkpoint', overlapSeconds: null },
  { directory: 'worker', file: 'webhook-keys.json', purpose: 'webhook', overlapSeconds: null },
  { directory: 'gateway', file: 'decryption-keys.json', purpose: 'seal', overlapSeconds: DAY },
  { directory: 'gateway', file: 'receipt-key.json', purpose: 'receipt', overlapSeconds: null },
  { directory: OPERATOR_DIRECTORY, file: 'policy-key.json', purpose: 'policy', overlapSeconds: null },
];

export function keyPlace(purpose: KeyPurpose): KeyPlace {
  const place = KEY_PLACES.find((candidate) => candidate.purpose === purpose);
  if (place === undefined) throw new TypeError(`no key file is planned for ${purpose}`);
  return place;
}

export function placePath(rootDir: string, place: KeyPlace): string {
  return join(rootDir, place.directory, place.file);
}
