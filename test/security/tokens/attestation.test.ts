import { sign } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../../../domain/text/canonical-json';
import { toApprovalId, toEnvironment, toReviewerId, toSha256Hex, toTenantId, toWorkerId } from '../../../domain/ids';
import {
  signAttestation,
  verifyAttestation,
  verifyQuorum,
  type AttestationExpectation,
  type AttestedDecision,
} from '../../../security/tokens/attestation';
import type { SigningKey } from '../../../security/keys/signing-key';
import { codeOf, createTestKeys } from '../test-keys';

const now = 1_800_000_000;
const keys = createTestKeys(now);
const hash = (digit: string) => toSha256Hex(digit.repeat(64));
const decision: AttestedDecision = {
  tenant: toTenantId('acme'),
  env: toEnvironment('test'),
  approval_id: toApprovalId('7f3a0001-0000-4000-8000-000000000002'),
  plan_hash: hash('a'),
  fingerprint: hash('b'),
  targets_hash: hash('c'),
  decision: 'APPROVE',
  reviewer: toReviewerId('alice'),
  agent: toWorkerId('agent:a1'),
  risk_level: 'HIGH',
  quorum: 1,
  note_sha256: hash('d'),
  iat: now - 5,
};
const expected: AttestationExpectation = {
  tenant: decision.tenant,
  environment: decision.env,
  approvalId: decision.approval_id,
  planHash: decision.plan_hash,
  fingerprint: decision.fingerprint,
  targetsHash: decision.targets_hash,
  decision: 'APPROVE',
  agent: decision.agent,
  revokedKids: new Set(),
  now,
};
const attest = (changes: Partial<AttestedDecision> = {}, key = keys.attestation) =>
  signAttestation({ ...decision, ...changes }, key);

function forge(header: Json, payload: Json, key: SigningKey): string {
  const input = [header, payload].map((part) => Buffer.from(canonicalJson(part)).toString('base64url')).join('.');
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}

describe('a decision attestation', () => {
  test('of the decision that is expected is accepted', async () => {
    expect(verifyAttestation(await attest(), keys.keyset, expected)).toEqual({ ...decision, iss: 'wingman-api' });
  });

  test('of a request without a plan is bound by its fingerprint', async () => {
    const text = await attest({ plan_hash: null, targets_hash: null });
    const without = { ...expected, planHash: null, targetsHash: null };
    expect(verifyAttestation(text, keys.keyset, without).plan_hash).toBeNull();
    expect(await codeOf(() => verifyAttestation(text, keys.keyset, expected))).toBe('ATTESTATION_INVALID');
    expect(await codeOf(() => verifyAttestation(text, keys.keyset, { ...without, fingerprint: hash('e') }))).toBe(
      'ATTESTATION_INVALID',
    );
  });

  test.each<[string, Partial<AttestedDecision>]>([
    ['tenant', { tenant: toTenantId('globex') }],
    ['environment', { env: toEnvironment('prd') }],
    ['approval', { approval_id: toApprovalId('7f3a0001-0000-4000-8000-000000000003') }],
    ['plan', { plan_hash: hash('e') }],
    ['plan (none)', { plan_hash: null }],
    ['fingerprint', { fingerprint: hash('e') }],
    ['set of targets', { targets_hash: hash('e') }],
    ['outcome', { decision: 'REJECT' }],
    ['agent', { agent: toWorkerId('agent:a2') }],
    ['time, which is yet to come', { iat: now + 1 }],
  ])('for another %s is refused', async (_, changes) => {
    expect(await codeOf(async () => verifyAttestation(await attest(changes), keys.keyset, expected))).toBe('ATTESTATION_INVALID');
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an object', { ...decision }],
    [
      'a capability token header with the decision key',
      forge(
        { alg: 'EdDSA', kid: keys.attestation.kid, typ: 'wm-cap+jwt' },
        { ...decision, iss: 'wingman-api' },
        keys.attestation,
      ),
    ],
    [
      'the mint key, as the worker could sign',
      forge({ alg: 'EdDSA', kid: keys.mint.kid, typ: 'wm-att+jwt' }, { ...decision, iss: 'wingman-api' }, keys.mint),
    ],
    [
      'the mint key under the kid of the decision key',
      forge(
        { alg: 'EdDSA', kid: keys.attestation.kid, typ: 'wm-att+jwt' },
        { ...decision, iss: 'wingman-api' },
        keys.mint,
      ),
    ],
    [
      'an unknown claim',
      forge(
        { alg: 'EdDSA', kid: keys.attestation.kid, typ: 'wm-att+jwt' },
        { ...decision, iss: 'wingman-api', admin: true },
        keys.attestation,
      ),
    ],
    [
      'another issuer',
      forge(
        { alg: 'EdDSA', kid: keys.attestation.kid, typ: 'wm-att+jwt' },
        { ...decision, iss: 'wingman-worker' },
        keys.attestation,
      ),
    ],
    [
      'a decision in lower case',
      forge(
        { alg: 'EdDSA', kid: keys.attestation.kid, typ: 'wm-att+jwt' },
        { ...decision, iss: 'wingman-api', decision: 'approve' },
        keys.attestation,
      ),
    ],
    ['a newline at its end', attest().then((text) => `${text}\n`)],
  ])('that is or has %s is refused', async (_, text) => {
    const given = await text;
    expect(await codeOf(() => verifyAttestation(given, keys.keyset, expected))).toBe('ATTESTATION_INVALID');
  });

  test('of a revoked key is refused', async () => {
    expect(
      await codeOf(async () =>
        verifyAttestation(await attest(), keys.keyset, { ...expected, revokedKids: new Set([keys.attestation.kid]) }),
      ),
    ).toBe('ATTESTATION_INVALID');
  });

  test('is refused after any change of any one of its characters', async () => {
    const text = await attest();
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
        const changed = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
        fc.pre(changed !== text);
        expect(() => verifyAttestation(changed, keys.keyset, expected)).toThrow(
          expect.objectContaining({ code: 'ATTESTATION_INVALID' }),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('cannot be signed for a decision of a wrong form, or with another key', async () => {
    await expect(attest({ quorum: 0 })).rejects.toThrow(TypeError);
    await expect(attest({}, keys.mint)).rejects.toThrow(TypeError);
  });
});

describe('a quorum', () => {
  test('of two is met by two reviewers', async () => {
    const texts = [await attest({ quorum: 2 }), await attest({ quorum: 2, reviewer: toReviewerId('bob') })];
    expect(verifyQuorum(texts, keys.keyset, expected).map(({ reviewer }) => reviewer)).toEqual(['alice', 'bob']);
  });

  test.each<[string, () => Promise<readonly unknown[]>, string]>([
    ['nobody', () => Promise.resolve([]), 'QUORUM_NOT_MET'],
    ['one reviewer of two', async () => [await attest({ quorum: 2 })], 'QUORUM_NOT_MET'],
    ['one reviewer twice', async () => [await attest({ quorum: 2 }), await attest({ quorum: 2, iat: now - 1 })], 'QUORUM_NOT_MET'],
    [
      'two where one was shown a quorum of three',
      async () => [await attest({ quorum: 2 }), await attest({ quorum: 3, reviewer: toReviewerId('bob') })],
      'QUORUM_NOT_MET',
    ],
    [
      'a rejection among approvals',
      async () => [await attest(), await attest({ decision: 'REJECT', reviewer: toReviewerId('bob') })],
      'ATTESTATION_INVALID',
    ],
  ])('is not met by %s', async (_, texts, code) => {
    expect(await codeOf(async () => verifyQuorum(await texts(), keys.keyset, expected))).toBe(code);
  });
});
