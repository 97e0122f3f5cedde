/** Who answers for what at the engine of an environment: every tenant whose policy in force governs something there. */
import type { Pool } from 'pg';
import type { TargetKind } from '../domain/command/action';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { governedOf, governsAnything, isGoverned } from '../domain/policy/governed';
import { toTenantId, type TenantId } from '../domain/ids';
import type { Policy } from '../domain/policy/policy';
import { readPolicy } from '../stores/policies';
import { readClockAhead } from '../stores/watch-states';
import { listTenants } from '../stores/tenants';

export interface Scope {
  readonly tenants: readonly TenantId[];
  /** Every tenant of the installation: any of them may have executions at this engine. */
  readonly all: readonly TenantId[];
  readonly byLabel: boolean;
  /** Milliseconds by which the database's clock, which dates executions, is ahead of this machine's, which dates events. */
  readonly clockAhead: number;
  /** The same text for the same scope. */
  readonly text: string;
  policyOf(tenant: string): Policy | null;
  ownersOf(kind: TargetKind, names: readonly string[], labels: Readonly<Record<string, string>>): readonly TenantId[];
}

export async function readScope(pool: Pool, environment: string): Promise<Scope> {
  const clockAhead = await readClockAhead(pool);
  const all = (await listTenants(pool)).map(toTenantId);
  const rows = await Promise.all(all.map(async (tenant) => ({ tenant, policy: (await readPolicy(pool, tenant))?.policy ?? null })));
  const governing = rows.flatMap(({ tenant, policy }) => {
    const governed = policy === null ? null : governedOf(policy, environment);
    return policy !== null && governed !== null && governsAnything(governed) ? [{ tenant, policy, governed }] : [];
  });
  return {
    all,
    tenants: governing.map(({ tenant }) => tenant),
    byLabel: governing.some(({ governed }) => governed.labels.length > 0),
    clockAhead,
    text: canonicalJson(governing.map(({ tenant, governed }) => [tenant, governed as unknown as Json])),
    policyOf: (tenant) => governing.find((one) => one.tenant === tenant)?.policy ?? null,
    ownersOf: (kind, names, labels) => governing.filter(({ governed }) => isGoverned(governed, kind, names, labels)).map(({ tenant }) => tenant),
  };
}
