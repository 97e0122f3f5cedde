/** How a step ended whose gateway did not answer: read from its rows, and never guessed. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { toTenantId } from '../domain/ids';
import { readExecutionOfStep, type ExecutionRow } from '../stores/executions';
import type { Ledger } from '../stores/ledger';
import { recordUnknownOutcome } from '../stores/unknown-outcome';
import type { StepOutcome } from '../workflows/messages';
import type { CoreActivities } from './approval-activities';

export function createSettleStep({ pool, ledger }: { readonly pool: Pool; readonly ledger: Ledger }): CoreActivities['settleStep'] {
  const noteNotStarted = createNoteNotStarted({ pool, ledger });
  return async ({ tenant: tenantText, approval_id, step }) => {
    const tenant = toTenantId(tenantText);
    const row = await readExecutionOfStep(pool, tenant, approval_id, step);
    if (row === null) {
      // No INTENT: nothing was begun, and the token expires before anybody could begin it.
      await noteNotStarted({ tenant, approval_id, step, code: 'GATEWAY_UNAVAILABLE' });
      return {
        execution_id: null, step, status: 'NOT_STARTED', exit_code: null, code: 'GATEWAY_UNAVAILABLE',
        message: 'no gateway took the order in time; nothing was done',
      };
    }
    if (row.status !== 'RUNNING') return toStepOutcome(row);
    await recordUnknownOutcome(ledger, tenant, row.execution_id);
    return toStepOutcome((await readExecutionOfStep(pool, tenant, approval_id, step)) ?? row);
  };
}

/**
 * A step that was refused, or that nobody took, before its INTENT: the approval says so to whoever waits for it. A step that
 * another token has begun meanwhile has a row, and that row says how it stands.
 */
export function createNoteNotStarted({ pool, ledger }: { readonly pool: Pool; readonly ledger: Ledger }): CoreActivities['noteNotStarted'] {
  return async ({ tenant, approval_id, step, code }) => {
    if ((await readExecutionOfStep(pool, toTenantId(tenant), approval_id, step)) !== null) return;
    await ledger.append({
      tenant: toTenantId(tenant),
      kind: 'execution.not_started',
      body: canonicalJson({ approval_id, step, code }),
      idem: `not_started:${approval_id}:${String(step)}`,
      projection: {},
    });
  };
}

export function toStepOutcome(row: ExecutionRow): StepOutcome {
  return {
    execution_id: row.execution_id,
    step: row.step,
    status: row.status === 'RUNNING' ? 'UNKNOWN' : row.status,
    exit_code: row.exit_code,
    code: row.error_code,
    message: null,
  };
}
