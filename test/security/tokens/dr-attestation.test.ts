import { toEnvironment, toReviewerId, toTenantId } from '../../../domain/ids';
import type { WingmanError } from '../../../domain/errors';
import { signAttestation, verifyAttestation } from '../../../security/tokens/attestation';
import { sha256Hex } from '../../../security/digest';
import { signDrControl, verifyDrControl, type AttestedControl } from '../../../security/tokens/dr-attestation';
import { createTestKeys } from '../test-keys';

describe('a signed pause, resume or abort', () => {
  const { attestation: key, keyset } = createTestKeys(1_000);
  const control: AttestedControl = {
    tenant: toTenantId('acme'), env: toEnvironment('dev'), run_id: '11111111-1111-4111-8111-111111111111', plan_hash: sha256Hex('plan'), action: 'PAUSE', n: 0,
    reviewer: toReviewerId('owner'), note_sha256: sha256Hex(''), iat: 1_000,
  };
  const trust = { revokedKids: new Set<string>(), now: 1_001 };
  const { iat: _, ...expected } = control;
  const codeOf = async (act: () => unknown): Promise<string> => {
    try {
      await act();
    } catch (error) {
      return (error as WingmanError).code;
    }
    return 'accepted';
  };

  it('verifies for exactly what it was made for', async () => {
    expect(await codeOf(async () => verifyDrControl(await signDrControl(control, key), keyset, trust, expected))).toBe('accepted');
  });

  it.each<[string, Partial<AttestedControl>]>([
    ['another action', { action: 'ABORT' }],
    ['another run', { run_id: '22222222-2222-4222-8222-222222222222' }],
    ['another plan', { plan_hash: sha256Hex('other') }],
    ['another tenant', { tenant: toTenantId('other') }],
    ['another environment', { env: toEnvironment('prd') }],
    ['another reviewer', { reviewer: toReviewerId('eve') }],
    ['another note', { note_sha256: sha256Hex('x') }],
    ['another turn', { n: 1 }],
    ['the future', { iat: 2_000 }],
  ])('is refused for %s', async (_what, other) => {
    expect(await codeOf(async () => verifyDrControl(await signDrControl({ ...control, ...other }, key), keyset, trust, expected))).toBe('ATTESTATION_INVALID');
  });

  it('is no decision, and a decision is none of it', async () => {
    const plan_hash = sha256Hex('plan');
    const decision = await signAttestation(
      { tenant: control.tenant, env: control.env, approval_id: control.run_id as never, plan_hash, fingerprint: plan_hash, targets_hash: null, decision: 'APPROVE', reviewer: control.reviewer, agent: 'agent-1' as never, risk_level: 'LOW', quorum: 1, note_sha256: sha256Hex(''), iat: 1_000 },
      key,
    );
    expect(await codeOf(async () => verifyDrControl(decision, keyset, trust, expected))).toBe('ATTESTATION_INVALID');
    const expectation = { tenant: control.tenant, environment: control.env, approvalId: control.run_id as never, planHash: plan_hash, fingerprint: plan_hash, targetsHash: null, decision: 'APPROVE' as const, agent: 'agent-1' as never, ...trust };
    expect(await codeOf(async () => verifyAttestation(await signDrControl(control, key), keyset, expectation))).toBe('ATTESTATION_INVALID');
    expect(await codeOf(async () => verifyDrControl(await signDrControl(control, key), keyset, { ...trust, revokedKids: new Set([key.kid]) }, expected))).toBe('ATTESTATION_INVALID');
  });
});
