/** Merkle tree hash of RFC 6962 (section 2.1), grown leaf by leaf: the state is one hash per set bit of the size. */
import { createHash } from 'node:crypto';

export interface MerkleTree {
  readonly size: number;
  append(leaf: Uint8Array): void;
  /** Of all leaves so far; of none it is the hash of nothing. */
  root(): Buffer;
}

export function createMerkleTree(): MerkleTree {
  /** Perfect subtrees from the largest to the smallest. */
  const peaks: { readonly height: number; readonly hash: Buffer }[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    append(leaf) {
      size += 1;
      let node = { height: 0, hash: hash(0x00, leaf) };
      for (let last = peaks.at(-1); last !== undefined && last.height === node.height; last = peaks.at(-1)) {
        peaks.pop();
        node = { height: node.height + 1, hash: hash(0x01, last.hash, node.hash) };
      }
      peaks.push(node);
    },
    root() {
      const [smallest, ...rest] = [...peaks].reverse();
      if (smallest === undefined) return createHash('sha256').digest();
      return rest.reduce((right, { hash: left }) => hash(0x01, left, right), smallest.hash);
    },
  };
}

function hash(prefix: number, ...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash('sha256').update(Uint8Array.of(prefix));
  for (const part of parts) digest.update(part);
  return digest.digest();
}
