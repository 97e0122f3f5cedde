/** One order, from its seal to its receipt. The only path in the whole product on which something privileged happens. */
import { activityInfo, heartbeat } from '@temporalio/activity';
import type { StepResult } from '../domain/command/action';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import type { Observation } from '../domain/claim/claim';
import type { WingmanError} from '../domain/errors';
import { isWingmanError, type ErrorCode } from '../domain/errors';
import { toApprovalId, toExecutionId } from '../domain/ids';
import { redact } from '../domain/secrets/redact';
import { sha256Hex } from '../security/digest';
import { signReceipt } from '../security/tokens/receipt';
import type { StepOrder, StepOutcome } from '../workflows/messages';
import type { GatewayActivities } from './gateway-activities';
import { failpoint } from '../platform/failpoint';
import { runAction } from './run-action';
import type { RunParts } from './run-parts';
import { StepFailure } from './step-failure';
import { takeBaseline } from './take-baseline';
import { startExecution, type StartedExecution, type StartParts } from './start-execution';
import { openOrder, type OpenedOrder } from './step-order';
import type { Logger } from '../platform/log';

export interface ExecuteParts extends StartParts, RunParts {
  readonly log: Logger;
  /** Called once the row of a step's outcome is written. */
  readonly onOutcome: () => void;
}

const HEARTBEAT_MS = 2_000;

export function createExecuteStep(parts: ExecuteParts): GatewayActivities['executeStep'] {
  return async ({ sealed }: StepOrder): Promise<StepOutcome> => {
    const beat = setInterval(() => heartbeat(), HEARTBEAT_MS);
    let order: OpenedOrder | null = null;
    try {
      failpoint('gateway.before_open');
      order = await openOrder(parts.keys.decryption, sealed);
      const started = await startExecution(parts, order);
      failpoint('gateway.after_intent');
      return await act(parts, order, started);
    } catch (error) {
      if (!isWingmanError(error)) throw error;
      await recordRefusal(parts, order, error);
      return refused(order, error);
    } finally {
      clearInterval(beat);
    }
  };
}

