/**
 * The operator's word that a policy is in force. A database row says what a policy is; this says that it may be believed: the
 * process that wrote the row may be in other hands, and what a policy allows runs.
 */
import type { Sha256Hex, TenantId } from '../../domain/ids';
import { refusal } from '../../domain/errors';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { sha256Hex } from '../digest';
import type { Keyset } from '../keys/keyset';
import type { SigningKey } from '../keys/signing-key';
import { isExactly, isIntegerWithin, isSha256Hex, isTenant, isUnixSeconds } from './claim-checks';
import { readSigned, sameCode, signClaims, type ClaimShape, type JwsKind } from './compact-jws';

export const POLICY_ISSUER = 'wingman-operator';
export const MAX_POLICY_VERSION = 1_000_000_000;

export interface SignedPolicy {
  readonly tenant: TenantId;
  /** Counts up: an older policy is never in force again, unless it is signed again with a higher number. */
  readonly version: number;
  /** Of the text that the operator wrote. */
  readonly source_sha256: Sha256Hex;
  /** Of the canonical form of what was read from it, which is what processes act on. */
  readonly policy_sha256: Sha256Hex;
  /** Unix seconds. */
  readonly iat: number;
}

/** What a signature is about. The policy is hashed as it comes back from where JSON is kept, without members that are undefined. */
export function policyDigests(source: string, policy: unknown): Pick<SignedPolicy, 'source_sha256' | 'policy_sha256'> {
  return { source_sha256: sha256Hex(source), policy_sha256: sha256Hex(canonicalJson(JSON.parse(JSON.stringify(policy)) as Json)) };
}

export async function signPolicy(policy: SignedPolicy, key: SigningKey): Promise<string> {
  return signClaims(KIND, SHAPE, { ...policy, iss: POLICY_ISSUER }, key);
}

/**
 * @param now unix seconds
 * @throws WingmanError POLICY_SIGNATURE_INVALID; `details.claim` names what does not fit
 */
export function verifyPolicySignature(text: unknown, keyset: Keyset, now: number, expected: Omit<SignedPolicy, 'iat' | 'version'> & { readonly version?: number }): SignedPolicy {
  const claims = readSigned(KIND, SHAPE, text, { keyset, revokedKids: new Set(), now }) as unknown as SignedPolicy;
  for (const claim of ['tenant', 'version', 'source_sha256', 'policy_sha256'] as const) {
    if (expected[claim] !== undefined && claims[claim] !== expected[claim]) {
      throw refusal('POLICY_SIGNATURE_INVALID', `the signature is for another ${claim}`, { claim });
    }
  }
  return claims;
}

const KIND: JwsKind = {
  name: 'signature of the policy',
  typ: 'wm-policy+jwt',
  purpose: 'policy',
  maxLength: 2_048,
  codes: sameCode('POLICY_SIGNATURE_INVALID'),
};

const SHAPE: ClaimShape = {
  required: {
    iss: isExactly(POLICY_ISSUER), tenant: isTenant, version: isIntegerWithin(1, MAX_POLICY_VERSION),
    source_sha256: isSha256Hex, policy_sha256: isSha256Hex, iat: isUnixSeconds,
  },
};
