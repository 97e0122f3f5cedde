/** Tokens and executions. */
import { executeBody, gatewayExecuteBody, resolveBody, tokenBody } from '../../contracts/wire';
import { canonicalJson } from '../../domain/text/canonical-json';
import { ERROR_CODES, refusal, WingmanError, type ErrorCode } from '../../domain/errors';
import { toExecutionId } from '../../domain/ids';
import { redact } from '../../domain/secrets/redact';
import { readApproval, type ApprovalRow } from '../../stores/approvals';
import { listExecutions, listExecutionsOfApproval, readExecution, type ExecutionRow } from '../../stores/executions';
import { readPolicy } from '../../stores/policies';
import type { StepOutcome } from '../../workflows/messages';
import type { AgentPrincipal, Principal } from '../identity/authenticate';
import { requireEnvironment, requireSay } from '../identity/speak-for';
import { maySee } from '../identity/may-see';
import type { ApiContext } from '../context';
import { endpoint, type Call, type Endpoint } from '../http/endpoint';
import { executionView } from '../views/views';

const RUN_WAIT_MS = 55_000;
const EXECUTION_STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'UNKNOWN'];

export function executionRoutes(context: ApiContext): readonly Endpoint[] {
  const { pool, executions, ledger, limits } = context;

  const readOwn = async (agent: AgentPrincipal, id: string | undefined): Promise<ApprovalRow> => {
    const row = /^[0-9a-f-]{36}$/.test(id ?? '') ? await readApproval(pool, agent.tenant, id ?? '') : null;
    if (row === null || !maySee(agent, row)) throw refusal('NOT_FOUND', 'there is no such request');
    return row;
  };
  const spend = async (agent: AgentPrincipal, workerId: string): Promise<void> => {
    const policy = await readPolicy(pool, agent.tenant);
    if (policy === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant');
    await limits.spend('execute', `${agent.tenant}:${workerId}`, policy.policy.limits.executions_per_minute_per_agent);
  };
  const readVisible = async (principal: Principal, id: string | undefined): Promise<ExecutionRow> => {
    const row = /^[0-9a-f-]{36}$/.test(id ?? '') ? await readExecution(pool, principal.tenant, id ?? '') : null;
    if (row === null || !maySee(principal, row)) throw refusal('NOT_FOUND', 'there is no such execution');
    return row;
  };

  return [
    endpoint({
      method: 'post',
      path: '/approvals/:id/execute',
      tag: 'execution',
      who: ['agent'],
      summary: 'Runs the approved plan, step by step, through the gateway',
      body: executeBody,
      idempotent: true,
      answers: 'execution_status, executions',
      async handle({ principal, params }) {
        const row = await readOwn(principal, params['id']);
        await spend(principal, row.worker_id);
        if (row.status !== 'APPROVED' && row.status !== 'AUTO_APPROVED') throw refusal('NOT_APPROVED', `this request is ${row.status}`);
        if (row.plan_hash === null) throw refusal('NO_PLAN', 'this request has no commands: nothing can be executed with it; ask again with `commands`');
        const done = await listExecutionsOfApproval(pool, principal.tenant, row.request_id);
        const from = nextStep(row, done);
        const outcomes = await executions.run(
          { tenant: row.tenant, approval_id: row.request_id, worker_id: row.worker_id, environment: row.environment, steps: row.commands.length, from },
          RUN_WAIT_MS,
        );
        const refused = outcomes?.find(({ status }) => status === 'REFUSED' || status === 'NOT_STARTED');
        if (refused !== undefined) throw refusedOutcome(refused);
        const now = await listExecutionsOfApproval(pool, principal.tenant, row.request_id);
        const latest = await readApproval(pool, principal.tenant, row.request_id);
        return { body: { approval_id: row.request_id, execution_status: latest?.execution_status ?? null, executions: now.map(executionView) } };
      },
    }),
    endpoint({
      method: 'post',
      path: '/gateway/token',
      tag: 'execution',
      who: ['agent'],
      summary: 'A single-use capability token for one step of an approved plan; with `dpop_jkt` it is bound to that key (RFC 9449)',
      body: tokenBody,
      answers: 'success, token, environment, expires_at',
      async handle({ principal, body }) {
        const row = await readOwn(principal, body.approval_id);
        if (body.environment !== undefined && body.environment !== row.environment) throw refusal('ENVIRONMENT_MISMATCH', `this request was approved for ${row.environment}`);
        requireEnvironment(principal, row.environment);
        await spend(principal, row.worker_id);
        const issued = await executions.issueToken({
          tenant: row.tenant, approval_id: row.request_id, worker_id: row.worker_id, environment: row.environment, command: body.command,
          jkt: body.dpop_jkt ?? null,
        });
        return { body: { success: true, ...issued } };
      },
    }),
    endpoint({
      method: 'post',
      path: '/gateway/execute',
      tag: 'execution',
      who: ['agent'],
      summary: 'Spends a capability token (X-Capability-Token) on the command that it was minted for',
      body: gatewayExecuteBody,
      answers: 'success, output, exit_code, execution_id, duration_ms',
      handle: (call) => useToken(context, call, readOwn),
    }),
    endpoint({
      method: 'get',
      path: '/executions',
      tag: 'execution',
      who: ['reviewer', 'operator', 'delegate'],
      summary: 'Executions, newest first',
      query: ['status', 'limit'],
      answers: 'executions, count',
      async handle({ principal, query }) {
        const status = query['status'] ?? null;
        if (status !== null && !EXECUTION_STATUSES.includes(status)) throw refusal('INVALID_FIELD', `status is one of ${EXECUTION_STATUSES.join(', ')}`, { field: 'status' });
        const limit = Number(query['limit'] ?? 50);
        if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw refusal('INVALID_FIELD', 'limit is a whole number from 1 to 500', { field: 'limit' });
        const rows = await listExecutions(pool, principal.tenant, status, limit);
        return { body: { executions: rows.map(executionView), count: rows.length } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/executions/:id',
      tag: 'execution',
      who: ['agent', 'reviewer', 'operator', 'delegate'],
      summary: 'One execution, with the gateway’s signed receipt',
      answers: 'the execution',
      handle: async ({ principal, params }) => ({ body: executionView(await readVisible(principal, params['id'])) }),
    }),
    endpoint({
      method: 'post',
      path: '/executions/:id/resolve',
      tag: 'execution',
      who: ['reviewer', 'operator'],
      summary: 'A person says what an UNKNOWN execution really did',
      body: resolveBody,
      answers: 'the execution',
      async handle({ principal, params, body }) {
        const by = requireSay(principal);
        const row = await readVisible(principal, params['id']);
        await ledger.append({
          tenant: principal.tenant,
          kind: 'execution.resolved',
          body: canonicalJson({ execution_id: toExecutionId(row.execution_id), outcome: body.outcome, note: redact(body.note), by }),
          idem: `resolved:${row.execution_id}`,
          projection: {},
        });
        return { body: executionView(await readVisible(principal, row.execution_id)) };
      },
    }),
  ];
}

/** The first step without a run; a step that ran and failed is not run again under the same approval. */
function nextStep(row: ApprovalRow, done: readonly ExecutionRow[]): number {
  for (let step = 0; step < row.commands.length; step += 1) {
    const run = done.find((execution) => execution.step === step);
    if (run === undefined) return step;
    if (run.status !== 'SUCCEEDED' && run.status !== 'RUNNING') {
      throw refusal('STEP_ALREADY_EXECUTED', `step ${String(step + 1)} ended ${run.status}; an approval is good for one run, so ask again`);
    }
  }
  if (done.some(({ status }) => status === 'RUNNING')) return row.commands.length - 1;
  throw refusal('STEP_ALREADY_EXECUTED', 'every step of this plan was executed; ask again to do it again');
}

async function useToken(
  context: ApiContext,
  { req, principal, body }: Call<{ command: string; approval_id: string; environment?: string | undefined }, 'agent'>,
  readOwn: (agent: AgentPrincipal, id: string | undefined) => Promise<ApprovalRow>,
) {
  const presented = req.headers['x-capability-token'];
  if (typeof presented !== 'string' || presented === '') throw refusal('TOKEN_MISSING', 'send the token of POST /gateway/token in the header X-Capability-Token');
  const row = await readOwn(principal, body.approval_id);
  const proof = req.headers['dpop'];
  const outcome = await context.executions.useToken({
    token: presented,
    approval_id: row.request_id,
    command: body.command,
    environment: row.environment,
    presenter: { tenant: principal.tenant, worker_id: row.worker_id, environment: body.environment ?? null },
    proof: typeof proof === 'string' ? { jwt: proof, htm: 'POST', htu: `${context.publicUrl}/gateway/execute` } : null,
  });
  if (outcome.execution_id === null) throw refusedOutcome(outcome);
  const execution = await readExecution(context.pool, principal.tenant, outcome.execution_id);
  return {
    body: {
      success: outcome.status === 'SUCCEEDED',
      status: outcome.status,
      output: execution?.output ?? outcome.message ?? '',
      exit_code: outcome.exit_code,
      execution_id: outcome.execution_id,
      duration_ms: execution?.finished_at == null ? null : execution.finished_at.getTime() - execution.started_at.getTime(),
      receipt: execution?.receipt ?? null,
      code: outcome.code,
    },
  };
}

function refusedOutcome(outcome: StepOutcome): WingmanError {
  const code = ERROR_CODES.find((known): known is ErrorCode => known === outcome.code) ?? 'INTERNAL';
  return new WingmanError(code, outcome.message ?? 'the gateway refused', outcome.step === null ? {} : { step: outcome.step });
}

