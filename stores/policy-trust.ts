/** Which policies a process believes: those that the operator signed, and none that is older than one it has seen. */
import type { Pool } from 'pg';
import { isWingmanError, WingmanError } from '../domain/errors';
import type { TenantId } from '../domain/ids';
import type { SeenVersions } from '../platform/seen-versions';
import type { Keyset } from '../security/keys/keyset';
import { policyDigests, verifyPolicySignature } from '../security/tokens/policy-signature';

export interface PolicyTrust {
  readonly keyset: Keyset;
  readonly versions: SeenVersions;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

export interface StoredPolicy {
  readonly version: number;
  readonly hash: string;
  readonly source: string;
  readonly policy: unknown;
  readonly signature: string | null;
}

const trusts = new WeakMap<Pool, PolicyTrust>();

/** Once at a process's start. A pool for which nobody said this gives no policy at all. */
export function trustPolicies(pool: Pool, trust: PolicyTrust): void {
  trusts.set(pool, trust);
}

/**
 * Asked once for each policy that is read from the database; what passed is kept beside the pool (policies.ts).
 *
 * @throws WingmanError POLICY_UNSIGNED, POLICY_ROLLED_BACK
 */
export function requireSigned(pool: Pool, tenant: TenantId, row: StoredPolicy): void {
  const trust = trusts.get(pool);
  if (trust === undefined) throw new TypeError('whoever reads policies says first whose signature counts: trustPolicies(pool, …)');
  requireSignature(trust, tenant, row);
  const seen = trust.versions.highest(tenant);
  if (row.version < seen) {
    throw new WingmanError('POLICY_ROLLED_BACK', `version ${String(row.version)} of the policy is older than version ${String(seen)}, which was in force: was the database restored? \`wingman policy apply\` puts one in force with a higher number`, { version: row.version });
  }
  trust.versions.saw(tenant, row.version);
}

function requireSignature({ keyset, now }: PolicyTrust, tenant: TenantId, { version, hash, source, policy, signature }: StoredPolicy): void {
  try {
    const digests = policyDigests(source, policy);
    verifyPolicySignature(signature, keyset, now() / 1000, { tenant, version, ...digests });
    if (digests.source_sha256 !== hash) throw new WingmanError('POLICY_SIGNATURE_INVALID', 'its hash is not that of its text');
  } catch (cause) {
    if (!isWingmanError(cause)) throw cause;
    const message = `version ${String(version)} of the policy is not signed by the operator (${cause.message}): nothing is done under it; look at it, and put one in force with \`wingman policy apply\``;
    throw new WingmanError('POLICY_UNSIGNED', message, { version }, { cause });
  }
}
