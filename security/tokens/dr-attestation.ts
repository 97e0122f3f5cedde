/** A person's pause, resume or abort of a recovery run, signed by the API that authenticated the person, as decisions are. */
import type { DrAction } from '../../domain/recovery/run';
import { refusal } from '../../domain/errors';
import type { Environment, ReviewerId, Sha256Hex, TenantId } from '../../domain/ids';
import { ATTESTATION_ISSUER } from './attestation';
import { isEnvironment, isExactly, isIntegerWithin, isOneOf, isReviewerId, isSha256Hex, isTenant, isUnixSeconds, isUuid } from './claim-checks';
import { readSigned, sameCode, signClaims, type ClaimShape, type JwsKind } from './compact-jws';
import type { SigningKey } from '../keys/signing-key';
import type { Keyset } from '../keys/keyset';

export interface AttestedControl {
  readonly tenant: TenantId;
  readonly env: Environment;
  readonly run_id: string;
  /** Of the run's plan. */
  readonly plan_hash: Sha256Hex;
  readonly action: DrAction;
  /** How many there were before it: an old one cannot be played again. */
  readonly n: number;
  readonly reviewer: ReviewerId;
  readonly note_sha256: Sha256Hex;
  /** Unix seconds. */
  readonly iat: number;
}

/** @throws TypeError for a form that is wrong: it comes from our own API */
export async function signDrControl(control: AttestedControl, key: SigningKey): Promise<string> {
  const claims = { ...control, iss: ATTESTATION_ISSUER };
  return signClaims(KIND, SHAPE, claims, key);
}

/** @throws WingmanError ATTESTATION_INVALID; `details.claim` names what does not fit */
export function verifyDrControl(text: unknown, keyset: Keyset, trust: { readonly revokedKids: ReadonlySet<string>; readonly now: number }, expected: Omit<AttestedControl, 'iat'>): void {
  const claims = readSigned(KIND, SHAPE, text, { keyset, ...trust });
  for (const [claim, value] of Object.entries(expected)) {
    if (claims[claim] !== value) throw refusal('ATTESTATION_INVALID', `the attestation is for another ${claim}`, { claim });
  }
  if (Number(claims['iat']) > trust.now) throw refusal('ATTESTATION_INVALID', 'the attestation is dated in the future; compare the clocks', { claim: 'iat' });
}

const KIND: JwsKind = {
  name: 'recovery attestation',
  typ: 'wm-dr+jwt',
  purpose: 'attestation',
  maxLength: 4_096,
  codes: sameCode('ATTESTATION_INVALID'),
};

const SHAPE: ClaimShape = {
  required: {
    iss: isExactly(ATTESTATION_ISSUER), tenant: isTenant, env: isEnvironment, run_id: isUuid, plan_hash: isSha256Hex,
    action: isOneOf(['PAUSE', 'RESUME', 'ABORT']), n: isIntegerWithin(0, 100_000), reviewer: isReviewerId, note_sha256: isSha256Hex, iat: isUnixSeconds,
  },
};
