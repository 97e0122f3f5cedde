/** The policy in force: the highest version that was applied. Where it is not signed, none is: an older one is not taken instead. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import type { Policy } from '../domain/policy/policy';
import { createLastRead } from './last-read';
import { requireSigned } from './policy-trust';
import { withTenant } from './pool';

export interface PolicyRow {
  readonly version: number;
  readonly hash: string;
  /** The YAML that was applied. */
  readonly source: string;
  readonly policy: Policy;
  readonly applied_by: string;
  readonly applied_at: Date;
}

/** What a statement about the policy in force gives: null for what the caller knows already. */
export interface PolicyAnswer {
  readonly version: number;
  readonly hash: string;
  readonly source: string | null;
  readonly policy: Policy | null;
  readonly signature: string | null;
  readonly applied_by: string;
  readonly applied_at: Date;
}

/** By tenant. Which version is in force is asked each time; its text, which never changes, is sent and parsed when it is another one. */
const known = createLastRead<PolicyRow>();

export const knownPolicy = (pool: Pool, tenant: TenantId): PolicyRow | null => known.get(pool, tenant);

/** For a statement with the known version and hash as the parameters that are named here; they are null when none is known. */
export const policyColumns = (version: string, hash: string): string => {
  const isKnown = `version = ${version} and hash = ${hash}`;
  return `version, hash, case when ${isKnown} then null else source end as source, case when ${isKnown} then null else policy end as policy, signature, applied_by, applied_at`;
};

/**
 * @param last what {@link knownPolicy} gave before the statement was sent
 * @throws WingmanError POLICY_UNSIGNED, POLICY_ROLLED_BACK
 */
export function toPolicyRow(pool: Pool, tenant: TenantId, answer: PolicyAnswer, last: PolicyRow | null): PolicyRow {
  const { source, policy } = answer;
  if (source === null || policy === null) {
    if (last === null) throw new TypeError('the database took for known what nobody knew');
    return last;
  }
  const { version, hash, applied_by, applied_at, signature } = answer;
  const row: PolicyRow = { version, hash, source, policy, applied_by, applied_at };
  requireSigned(pool, tenant, { ...row, signature });
  return known.set(pool, tenant, row);
}

/** @throws WingmanError POLICY_UNSIGNED, POLICY_ROLLED_BACK */
export async function readPolicy(pool: Pool, tenant: TenantId): Promise<PolicyRow | null> {
  const last = knownPolicy(pool, tenant);
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<PolicyAnswer>({
      name: 'policy-in-force',
      text: `select ${policyColumns('$2', '$3')} from wingman.policies where tenant = $1 order by version desc limit 1`,
      values: [tenant, last?.version ?? null, last?.hash ?? null],
    }),
  );
  return rows[0] === undefined ? null : toPolicyRow(pool, tenant, rows[0], last);
}

/** Also of one that is not signed; 0 when there is none. */
export async function readNewestPolicyVersion(pool: Pool, tenant: TenantId): Promise<number> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ version: number }>('select coalesce(max(version), 0)::int as version from wingman.policies where tenant = $1', [tenant]),
  );
  return rows[0]?.version ?? 0;
}
