/** Signs the chain's root every so often, into the database and into a file outside it: who rewrites one must rewrite both. */
import { createPublicKey } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pool } from 'pg';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import type { SigningKey } from '../security/compact-jws';
import { signCheckpoint } from '../security/checkpoint';
import { createMerkleTree } from '../security/merkle';

export const CHECKPOINT_ORIGIN = 'wingman/ledger';
const EVERY_MS = 10_000;
const PAGE = 5_000;

interface CheckpointParts {
  readonly pool: Pool;
  readonly key: SigningKey;
  readonly file: string | null;
  readonly log: Logger;
}

export interface Checkpoints extends Running {
  /** Signs now if the chain has grown since the last one. */
  sign(): Promise<number>;
}

/** The tree is kept in memory and only ever grows, so a checkpoint costs what was appended since the one before. */
export function startCheckpoints({ pool, key, file, log }: CheckpointParts): Checkpoints {
  const tree = createMerkleTree();
  const keys = { privateKey: key.privateKey, publicKey: createPublicKey(key.privateKey) };
  let signedSize = 0;
  let turn = Promise.resolve(0);

  const signOnce = async (): Promise<number> => {
    for (;;) {
      const { rows } = await pool.query<{ seq: number; hash: Buffer }>({
        name: 'ledger-leaves', text: 'select seq::float8 as seq, hash from wingman.ledger_leaves($1, $2)', values: [tree.size, PAGE],
      });
      for (const { hash } of rows) tree.append(hash);
      if (rows.length < PAGE) break;
    }
    if (tree.size === signedSize || tree.size === 0) return signedSize;
    const note = signCheckpoint({ origin: CHECKPOINT_ORIGIN, size: tree.size, root: tree.root().toString('base64') }, keys);
    await pool.query('insert into wingman.checkpoints (size, note) values ($1, $2) on conflict do nothing', [tree.size, note]);
    if (file !== null) await appendToFile(file, note);
    signedSize = tree.size;
    return signedSize;
  };
  const sign = (): Promise<number> => {
    turn = turn.then(signOnce, signOnce);
    return turn;
  };
  const quietly = (): void => void sign().catch((err: unknown) => log.warn({ err }, 'no checkpoint could be signed'));
  quietly();
  const timer = setInterval(quietly, EVERY_MS);
  return {
    sign,
    async close() {
      clearInterval(timer);
      await sign().catch((err: unknown) => log.warn({ err }, 'no last checkpoint could be signed'));
    },
  };
}

async function appendToFile(path: string, note: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, 'a', 0o600);
  try {
    await handle.appendFile(`${note}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
