/** Signs the chain's root every so often, for as long as the worker runs. */
import type { Pool } from 'pg';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import type { SigningKey } from '../security/keys/signing-key';
import type { Keyset } from '../security/keys/keyset';
import { createCheckpointWriter } from '../stores/ledger-checkpoint';

export const CHECKPOINT_ORIGIN = 'wingman/ledger';
const EVERY_MS = 10_000;

interface CheckpointParts {
  readonly pool: Pool;
  readonly key: SigningKey;
  readonly keyset: Keyset;
  readonly file: string | null;
  readonly log: Logger;
}

export interface Checkpoints extends Running {
  /** Signs now if the chain has grown since the last one. */
  sign(): Promise<number>;
}

export function startCheckpoints({ log, ...parts }: CheckpointParts): Checkpoints {
  const writer = createCheckpointWriter({ ...parts, origin: CHECKPOINT_ORIGIN });
  const quietly = async (): Promise<void> => {
    await writer.write().catch((err: unknown) => log.warn({ err }, 'no checkpoint could be signed'));
  };
  void quietly();
  const timer = setInterval(() => void quietly(), EVERY_MS);
  return {
    sign: () => writer.write(),
    async close() {
      clearInterval(timer);
      await quietly();
    },
  };
}
