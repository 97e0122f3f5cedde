/** Asking, reading, deciding. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { cancelBody, decideBody, requestBody } from '../../contracts/wire';
import { canonicalJson } from '../../domain/text/canonical-json';
import { refusal, WingmanError } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { failpoint } from '../../platform/failpoint';
import { sha256Hex } from '../../security/digest';
import { listPending, readApproval, readDecisions, type ApprovalRow } from '../../stores/approvals';
import { listExecutionsOfApproval } from '../../stores/executions';
import { readPolicy } from '../../stores/policies';
import { findWebhookEndpoint, type WebhookEndpointRow } from '../../stores/webhook-endpoints';
import { admitAgent } from '../identity/admit-agent';
import type { SubmittedRequest } from '../temporal/approval-workflows';
import type { Principal } from '../identity/authenticate';
import { requireEnvironment, requireWorkerId } from '../identity/speak-for';
import { maySee, ownersOf } from '../identity/may-see';
import { firstOf, seeThrough } from '../live/committed';
import type { ApiContext } from '../context';
import { cancelRequest, decideRequest } from '../calls/decide';
import { endpoint, type Endpoint } from '../http/endpoint';
import { toId, toLimit } from '../http/query';
import { requestView } from '../views/views';

const MAX_WAIT_SECONDS = 60;
const EVERYBODY = ['agent', 'reviewer', 'operator', 'delegate'] as const;

export function approvalRoutes(context: ApiContext): readonly Endpoint[] {
  const { pool, workflows, feed, committed } = context;

  /** Another tenant's, and for an agent another agent's, does not exist. */
  const readOwn = async (principal: Principal, id: string | undefined): Promise<ApprovalRow> => {
    const row = await readApproval(pool, principal.tenant, toId(id, 'request'));
    if (row === null || !maySee(principal, row)) throw refusal('NOT_FOUND', 'there is no such request');
    return row;
  };

  return [
    endpoint({
      method: 'post',
      path: '/approvals/request',
      tag: 'approvals',
      who: ['agent'],
      summary: 'Asks for permission; answers AUTO_APPROVED, PENDING or (422) AUTO_REJECTED in one round trip',
      body: requestBody,
      idempotent: true,
      answers: 'needs_approval, status, request, risk, deduped',
      async handle({ principal, body }) {
        const worker_id = requireWorkerId(principal, body.worker_id);
        const environment = requireEnvironment(principal, body.deployment_env);
        const { policy, pending } = await admitAgent(context, principal.tenant, worker_id);
        const callback = body.callback_url === undefined ? null : await requireCallback(pool, principal.tenant, body.callback_url);
        if (pending >= policy.limits.pending_per_agent) {
          throw refusal('RATE_LIMITED', `${worker_id} has as many undecided requests as the policy allows; wait for decisions or cancel some`, { retry_after_seconds: 30 });
        }
        const content = {
          worker_id, environment, task_name: body.task_name, instruction: body.instruction, commands: body.commands ?? null,
          execute: body.execute ?? false, ordered: body.ordered ?? false,
        };
        const id = randomUUID();
        const input = {
          ...content,
          approval_id: id,
          tenant: principal.tenant,
          key_id: principal.keyId,
          agent_owner: principal.owner,
          callback_url: callback?.url ?? null,
          fingerprint: sha256Hex(canonicalJson({ tenant: principal.tenant, ...content })),
        };
        const submitted = workflows.submit(input);
        const first = await firstOf<SubmittedRequest | ApprovalRow>(submitted, (signal) => committed.opened(principal.tenant, id, signal));
        failpoint('api.after_submit');
        const isRow = !('opened' in first);
        if (isRow) void seeThrough(submitted, () => workflows.submitAgain(first, input));
        const row = isRow ? first : await readWritten(pool, principal.tenant, first.opened.approval_id);
        // The one that is pending tells whom it was opened for; a second place to tell would be lost without a word.
        if (callback !== null && row.callback_endpoint !== callback.endpoint_id) throw refusal('DUPLICATE_REQUEST', `an identical request (${row.request_id}) is open with another callback_url, or none; wait for it or cancel it`, { request_id: row.request_id });
        return answerOf(row, !isRow && first.deduped);
      },
    }),
    endpoint({
      method: 'get',
      path: '/approvals/pending',
      tag: 'approvals',
      who: EVERYBODY,
      summary: 'Requests that wait for people, oldest first; an agent sees its own',
      query: ['limit'],
      answers: 'pending, count',
      async handle({ principal, query }) {
        const rows = await listPending(pool, principal.tenant, ownersOf(principal), toLimit(query, 100));
        const pending = rows.map((row) => requestView(row));
        return { body: { pending, count: pending.length } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/approvals/:id',
      tag: 'approvals',
      who: EVERYBODY,
      summary: 'One request; `wait` (seconds, at most 60) answers as soon as it is decided',
      query: ['wait'],
      answers: 'the request, with its decisions and executions',
      async handle({ principal, params, query, req }) {
        const wait = query['wait'] === undefined ? 0 : toWait(query['wait']);
        const gone = new AbortController();
        req.once('close', () => gone.abort());
        const until = Date.now() + wait * 1000;
        let row = await readOwn(principal, params['id']);
        while (row.status === 'PENDING' && Date.now() < until && !gone.signal.aborted) {
          await feed.wait(Math.min(2_000, Math.max(1, until - Date.now())), gone.signal);
          row = await readOwn(principal, params['id']);
        }
        const [decisions, executions] = await Promise.all([
          readDecisions(pool, principal.tenant, row.request_id),
          listExecutionsOfApproval(pool, principal.tenant, row.request_id),
        ]);
        return { body: requestView(row, { decisions, executions }) };
      },
    }),
    ...(['APPROVE', 'REJECT'] as const).map((decision) =>
      endpoint({
        method: 'post',
        path: `/approvals/:id/${decision.toLowerCase()}`,
        tag: 'approvals',
        who: ['reviewer'],
        summary: decision === 'APPROVE' ? 'Approves the plan that was shown' : 'Rejects the request; one rejection ends it',
        body: decideBody,
        answers: 'the request; `decided_by` is the authenticated reviewer',
        async handle({ principal, params, body }) {
          const [row, policy] = await Promise.all([readOwn(principal, params['id']), readPolicy(pool, principal.tenant)]);
          return { body: requestView(await decideRequest(context, principal, { row, policy, decision, body })) };
        },
      }),
    ),
    endpoint({
      method: 'post',
      path: '/approvals/:id/cancel',
      tag: 'approvals',
      who: ['agent', 'reviewer', 'operator'],
      summary: 'Withdraws a request; an approved one is revoked, and its unused tokens with it',
      body: cancelBody,
      answers: 'the request',
      async handle({ principal, params }) {
        const row = await readOwn(principal, params['id']);
        return { body: requestView(await cancelRequest(context, principal, row)) };
      },
    }),
  ];
}

async function readWritten(pool: Pool, tenant: TenantId, id: string): Promise<ApprovalRow> {
  const row = await readApproval(pool, tenant, id);
  if (row === null) throw new WingmanError('DATABASE_UNAVAILABLE', 'the request was written but cannot be read now; ask GET /approvals/pending');
  return row;
}

/** Status 200 with `needs_approval: false` is taken as permission by clients in the field: only AUTO_APPROVED may look like that. */
function answerOf(row: ApprovalRow, deduped: boolean): { status: number; body: unknown } {
  const body = {
    needs_approval: row.status === 'PENDING',
    status: row.status,
    request: requestView(row),
    risk: { risk_level: row.risk_level, risk_reason: row.risk_reason },
    ...(deduped ? { deduped: true } : {}),
  };
  if (row.status !== 'AUTO_REJECTED') return { status: 200, body };
  const first = row.reasons[0];
  const code = first?.code ?? 'POLICY_REFUSED';
  const text = row.reasons.map(({ message }) => message).join('; ');
  return {
    status: 422,
    body: { type: `urn:wingman:problem:${code.toLowerCase()}`, title: 'refused by the gate', ...body, code, error: text, detail: text, reasons: row.reasons },
  };
}

/**
 * Whom a decision is told is an operator's choice, not an agent's: exactly the URL of an endpoint that is registered and active.
 *
 * @throws WingmanError CALLBACK_NOT_REGISTERED
 */
async function requireCallback(pool: Pool, tenant: TenantId, url: string): Promise<WebhookEndpointRow> {
  const row = await findWebhookEndpoint(pool, tenant, url);
  if (row === null) throw refusal('CALLBACK_NOT_REGISTERED', 'callback_url is no active webhook endpoint of this tenant; an operator can add it (`wingman webhooks add <url>`), letter by letter the same', { field: 'callback_url' });
  return row;
}

function toWait(text: string): number {
  if (!/^[0-9]{1,3}$/.test(text) || Number(text) > MAX_WAIT_SECONDS) throw refusal('INVALID_FIELD', `wait is a number of seconds from 0 to ${String(MAX_WAIT_SECONDS)}`, { field: 'wait' });
  return Number(text);
}
