/** A ledger in memory, to be tampered with: the database's own form, signed with a key made for the test. */
import { createPublicKey } from 'node:crypto';
import { canonicalJson } from '../../../domain/text/canonical-json';
import { GENESIS_HASH, type LedgerRow } from '../../../domain/ledger/entry';
import { signCheckpoint } from '../../../security/ledger/checkpoint';
import { parseKeyset, type Keyset, type KeyStatus } from '../../../security/keys/keyset';
import { ledgerHash } from '../../../security/ledger/hash';
import { createMerkleTree } from '../../../security/ledger/merkle';
import { generateOkpKey } from '../../../security/keys/private-key-list';
import { toSigningKey } from '../test-keys';

/** Hashes each row again, from the first on: what somebody does who wants the chain to fit. */
export function rechain(rows: readonly LedgerRow[], from = 1): LedgerRow[] {
  const done: LedgerRow[] = [];
  for (const row of rows) {
    const linked = { ...row, seq: done.length + 1, prev_hash: done.at(-1)?.hash ?? GENESIS_HASH };
    done.push(linked.seq < from ? row : { ...linked, hash: ledgerHash(linked) });
  }
  return done;
}

export function makeChain(length: number): LedgerRow[] {
  const rows = Array.from({ length }, (_, index): LedgerRow => {
    const at = `2026-11-23T10:00:00.${String(index).padStart(6, '0')}Z`;
    return { seq: index + 1, tenant: 'acme', kind: 'refusal', body: canonicalJson({ code: 'TEST', n: index + 1 }), at, prev_hash: '', hash: '' };
  });
  return rechain(rows);
}

export interface CheckpointSigner {
  readonly keyset: Keyset;
  /** Over the first `size` rows. */
  sign(rows: readonly LedgerRow[], size?: number): string;
}

export function createCheckpointSigner(status: KeyStatus = 'active'): CheckpointSigner {
  const key = generateOkpKey('checkpoint');
  const { kty, crv, x } = key.jwk;
  const { privateKey } = toSigningKey(key);
  return {
    keyset: parseKeyset({ keys: [{ kid: key.kid, purpose: 'checkpoint', status, jwk: { kty, crv, x } }] }, 'test'),
    sign(rows, size = rows.length) {
      const tree = createMerkleTree();
      for (const { hash } of rows.slice(0, size)) tree.append(Buffer.from(hash, 'hex'));
      return signCheckpoint({ origin: 'wingman/ledger', size, root: tree.root().toString('base64') }, { privateKey, publicKey: createPublicKey(privateKey) });
    },
  };
}

export async function* each<T>(values: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* values;
}
