/**
 * The permission to run one step of one approved plan, once. Minted by the worker after the decision, judged by the gateway
 * alone; whoever carries it in between (an agent, the API, Temporal) may be hostile.
 *
 * Form: compact JWS, Ed25519, `typ: wm-cap+jwt`. A life of at most 300 seconds and no clock tolerance. Replay is keyed on
 * `jti` by the gateway's database, never on the text.
 */
import { randomUUID } from 'node:crypto';
import { refusal } from '../../domain/errors';
import type { ApprovalId, Environment, Sha256Hex, TenantId, WorkerId } from '../../domain/ids';
import {
  isEnvironment,
  isExactly,
  isIntegerWithin,
  isSha256Hex,
  isTenant,
  isThumbprint,
  isUnixSeconds,
  isUuid,
  isWorkerId,
} from './claim-checks';
import { commandText } from './command-text';
import { readSigned, signClaims, type ClaimShape, type JwsKind } from './compact-jws';
import type { SigningKey } from '../keys/signing-key';
import { accessTokenHash, type VerifiedProof } from './dpop';
import type { Keyset } from '../keys/keyset';

export const CAPABILITY_ISSUER = 'wingman-worker';
/** The same for every gateway; which one may use the token is said by `env`. */
export const CAPABILITY_AUDIENCE = 'wingman-gateway';
export const CAPABILITY_MAX_LIFE_SECONDS = 300;

export interface CapabilityClaims {
  readonly iss: typeof CAPABILITY_ISSUER;
  readonly aud: typeof CAPABILITY_AUDIENCE;
  readonly sub: WorkerId;
  readonly tenant: TenantId;
  readonly env: Environment;
  readonly approval_id: ApprovalId;
  readonly plan_hash: Sha256Hex;
  /** `commandText` of the step's argument list. */
  readonly cmd: string;
  /** Index of the step in the plan, from 0. */
  readonly cmd_index: number;
  /** Which run of that step this is: (approval, step, use) is single-use as well. */
  readonly use: number;
  readonly jti: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  /** Present: the token is worth nothing without a proof by this key (RFC 9449). */
  readonly cnf?: { readonly jkt: string };
}

export interface CapabilityGrant {
  readonly workerId: WorkerId;
  readonly tenant: TenantId;
  readonly environment: Environment;
  readonly approvalId: ApprovalId;
  readonly planHash: Sha256Hex;
  readonly argv: readonly string[];
  readonly cmdIndex: number;
  readonly use: number;
  /** Unix seconds. */
  readonly now: number;
  /** 1 to 300. */
  readonly lifeSeconds: number;
  /** Thumbprint of the key that must prove possession. */
  readonly jkt?: string;
}

/** What the gateway knows by itself about the step it was asked to run. Nothing here may be taken from the token. */
export interface CapabilityContext {
  readonly keyset: Keyset;
  readonly revokedKids: ReadonlySet<string>;
  /** Unix seconds, whole or not. */
  readonly now: number;
  readonly sub: WorkerId;
  readonly tenant: TenantId;
  readonly environment: Environment;
  readonly approvalId: ApprovalId;
  readonly planHash: Sha256Hex;
  readonly cmdIndex: number;
  /** Of the command that is about to run. */
  readonly argv: readonly string[];
  /** From `verifyDpopProof`, its `jti` already claimed in the replay table. Needed when the token has `cnf`. */
  readonly proof?: VerifiedProof;
}

/** The claims of a fresh token, with a new `jti`. */
export function capabilityClaims(grant: CapabilityGrant): CapabilityClaims {
  return {
    iss: CAPABILITY_ISSUER,
    aud: CAPABILITY_AUDIENCE,
    sub: grant.workerId,
    tenant: grant.tenant,
    env: grant.environment,
    approval_id: grant.approvalId,
    plan_hash: grant.planHash,
    cmd: commandText(grant.argv),
    cmd_index: grant.cmdIndex,
    use: grant.use,
    jti: randomUUID(),
    iat: grant.now,
    nbf: grant.now,
    exp: grant.now + grant.lifeSeconds,
    ...(grant.jkt === undefined ? {} : { cnf: { jkt: grant.jkt } }),
  };
}

/**
 * @throws TypeError for claims that no gateway would take: minting one is a programmer's mistake, and it is better to fail
 *         where it was made than at the gateway.
 */
export async function mintCapabilityToken(claims: CapabilityClaims, key: SigningKey): Promise<string> {
  if (claims.exp - claims.iat > CAPABILITY_MAX_LIFE_SECONDS || claims.exp <= claims.nbf)
    throw new TypeError('a capability token lives 1 to 300 seconds');
  return signClaims(KIND, SHAPE, { ...claims }, key);
}

