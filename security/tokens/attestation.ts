/**
 * A reviewer's decision, signed by the API that authenticated the reviewer. The gateway believes no workflow and no queue:
 * it runs a step only with this and with a capability token, which another process signs with another key.
 */
import { refusal } from '../../domain/errors';
import type { ApprovalId, Environment, ReviewerId, Sha256Hex, TenantId, WorkerId } from '../../domain/ids';
import {
  isEnvironment,
  isExactly,
  isIntegerWithin,
  isNullOr,
  isOneOf,
  isReviewerId,
  isSha256Hex,
  isTenant,
  isUnixSeconds,
  isUuid,
  isWorkerId,
} from './claim-checks';
import { readSigned, sameCode, signClaims, type ClaimShape, type JwsKind } from './compact-jws';
import type { SigningKey } from '../keys/signing-key';
import type { Keyset } from '../keys/keyset';

export const ATTESTATION_ISSUER = 'wingman-api';

export interface AttestedDecision {
  readonly tenant: TenantId;
  readonly env: Environment;
  readonly approval_id: ApprovalId;
  /** Null: the request has no plan, nothing can be executed with it, and `fingerprint` alone says what was decided. */
  readonly plan_hash: Sha256Hex | null;
  readonly fingerprint: Sha256Hex;
  /** Of the canonical list of bound targets on the card; null when the plan has none. */
  readonly targets_hash: Sha256Hex | null;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly reviewer: ReviewerId;
  /** The agent that asked (`worker_id`). */
  readonly agent: WorkerId;
  readonly risk_level: 'LOW' | 'MEDIUM' | 'HIGH';
  /** How many distinct reviewers the approval needs, as the card said. */
  readonly quorum: number;
  /** Of the note's UTF-8; the note itself may be long and private. */
  readonly note_sha256: Sha256Hex;
  /** Unix seconds. */
  readonly iat: number;
  /** Of this one decision: the same one twice in a second is two. Absent in those that are older than this. */
  readonly jti?: string;
}

export interface AttestationClaims extends AttestedDecision {
  readonly iss: typeof ATTESTATION_ISSUER;
}

export interface AttestationExpectation {
  readonly tenant: TenantId;
  readonly environment: Environment;
  readonly approvalId: ApprovalId;
  readonly planHash: Sha256Hex | null;
  readonly fingerprint: Sha256Hex;
  readonly targetsHash: Sha256Hex | null;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly agent: WorkerId;
  readonly revokedKids: ReadonlySet<string>;
  /** Unix seconds: of the act that needs the decision, or of the decision when an old record is checked. */
  readonly now: number;
}

/** @throws TypeError for claims of a wrong form: they come from our own API. */
export async function signAttestation(decision: AttestedDecision, key: SigningKey): Promise<string> {
  const claims: AttestationClaims = { ...decision, iss: ATTESTATION_ISSUER };
  return signClaims(KIND, SHAPE, { ...claims }, key);
}

/** @throws WingmanError ATTESTATION_INVALID; `details.claim` names what does not fit. */
export function verifyAttestation(text: unknown, keyset: Keyset, expected: AttestationExpectation): AttestationClaims {
  const { revokedKids, now } = expected;
  const claims = toAttestationClaims(readSigned(KIND, SHAPE, text, { keyset, revokedKids, now }));
  requireMatch(claims, expected);
  return claims;
}

/**
 * All decisions that one approval rests on: each genuine, by distinct reviewers, as many as the largest quorum that any of
 * them was shown.
 *
 * @throws WingmanError ATTESTATION_INVALID, QUORUM_NOT_MET
 */
export function verifyQuorum(
  texts: readonly unknown[],
  keyset: Keyset,
  expected: AttestationExpectation,
): readonly AttestationClaims[] {
  const decisions = texts.map((text) => verifyAttestation(text, keyset, expected));
  const reviewers = new Set(decisions.map(({ reviewer }) => reviewer));
  const needed = Math.max(1, ...decisions.map(({ quorum }) => quorum));
  if (reviewers.size < needed) {
    throw refusal('QUORUM_NOT_MET', `${needed} distinct reviewers must have decided, and ${reviewers.size} did`, {
      needed,
      reviewers: reviewers.size,
    });
  }
  return decisions;
}

const KIND: JwsKind = {
  name: 'decision attestation',
  typ: 'wm-att+jwt',
  purpose: 'attestation',
  maxLength: 4_096,
  codes: sameCode('ATTESTATION_INVALID'),
};

const SHAPE: ClaimShape = {
  required: {
    iss: isExactly(ATTESTATION_ISSUER),
    tenant: isTenant,
    env: isEnvironment,
    approval_id: isUuid,
    plan_hash: isNullOr(isSha256Hex),
    fingerprint: isSha256Hex,
    targets_hash: isNullOr(isSha256Hex),
    decision: isOneOf(['APPROVE', 'REJECT']),
    reviewer: isReviewerId,
    agent: isWorkerId,
    risk_level: isOneOf(['LOW', 'MEDIUM', 'HIGH']),
    quorum: isIntegerWithin(1, 99),
    note_sha256: isSha256Hex,
    iat: isUnixSeconds,
  },
  optional: { jti: isUuid },
};

function toAttestationClaims(claims: Readonly<Record<string, unknown>>): AttestationClaims {
  return claims as unknown as AttestationClaims;
}

function requireMatch(claims: AttestationClaims, expected: AttestationExpectation): void {
  const bindings = {
    tenant: expected.tenant,
    env: expected.environment,
    approval_id: expected.approvalId,
    plan_hash: expected.planHash,
    fingerprint: expected.fingerprint,
    targets_hash: expected.targetsHash,
    decision: expected.decision,
    agent: expected.agent,
  };
  for (const [claim, value] of Object.entries(bindings)) {
    if (claims[claim as keyof typeof bindings] !== value) {
      throw refusal('ATTESTATION_INVALID', `the decision attestation is for another ${claim}`, { claim });
    }
  }
  if (claims.iat > expected.now)
    throw refusal('ATTESTATION_INVALID', 'the decision attestation is dated in the future; compare the clocks', {
      claim: 'iat',
    });
}
