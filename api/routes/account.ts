/** Approved, executed, claimed: the accounts of one request side by side, and where they differ. */
import { refusal } from '../../domain/errors';
import { toApprovalId } from '../../domain/ids';
import { graceMinutesOf, reconcile } from '../../domain/claim/reconcile';
import { readAccount } from '../../stores/accounts';
import { readApproval } from '../../stores/approvals';
import { readPolicy } from '../../stores/policies';
import { maySee } from '../identity/may-see';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';


export function accountRoutes({ pool }: Pick<ApiContext, 'pool'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/approvals/:id/truth', tag: 'claims', who: ['agent', 'reviewer', 'operator', 'delegate'],
      summary: 'What was approved, executed and claimed of a request, side by side, and where they differ', answers: 'request_id, status, approved, executed, claimed, findings',
      async handle({ principal, params }) {
        const row = await readApproval(pool, principal.tenant, toApprovalId(params['id']));
        if (row === null || !maySee(principal, row)) throw refusal('NOT_FOUND', 'there is no such request');
        const [{ account, executions, claims }, policy] = await Promise.all([readAccount(pool, principal.tenant, row), readPolicy(pool, principal.tenant)]);
        const grace_minutes = graceMinutesOf(policy?.policy ?? null);
        return {
          body: {
            request_id: row.request_id,
            worker_id: row.worker_id,
            environment: row.environment,
            task_name: row.task_name,
            status: row.status,
            approved: row.commands.map((command, step) => ({ step, command })),
            executed: executions.map(({ execution_id, step, command, status, exit_code, started_at, finished_at, baseline }) => ({
              execution_id, step, command, status, exit_code, started_at: started_at.toISOString(), finished_at: finished_at?.toISOString() ?? null, baseline,
            })),
            claimed: claims.map(({ claim_id, claim, status, claimed_at, execution_id, parts }) => ({ claim_id, claim, status, timestamp: claimed_at.toISOString(), execution_id, parts })),
            findings: reconcile(account, Date.now(), grace_minutes * 60_000),
            grace_minutes,
          },
        };
      },
    }),
  ];
}
