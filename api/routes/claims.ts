/** What agents say that they did. */
import { randomUUID } from 'node:crypto';
import { claimBody } from '../../contracts/wire';
import { canonicalJson } from '../../domain/canonical-json';
import { redact } from '../../domain/redact';
import { requireWorkerId } from '../authenticate';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../endpoint';

export function claimRoutes({ ledger }: Pick<ApiContext, 'ledger'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/log_claim',
      tag: 'claims',
      who: ['agent'],
      summary: 'Appends a claim of the authenticated agent to the ledger',
      body: claimBody,
      idempotent: true,
      answers: 'status, entry',
      async handle({ principal, body }) {
        const worker_id = requireWorkerId(principal, body.worker_id);
        const claim = redact(body.claim);
        const claim_id = randomUUID();
        const [row] = await ledger.append({
          tenant: principal.tenant, kind: 'claim', body: canonicalJson({ claim_id, worker_id, claim }), idem: `claim:${claim_id}`, projection: {},
        });
        return { body: { status: 'logged', entry: { claim_id, timestamp: row?.at, worker_id, claim, status: 'PENDING_VERIFICATION' } } };
      },
    }),
  ];
}
