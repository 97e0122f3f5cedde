/** What has to be known of an agent before anything that it asks for is looked at, in one round trip. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import type { QuarantineRow } from './locks';
import { knownPolicy, policyColumns, toPolicyRow, type PolicyAnswer, type PolicyRow } from './policies';
import { withTenant } from './pool';

export interface Admission {
  readonly policy: PolicyRow;
  readonly quarantine: Pick<QuarantineRow, 'reason'> | null;
  /** Undecided requests of this agent; counted no further than the policy allows. */
  readonly pending: number;
}

type Answer = PolicyAnswer & { readonly quarantine: string | null; readonly pending: number };

/** Null: no policy is applied. */
export async function readAdmission(pool: Pool, tenant: TenantId, workerId: string): Promise<Admission | null> {
  const last = knownPolicy(pool, tenant);
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<Answer>({
      name: 'admission',
      text: `select ${policyColumns('$3', '$4')},
          (select reason from wingman.quarantines q where q.tenant = $1 and q.worker_id = $2) as quarantine,
          (select count(*)::int from (
            select from wingman.approvals a where a.tenant = $1 and a.worker_id = $2 and a.status = 'PENDING'
            limit (p.policy #>> '{limits,pending_per_agent}')::bigint
          ) open) as pending
        from wingman.policies p where tenant = $1 order by version desc limit 1`,
      values: [tenant, workerId, last?.version ?? null, last?.hash ?? null],
    }),
  );
  const [answer] = rows;
  if (answer === undefined) return null;
  const { quarantine, pending, ...policy } = answer;
  return { policy: toPolicyRow(pool, tenant, policy, last), quarantine: quarantine === null ? null : { reason: quarantine }, pending };
}