/**
 * Judges a token against what the gateway knows; each check throws its own refusal.
 *
 * @throws WingmanError TOKEN_MISSING, TOKEN_FORM, TOKEN_HEADER, TOKEN_KEY, TOKEN_SIGNATURE, TOKEN_CLAIMS, TOKEN_LIFETIME,
 *         TOKEN_NOT_YET_VALID, TOKEN_EXPIRED, TOKEN_BINDING, TOKEN_PROOF. Single use is not judged here: the caller claims `jti`.
 */
export function verifyCapabilityToken(token: unknown, context: CapabilityContext): CapabilityClaims {
  const claims = toCapabilityClaims(readSigned(KIND, SHAPE, token, context));
  requireLifetime(claims);
  requireTime(claims, context.now);
  requireBinding(claims, context);
  requireProof(claims, token, context.proof);
  return claims;
}

const KIND: JwsKind = {
  name: 'capability token',
  typ: 'wm-cap+jwt',
  purpose: 'mint',
  // It travels in a header, and Node refuses more than 16 KiB of headers in all.
  maxLength: 12_288,
  codes: {
    missing: 'TOKEN_MISSING',
    form: 'TOKEN_FORM',
    header: 'TOKEN_HEADER',
    key: 'TOKEN_KEY',
    signature: 'TOKEN_SIGNATURE',
    claims: 'TOKEN_CLAIMS',
  },
};

const SHAPE: ClaimShape = {
  required: {
    iss: isExactly(CAPABILITY_ISSUER),
    aud: isExactly(CAPABILITY_AUDIENCE),
    sub: isWorkerId,
    tenant: isTenant,
    env: isEnvironment,
    approval_id: isUuid,
    plan_hash: isSha256Hex,
    cmd: (value) => typeof value === 'string' && value.length > 0 && value.length <= 8_192 && value.isWellFormed(),
    cmd_index: isIntegerWithin(0, 999),
    use: isIntegerWithin(0, 999),
    jti: isUuid,
    iat: isUnixSeconds,
    nbf: isUnixSeconds,
    exp: isUnixSeconds,
  },
  optional: { cnf: isConfirmation },
};

function isConfirmation(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).join() === 'jkt' &&
    'jkt' in value &&
    isThumbprint(value.jkt)
  );
}

function toCapabilityClaims(claims: Readonly<Record<string, unknown>>): CapabilityClaims {
  return claims as unknown as CapabilityClaims;
}

function requireLifetime(claims: CapabilityClaims): void {
  if (claims.exp - claims.iat > CAPABILITY_MAX_LIFE_SECONDS) {
    throw refusal('TOKEN_LIFETIME', `the capability token lives longer than ${CAPABILITY_MAX_LIFE_SECONDS} seconds`);
  }
  if (claims.nbf < claims.iat || claims.exp <= claims.nbf)
    throw refusal('TOKEN_LIFETIME', 'the times of the capability token contradict each other');
}

function requireTime(claims: CapabilityClaims, now: number): void {
  if (claims.iat > now || claims.nbf > now)
    throw refusal(
      'TOKEN_NOT_YET_VALID',
      'the capability token is not valid yet; compare the clocks of worker and gateway',
    );
  if (claims.exp <= now) throw refusal('TOKEN_EXPIRED', 'the capability token has expired; ask for a new one');
}

function requireBinding(claims: CapabilityClaims, context: CapabilityContext): void {
  const bindings = {
    sub: context.sub,
    tenant: context.tenant,
    env: context.environment,
    approval_id: context.approvalId,
    plan_hash: context.planHash,
    cmd_index: context.cmdIndex,
    cmd: commandText(context.argv),
  };
  for (const [claim, expected] of Object.entries(bindings)) {
    if (claims[claim as keyof typeof bindings] !== expected) {
      throw refusal('TOKEN_BINDING', `the capability token was minted for another ${claim}`, { claim });
    }
  }
}

function requireProof(claims: CapabilityClaims, token: unknown, proof: VerifiedProof | undefined): void {
  if (claims.cnf === undefined) return;
  if (proof === undefined)
    throw refusal('TOKEN_PROOF', 'the capability token is bound to a key; send a DPoP proof made with it');
  if (proof.jkt !== claims.cnf.jkt)
    throw refusal('TOKEN_PROOF', 'the DPoP proof was made with another key than the token is bound to');
  if (proof.ath !== accessTokenHash(token)) throw refusal('TOKEN_PROOF', 'the DPoP proof was made for another token');
}
