/** The gateway's signed word on one execution. Anybody who has the public keys can check it years later, without us. */
import type { ApprovalId, Environment, ExecutionId, Sha256Hex, TenantId } from '../../domain/ids';
import {
  isEnvironment,
  isExactly,
  isIntegerWithin,
  isNullOr,
  isOneOf,
  isSha256Hex,
  isTenant,
  isUnixSeconds,
  isUuid,
} from './claim-checks';
import { readSigned, sameCode, signClaims, type ClaimShape, type JwsKind } from './compact-jws';
import type { SigningKey } from '../keys/signing-key';
import type { Keyset } from '../keys/keyset';

export const RECEIPT_ISSUER = 'wingman-gateway';

export interface ExecutionReceipt {
  readonly execution_id: ExecutionId;
  readonly tenant: TenantId;
  readonly env: Environment;
  readonly approval_id: ApprovalId;
  readonly plan_hash: Sha256Hex;
  readonly cmd_index: number;
  /** Of the capability token that was spent. */
  readonly jti: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN';
  /** Null where the command never ended under our eyes. */
  readonly exit_code: number | null;
  /** Of the output as it was recorded, after redaction and cutting. */
  readonly output_sha256: Sha256Hex;
  /** Unix seconds. */
  readonly started_at: number;
  readonly finished_at: number;
  /** Name of the gateway. */
  readonly gateway: string;
}

export interface ReceiptClaims extends ExecutionReceipt {
  readonly iss: typeof RECEIPT_ISSUER;
}

/** @throws TypeError for claims of a wrong form: they come from our own gateway. */
export async function signReceipt(receipt: ExecutionReceipt, key: SigningKey): Promise<string> {
  const claims: ReceiptClaims = { ...receipt, iss: RECEIPT_ISSUER };
  return signClaims(KIND, SHAPE, { ...claims }, key);
}

/**
 * Pure and offline. A key that was rotated out speaks for as long as its overlap lasts, by default for good; a revoked one never.
 *
 * @param now unix seconds. @throws WingmanError RECEIPT_INVALID
 */
export function verifyReceipt(text: unknown, keyset: Keyset, now: number): ReceiptClaims {
  return toReceiptClaims(readSigned(KIND, SHAPE, text, { keyset, revokedKids: new Set(), now }));
}

const KIND: JwsKind = {
  name: 'execution receipt',
  typ: 'wm-receipt+jwt',
  purpose: 'receipt',
  maxLength: 4_096,
  codes: sameCode('RECEIPT_INVALID'),
};

const SHAPE: ClaimShape = {
  required: {
    iss: isExactly(RECEIPT_ISSUER),
    execution_id: isUuid,
    tenant: isTenant,
    env: isEnvironment,
    approval_id: isUuid,
    plan_hash: isSha256Hex,
    cmd_index: isIntegerWithin(0, 999),
    jti: isUuid,
    status: isOneOf(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'UNKNOWN']),
    exit_code: isNullOr(isIntegerWithin(-2_147_483_648, 4_294_967_295)),
    output_sha256: isSha256Hex,
    started_at: isUnixSeconds,
    finished_at: isUnixSeconds,
    gateway: (value) => typeof value === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(value),
  },
};

function toReceiptClaims(claims: Readonly<Record<string, unknown>>): ReceiptClaims {
  return claims as unknown as ReceiptClaims;
}
