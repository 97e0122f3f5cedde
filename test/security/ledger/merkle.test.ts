import { createHash } from 'node:crypto';
import { createMerkleTree } from '../../../security/ledger/merkle';
import { consistencyProof, inclusionProof, isConsistent, isIncluded } from '../../../security/ledger/merkle-proof';

/** The eight leaves and roots that Certificate Transparency's implementations are tested with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => Buffer.from(hex, 'hex'));
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

function rootOf(leaves: readonly Buffer[]): Buffer {
  const tree = createMerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

describe('the Merkle tree of RFC 6962', () => {
  it('has the hash of nothing while it is empty', () => {
    expect(createMerkleTree().root().toString('hex')).toBe(createHash('sha256').digest('hex'));
  });

  it.each(ROOTS.map((root, index) => [index + 1, root] as const))('has the known root with %d leaves', (size, root) => {
    expect(rootOf(LEAVES.slice(0, size)).toString('hex')).toBe(root);
  });

  it('keeps one hash per set bit of its size: asking for the root changes nothing', () => {
    const tree = createMerkleTree();
    for (const [index, leaf] of LEAVES.entries()) {
      tree.append(leaf);
      expect([tree.size, tree.root().toString('hex')]).toEqual([index + 1, ROOTS[index]]);
      expect(tree.root().equals(tree.root())).toBe(true);
    }
  });
});

const many = Array.from({ length: 33 }, (_, n) => createHash('sha256').update(String(n)).digest());
const flipped = (hash: Buffer): Buffer => Buffer.from(hash.map((byte, index) => (index === 7 ? byte ^ 1 : byte)));

describe('proofs over the tree', () => {
  it('prove every leaf of every size, and no other leaf, place or size', () => {
    for (let size = 1; size <= many.length; size += 1) {
      const leaves = many.slice(0, size);
      const root = rootOf(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const proof = inclusionProof(leaves, index);
        expect(isIncluded(leaf, index, size, root, proof)).toBe(true);
        expect(isIncluded(flipped(leaf), index, size, root, proof)).toBe(false);
        expect(isIncluded(leaf, index, size, flipped(root), proof)).toBe(false);
        expect(isIncluded(leaf, index === 0 ? size : index - 1, size, root, proof)).toBe(false);
        expect(isIncluded(leaf, index, size, root, [...proof, root])).toBe(false);
        for (const at of proof.keys()) {
          expect(isIncluded(leaf, index, size, root, proof.map((hash, n) => (n === at ? flipped(hash) : hash)))).toBe(false);
          expect(isIncluded(leaf, index, size, root, proof.filter((_hash, n) => n !== at))).toBe(false);
        }
      }
    }
  });

  it('prove that every older tree is the beginning of every newer one, and nothing else is', () => {
    for (let size = 1; size <= many.length; size += 1) {
      const leaves = many.slice(0, size);
      const newer = { size, root: rootOf(leaves) };
      for (let before = 1; before <= size; before += 1) {
        const older = { size: before, root: rootOf(leaves.slice(0, before)) };
        const proof = consistencyProof(leaves, before);
        expect(isConsistent(older, newer, proof)).toBe(true);
        expect(isConsistent({ ...older, root: flipped(older.root) }, newer, proof)).toBe(false);
        expect(isConsistent(older, { ...newer, root: flipped(newer.root) }, proof)).toBe(false);
        expect(isConsistent(older, newer, [...proof, newer.root])).toBe(false);
        for (const at of proof.keys()) {
          expect(isConsistent(older, newer, proof.map((hash, n) => (n === at ? flipped(hash) : hash)))).toBe(false);
        }
        if (before > 1) {
          const rewritten = leaves.map((leaf, n) => (n === before - 1 ? flipped(leaf) : leaf));
          const forged = { size, root: rootOf(rewritten) };
          expect(isConsistent(older, forged, consistencyProof(rewritten, before))).toBe(false);
        }
      }
    }
  });

  it.each([
    ['no leaf', 0, 0], ['an index past the end', 3, 3], ['a negative index', -1, 3], ['half an index', 0.5, 3], ['no number', Number.NaN, 3], ['a size beyond numbers', 0, 2 ** 60],
  ])('refuse %s', (_what, index, size) => {
    expect(isIncluded(many[0] as Buffer, index, size, rootOf(many.slice(0, 3)), inclusionProof(many.slice(0, 3), 0))).toBe(false);
  });

  it('refuse hashes that are none', () => {
    const leaves = many.slice(0, 3);
    const proof = inclusionProof(leaves, 0).map((hash) => hash.subarray(0, 31));
    expect(isIncluded(leaves[0] as Buffer, 0, 3, rootOf(leaves), proof)).toBe(false);
    expect(isConsistent({ size: 2, root: rootOf(leaves.slice(0, 2)) }, { size: 3, root: rootOf(leaves) }, proof)).toBe(false);
  });

  it('are not made for what is not in the tree', () => {
    expect(() => inclusionProof(many, many.length)).toThrow(RangeError);
    expect(() => consistencyProof(many, 0)).toThrow(RangeError);
    expect(() => consistencyProof(many, many.length + 1)).toThrow(RangeError);
  });
});
