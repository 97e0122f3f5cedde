/** How often an address may ask for a check. The call names no tenant, so the policy of the installation's first one decides. */
import type { Pool } from 'pg';
import { FIRST_TENANT } from '../../domain/ids';
import { CHECKS_PER_MINUTE } from '../../domain/policy/policy';
import { readPolicy } from '../../stores/policies';

/** A check costs less than a look into the database: a policy that was just applied holds after so long. */
const FRESH_MS = 5_000;

/** @returns checks a minute, as last read: no check waits for the database, and while that is away the last number holds */
export function createCheckBudget({ pool, now }: { readonly pool: Pool; readonly now: () => number }): () => number {
  let perMinute = CHECKS_PER_MINUTE;
  let until = -Infinity;

  const read = async (): Promise<void> => {
    const row = await readPolicy(pool, FIRST_TENANT).catch(() => null);
    perMinute = row?.policy.limits.checks_per_minute_per_address ?? perMinute;
  };

  return () => {
    if (now() >= until) {
      until = now() + FRESH_MS;
      void read();
    }
    return perMinute;
  };
}
