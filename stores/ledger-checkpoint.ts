/**
 * Signs the chain's root, into the database and into a file outside it: who rewrites one must rewrite both. A signer that
 * signed whatever it finds would launder a rewritten chain, so this one goes on only from what was signed before.
 */
import { createPublicKey } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pool } from 'pg';
import { refusal } from '../domain/errors';
import { signCheckpoint, splitCheckpoints, verifyCheckpoint, type Checkpoint } from '../security/ledger/checkpoint';
import type { SigningKey } from '../security/keys/signing-key';
import type { Keyset } from '../security/keys/keyset';
import { createMerkleTree } from '../security/ledger/merkle';

export interface CheckpointParts {
  /** Of a role that may read leaves and write checkpoints. */
  readonly pool: Pool;
  readonly key: SigningKey;
  /** Says which earlier notes are ours, also those of a key that was rotated out since. */
  readonly keyset: Keyset;
  /** The name of this ledger, first line of every note. */
  readonly origin: string;
  /** Null: the database alone, which a superuser can rewrite. */
  readonly file: string | null;
}

export interface CheckpointWriter {
  /**
   * Signs, if the chain has grown. @returns the size that is signed now.
   * @throws WingmanError LEDGER_BROKEN, from then on for good, when the chain does not continue what was signed; DATABASE_UNAVAILABLE
   */
  write(): Promise<number>;
}

const PAGE = 5_000;
/** The newest notes are enough: the root of one is a promise about all rows before it. */
const TAIL_BYTES = 16_384;

/** The tree is kept and only ever grows: a checkpoint costs what was appended since the one before; the first reads the chain once. */
export function createCheckpointWriter({ pool, key, keyset, origin, file }: CheckpointParts): CheckpointWriter {
  const tree = createMerkleTree();
  const keys = { privateKey: key.privateKey, publicKey: createPublicKey(key.privateKey) };
  let last: Buffer | null = null;
  let signed = 0;
  let earlier: readonly Checkpoint[] | null = null;
  let broken: Error | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const giveUp = (seq: number, problem: string): never => {
    broken = refusal('LEDGER_BROKEN', `no checkpoint is signed any more: ${problem}; run \`wingman ledger verify\``, { seq });
    throw broken;
  };

  /** Takes the rows after those that the tree has; the last of these comes again, to see that it is still the same. */
  const grow = async (notes: readonly Checkpoint[]): Promise<void> => {
    for (;;) {
      const known = last;
      const rows = await readLeaves(pool, known === null ? 0 : tree.size - 1);
      if (known !== null && rows[0]?.hash.equals(known) !== true) giveUp(tree.size, `row ${String(tree.size)} is not the one that was signed`);
      for (const { seq, hash } of known === null ? rows : rows.slice(1)) {
        if (seq !== tree.size + 1) giveUp(tree.size + 1, `row ${String(tree.size + 1)} is missing`);
        tree.append(hash);
        last = hash;
        if (notes.some((note) => note.size === seq && note.root !== tree.root().toString('base64'))) giveUp(seq, `the first ${String(seq)} rows are not those that were signed before`);
      }
      if (rows.length < PAGE) return;
    }
  };

  const writeOnce = async (): Promise<number> => {
    if (broken !== null) throw broken;
    earlier ??= [...(await newestInDatabase(pool)), ...(file === null ? [] : await newestInFile(file))].flatMap((note) => ours(note, keyset));
    await grow(earlier);
    const promised = Math.max(0, ...earlier.map(({ size }) => size));
    if (promised > tree.size) giveUp(tree.size + 1, `${String(promised)} rows were signed before and ${String(tree.size)} are here: rows were cut off, or the database is an older copy`);
    earlier = [];
    signed = Math.max(signed, promised);
    if (tree.size === signed) return signed;
    const note = signCheckpoint({ origin, size: tree.size, root: tree.root().toString('base64') }, keys);
    if (file !== null) await appendNote(file, note);
    await pool.query('insert into wingman.checkpoints (size, note) values ($1, $2) on conflict do nothing', [tree.size, note]);
    signed = tree.size;
    return signed;
  };

  return {
    write() {
      const result = turn.then(writeOnce, writeOnce);
      turn = result;
      return result;
    },
  };
}

async function readLeaves(pool: Pool, after: number): Promise<readonly { readonly seq: number; readonly hash: Buffer }[]> {
  const statement = { name: 'ledger-leaves', text: 'select seq::float8 as seq, hash from wingman.ledger_leaves($1, $2)', values: [after, PAGE] };
  return (await pool.query<{ seq: number; hash: Buffer }>(statement)).rows;
}

async function newestInDatabase(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ note: string }>('select note from wingman.checkpoints order by size desc limit 3');
  return rows.map(({ note }) => note);
}

async function newestInFile(path: string): Promise<readonly string[]> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (handle === null) return [];
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return splitCheckpoints(tail.toString('utf8')).slice(-3);
  } finally {
    await handle.close();
  }
}

/** A note that we did not sign binds us to nothing: `wingman ledger verify` names it as forged. */
function ours(note: string, keyset: Keyset): readonly Checkpoint[] {
  const keys = [...keyset.values()].filter(({ purpose, status }) => purpose === 'checkpoint' && status !== 'revoked').map(({ publicKey }) => publicKey);
  try {
    return [verifyCheckpoint(note, keys)];
  } catch {
    // Said above.
    return [];
  }
}

async function appendNote(path: string, note: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const end = Buffer.alloc(Math.min(size, 2));
    await handle.read(end, 0, end.length, size - end.length);
    // What a crash left unfinished is closed off, so that it does not run into this note.
    const gap = size === 0 || end.toString('latin1') === '\n\n' ? '' : '\n\n';
    await handle.appendFile(`${gap}${note}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
