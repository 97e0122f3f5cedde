/** May this agent ask for anything at all just now? */
import type { Pool } from 'pg';
import { refusal, WingmanError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import type { Policy } from '../../domain/policy/policy';
import { readAdmission } from '../../stores/admission';

export interface AdmissionParts {
  readonly pool: Pool;
  readonly limits: { spend(what: string, who: string, perMinute: number): Promise<void> };
}

/**
 * @returns the policy in force, and how many requests of this agent are undecided
 * @throws WingmanError CONFIG_MISSING, RATE_LIMITED, QUARANTINED
 */
export async function admitAgent({ pool, limits }: AdmissionParts, tenant: TenantId, workerId: string): Promise<{ readonly policy: Policy; readonly pending: number }> {
  const admission = await readAdmission(pool, tenant, workerId);
  if (admission === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant; run `wingman policy apply`');
  const { policy: { policy }, quarantine, pending } = admission;
  await limits.spend('request', `${tenant}:${workerId}`, policy.limits.requests_per_minute_per_agent);
  if (quarantine !== null) throw refusal('QUARANTINED', `${workerId} is quarantined: ${quarantine.reason}; a person has to release it`);
  return { policy, pending };
}
