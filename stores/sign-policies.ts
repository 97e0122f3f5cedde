/** Policies from before there were signatures: signed once, by the operator's key, at the first start of a version that asks for them. */
import type { Pool } from 'pg';
import { toTenantId } from '../domain/ids';
import type { Policy } from '../domain/policy/policy';
import type { SigningKey } from '../security/keys/signing-key';
import { policyDigests, signPolicy } from '../security/tokens/policy-signature';
import { applyPolicy } from './apply-policy';
import { createLedger } from './ledger';

/**
 * The newest policy of every tenant that never had a signed one. A tenant that has is left alone, whatever was written since: what
 * somebody slipped in is not signed by waiting for a restart.
 *
 * @param pool of the database's owner. @returns the tenants
 */
export async function signOldPolicies(pool: Pool, key: SigningKey, now: number): Promise<readonly string[]> {
  const { rows } = await pool.query<{ tenant: string; version: number; source: string; policy: Policy }>(
    `select distinct on (tenant) tenant, version, source, policy from wingman.policies p
     where not exists (select from wingman.policies s where s.tenant = p.tenant and s.signature is not null)
     order by tenant, version desc`,
  );
  const ledger = createLedger(pool);
  for (const { tenant, version, source, policy } of rows) {
    const next = version + 1;
    const signature = await signPolicy({ tenant: toTenantId(tenant), version: next, ...policyDigests(source, policy), iat: Math.floor(now / 1000) }, key);
    await applyPolicy(ledger, { tenant, version: next, source, policy, applied_by: 'set-up', signature });
  }
  return rows.map(({ tenant }) => tenant);
}
