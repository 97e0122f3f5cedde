import fc from 'fast-check';
import { toApprovalId, toEnvironment, toExecutionId, toSha256Hex, toTenantId } from '../../../domain/ids';
import { signReceipt, verifyReceipt, type ExecutionReceipt } from '../../../security/tokens/receipt';
import { parseKeyset } from '../../../security/keys/keyset';
import { codeOf, createTestKeys } from '../test-keys';

const now = 1_800_000_000;
const keys = createTestKeys(now);
const receipt: ExecutionReceipt = {
  execution_id: toExecutionId('00000000-0000-4000-8000-000000000001'),
  tenant: toTenantId('acme'),
  env: toEnvironment('test'),
  approval_id: toApprovalId('7f3a0001-0000-4000-8000-000000000002'),
  plan_hash: toSha256Hex('a'.repeat(64)),
  cmd_index: 0,
  jti: '00000000-0000-4000-8000-000000000002',
  status: 'SUCCEEDED',
  exit_code: 0,
  output_sha256: toSha256Hex('b'.repeat(64)),
  started_at: now - 3,
  finished_at: now - 1,
  gateway: 'gw-1',
};
const withStatus = (status: 'overlap' | 'revoked', notAfter?: number) =>
  parseKeyset(
    {
      keys: keys.entries
        .filter(({ kid }) => kid === keys.receipt.kid)
        .map((entry) => ({ ...entry, status, ...(notAfter === undefined ? {} : { not_after: notAfter }) })),
    },
    'test',
  );

describe('a receipt', () => {
  test.each<Partial<ExecutionReceipt>>([
    {},
    { status: 'FAILED', exit_code: 137 },
    { status: 'UNKNOWN', exit_code: null },
    { status: 'TIMED_OUT', exit_code: null },
  ])('is read back as it was signed: %p', async (changes) => {
    expect(verifyReceipt(await signReceipt({ ...receipt, ...changes }, keys.receipt), keys.keyset, now)).toEqual({
      ...receipt,
      ...changes,
      iss: 'wingman-gateway',
    });
  });

  test('is believed years after its key was rotated out, but not after it was revoked', async () => {
    const text = await signReceipt(receipt, keys.receipt);
    expect(verifyReceipt(text, withStatus('overlap'), now + 1e9).status).toBe('SUCCEEDED');
    expect(await codeOf(() => verifyReceipt(text, withStatus('overlap', now - 1), now))).toBe('RECEIPT_INVALID');
    expect(await codeOf(() => verifyReceipt(text, withStatus('revoked'), now))).toBe('RECEIPT_INVALID');
  });

  test('of no known gateway, or of the wrong form, is refused', async () => {
    expect(await codeOf(async () => verifyReceipt(await signReceipt(receipt, createTestKeys(now).receipt), keys.keyset, now))).toBe(
      'RECEIPT_INVALID',
    );
    for (const text of [undefined, '', 'a.b.c', 1, `${await signReceipt(receipt, keys.receipt)}=`]) {
      expect(await codeOf(() => verifyReceipt(text, keys.keyset, now))).toBe('RECEIPT_INVALID');
    }
  });

  test('is refused after any change of any one of its characters', async () => {
    const text = await signReceipt(receipt, keys.receipt);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
        const changed = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
        fc.pre(changed !== text);
        expect(() => verifyReceipt(changed, keys.keyset, now)).toThrow(
          expect.objectContaining({ code: 'RECEIPT_INVALID' }),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('cannot be signed with another key or for a run of a wrong form', async () => {
    await expect(signReceipt(receipt, keys.mint)).rejects.toThrow(TypeError);
    await expect(signReceipt({ ...receipt, gateway: 'gw 1\n' }, keys.receipt)).rejects.toThrow(TypeError);
  });
});
