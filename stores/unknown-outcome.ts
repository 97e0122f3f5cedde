import { canonicalJson } from '../domain/text/canonical-json';
import { isWingmanError } from '../domain/errors';
import type { TenantId } from '../domain/ids';
import type { Ledger } from './ledger';

/**
 * INTENT without an outcome: it may or may not have happened. First write wins, so a late outcome of the gateway is refused.
 *
 * @returns false: there is an outcome already
 */
export async function recordUnknownOutcome(ledger: Ledger, tenant: TenantId, execution_id: string): Promise<boolean> {
  try {
    await ledger.append({
      tenant,
      kind: 'execution.outcome',
      body: canonicalJson({ execution_id, status: 'UNKNOWN', exit_code: null, error_code: 'GATEWAY_UNAVAILABLE' }),
      idem: `outcome:${execution_id}`,
      projection: { output: '', receipt: null },
    });
    return true;
  } catch (error) {
    if (!isWingmanError(error) || error.code !== 'STEP_ALREADY_EXECUTED') throw error;
    return false;
  }
}
