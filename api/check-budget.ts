/** How often an address may ask for a check. The call names no tenant, so the policy of the installation's first one decides. */
import { FIRST_TENANT } from '../domain/ids';
import { CHECKS_PER_MINUTE } from '../domain/policy';
import { readPolicy } from '../stores/policies';
import type { ApiContext } from './context';

/** A check costs less than a look into the database: a policy that was just applied holds after so long. */
const FRESH_MS = 5_000;

/** @returns checks a minute; while the database is away, as many as were allowed last */
export function createCheckBudget({ pool, now }: Pick<ApiContext, 'pool' | 'now'>): () => Promise<number> {
  let last = CHECKS_PER_MINUTE;
  let until = -Infinity;
  let reading: Promise<number> | null = null;

  const read = async (): Promise<number> => {
    const row = await readPolicy(pool, FIRST_TENANT).catch(() => null);
    last = row?.policy.limits.checks_per_minute_per_address ?? last;
    until = now() + FRESH_MS;
    reading = null;
    return last;
  };

  return () => (now() < until ? Promise.resolve(last) : (reading ??= read()));
}