type Ended = { readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN'; readonly result: StepResult | null; readonly code: ErrorCode | null; readonly message: string };

async function act(parts: ExecuteParts, order: OpenedOrder, started: StartedExecution): Promise<StepOutcome> {
  const ended = await runToEnd(parts, started);
  failpoint('gateway.after_act');
  const finished_at = parts.now();
  const output = printable(redact(ended.result?.output ?? ended.message));
  const exit_code = ended.result?.exit_code ?? null;
  const receipt = await signReceipt(
    {
      execution_id: toExecutionId(started.execution_id),
      tenant: started.tenant,
      env: parts.environment,
      approval_id: toApprovalId(order.approval_id),
      plan_hash: started.claims.plan_hash,
      cmd_index: started.claims.cmd_index,
      jti: started.claims.jti,
      status: ended.status,
      exit_code,
      output_sha256: sha256Hex(output),
      started_at: Math.floor(started.started_at / 1000),
      finished_at: Math.floor(finished_at / 1000),
      gateway: parts.gateway,
    },
    parts.keys.receipt,
  );
  const after = await takeBaseline(parts, started.action, started.targets);
  await recordOutcome(parts, started, ended, { output, receipt, exit_code, after });
  parts.onOutcome();
  failpoint('gateway.after_outcome');
  return {
    execution_id: started.execution_id,
    step: started.claims.cmd_index,
    status: ended.status,
    exit_code,
    code: ended.code,
    message: ended.result === null ? redact(ended.message) : null,
  };
}

async function runToEnd(parts: ExecuteParts, started: StartedExecution): Promise<Ended> {
  try {
    const result = await runAction(parts, started);
    return { status: result.exit_code === 0 ? 'SUCCEEDED' : 'FAILED', result, code: null, message: '' };
  } catch (error) {
    if (!isWingmanError(error)) {
      parts.log.error({ err: error, execution_id: started.execution_id }, 'a step failed in an unforeseen way');
      return { status: 'UNKNOWN', result: null, code: 'INTERNAL', message: 'the gateway failed in the middle of the step' };
    }
    const printed = error instanceof StepFailure && error.output !== '' ? `${error.output}\n${error.message}` : error.message;
    return { status: statusOf(error), result: null, code: error.code, message: printed };
  }
}

/** Postgres keeps no NUL in text; lone surrogates cannot be hashed as UTF-8 by everybody alike. */
const printable = (output: string): string => output.replaceAll('\0', '\u{fffd}').toWellFormed();

/** Sent and then lost: it may have happened. A refusal of the engine, or a call that never left, is a failure we know. */
function statusOf(error: WingmanError): 'FAILED' | 'TIMED_OUT' | 'UNKNOWN' {
  if (error.code === 'TIMED_OUT') return 'TIMED_OUT';
  if (error.code !== 'ENGINE_UNAVAILABLE') return 'FAILED';
  const calls = error.details['calls'];
  return error.details['sent'] === true || (typeof calls === 'number' && calls > 0) ? 'UNKNOWN' : 'FAILED';
}

/** The act cannot be undone by a database that is away: the row is tried until it is in, or the process ends and recovery writes UNKNOWN. */
async function recordOutcome(
  parts: ExecuteParts,
  started: StartedExecution,
  ended: Ended,
  { output, receipt, exit_code, after }: { readonly output: string; readonly receipt: string; readonly exit_code: number | null; readonly after: readonly Observation[] },
): Promise<void> {
  const entry = {
    tenant: started.tenant,
    kind: 'execution.outcome',
    body: canonicalJson({
      execution_id: started.execution_id, status: ended.status, exit_code, error_code: ended.code,
      output_sha256: sha256Hex(output), receipt_sha256: sha256Hex(receipt), gateway: parts.gateway,
      after: after as unknown as Json, after_sha256: sha256Hex(canonicalJson(after)),
    }),
    idem: `outcome:${started.execution_id}`,
    projection: { output, receipt },
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      const [row] = await parts.ledger.append(entry);
      if (row?.inserted === false && row.body !== entry.body) {
        parts.log.warn({ execution_id: started.execution_id }, 'this step had been settled as UNKNOWN before its outcome arrived');
      }
      return;
    } catch (error) {
      if (!isWingmanError(error) || error.code !== 'DATABASE_UNAVAILABLE') throw error;
      parts.log.warn({ execution_id: started.execution_id, attempt }, 'the outcome could not be written yet');
      await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 200 * 2 ** attempt)));
    }
  }
}

async function recordRefusal(parts: ExecuteParts, order: OpenedOrder | null, error: WingmanError): Promise<void> {
  parts.log.warn({ code: error.code, approval_id: order?.approval_id }, 'an order was refused');
  const tenant = order?.presenter?.tenant ?? tenantOf(order) ?? 'none';
  await parts.ledger
    .append({
      tenant,
      kind: 'refusal',
      body: canonicalJson({
        approval_id: order?.approval_id.slice(0, 64) ?? null, code: error.code, who: parts.gateway, what: 'execute',
        workflow_id: activityInfo().workflowExecution?.workflowId ?? null,
      }),
      idem: null,
      projection: {},
    })
    .catch((cause: unknown) => {
      // Refused either way. A refusal that cannot be written is at least in the log.
      parts.log.error({ err: cause, code: error.code }, 'a refusal could not be recorded');
    });
}

function tenantOf(order: OpenedOrder | null): string | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(order?.token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const tenant = typeof payload === 'object' && payload !== null && 'tenant' in payload ? payload.tenant : null;
    return typeof tenant === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(tenant) ? tenant : null;
  } catch {
    // Whatever it was, it was no token: the refusal is recorded without a tenant.
    return null;
  }
}

function refused(order: OpenedOrder | null, error: WingmanError): StepOutcome {
  return { execution_id: null, step: order?.step ?? null, status: 'REFUSED', exit_code: null, code: error.code, message: error.message };
}
