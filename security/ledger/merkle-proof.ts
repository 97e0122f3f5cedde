/**
 * Proofs of RFC 6962: that one row is in the tree that a checkpoint was signed over (section 2.1.1), and that the tree of an
 * older checkpoint is the beginning of a newer one's (2.1.2). Who holds a proof and two notes needs no ledger to check them.
 * Checking follows RFC 9162, sections 2.1.3.2 and 2.1.4.2; proofs come from others, so every length and hash is hostile.
 */
import { leafHash, nodeHash } from './merkle';

/** @param leaves all of the tree, in order; @throws RangeError for an index outside it */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): readonly Buffer[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length) throw new RangeError('there is no such leaf in the tree');
  return toBuffers(inclusion(leaves.map(leafHash), index));
}

/** From the tree of the first `size` leaves to the tree of all. @throws RangeError unless 0 < size <= leaves */
export function consistencyProof(leaves: readonly Uint8Array[], size: number): readonly Buffer[] {
  if (!Number.isSafeInteger(size) || size < 1 || size > leaves.length) throw new RangeError('an older tree has at least one leaf and at most as many as the newer one');
  return toBuffers(consistency(leaves.map(leafHash), size, true));
}

/** Is `leaf` number `index` (from 0) of the tree with this size and root? */
export function isIncluded(leaf: Uint8Array, index: number, size: number, root: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size || !areHashes([root, ...proof])) return false;
  let [at, last] = [index, size - 1];
  let hash = leafHash(leaf);
  for (const sibling of toStrings(proof)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash === toString(root);
}

/** Is the older tree the beginning of the newer one? */
export function isConsistent(
  older: { readonly size: number; readonly root: Uint8Array },
  newer: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const sizes = [older.size, newer.size];
  if (!sizes.every(Number.isSafeInteger) || older.size < 1 || older.size > newer.size || !areHashes([older.root, newer.root, ...proof])) return false;
  if (older.size === newer.size) return proof.length === 0 && toString(older.root) === toString(newer.root);
  const path = toStrings(proof);
  // A complete older tree is a node of the newer one: its root is the first hash, and is left out of the proof.
  if (isPowerOfTwo(older.size)) path.unshift(toString(older.root));
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && oldHash === toString(older.root) && newHash === toString(newer.root);
}

function inclusion(hashes: readonly string[], index: number): readonly string[] {
  if (hashes.length === 1) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split ? [...inclusion(left, index), treeHash(right)] : [...inclusion(right, index - split), treeHash(left)];
}

/** `whole`: the part is still the older tree itself, whose root the other side has. */
function consistency(hashes: readonly string[], size: number, whole: boolean): readonly string[] {
  if (size === hashes.length) return whole ? [] : [treeHash(hashes)];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return size <= split ? [...consistency(left, size, whole), treeHash(right)] : [...consistency(right, size - split, false), treeHash(left)];
}

function treeHash(hashes: readonly string[]): string {
  const [only] = hashes;
  if (only !== undefined && hashes.length === 1) return only;
  const split = splitOf(hashes.length);
  return nodeHash(treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)));
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

// Not `>> 1`, which cuts at 32 bits: sizes come from others.
const half = (value: number): number => Math.floor(value / 2);
const isPowerOfTwo = (value: number): boolean => splitOf(value) * 2 === value || value === 1;
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every(({ length }) => length === 32);
const toString = (hash: Uint8Array): string => Buffer.from(hash).toString('latin1');
const toStrings = (hashes: readonly Uint8Array[]): string[] => hashes.map(toString);
const toBuffers = (hashes: readonly string[]): readonly Buffer[] => hashes.map((hash) => Buffer.from(hash, 'latin1'));
