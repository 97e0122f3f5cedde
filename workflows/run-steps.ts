/** Runs the steps of an approved plan in their order, each with a token of its own; stops at the first that did not succeed. */
import { isCancellation, patched, workflowInfo } from '@temporalio/workflow';
import { core, gatewayOf, patientCore } from './activity-proxies';
import type { MintResult, StepOutcome } from './messages';

export interface StepsToRun {
  readonly tenant: string;
  readonly approval_id: string;
  readonly worker_id: string;
  readonly environment: string;
  readonly steps: number;
  /** Minted together with the decision: one marker less. */
  readonly first: MintResult | null;
}

export async function runSteps(plan: StepsToRun, from = 0): Promise<readonly StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (let step = from; step < plan.steps; step += 1) {
    const minted =
      step === from && plan.first !== null
        ? plan.first
        : await core.mintStep({ tenant: plan.tenant, approval_id: plan.approval_id, worker_id: plan.worker_id, step });
    const outcome = await runStep(plan, step, minted);
    outcomes.push(outcome);
    if (outcome.status === 'REFUSED' && patched('refused-step-told')) {
      // Refused before INTENT there is no row of an execution, and whoever waits for one would wait until the approval lapses.
      await patientCore.noteNotStarted({ tenant: plan.tenant, approval_id: plan.approval_id, step, code: outcome.code });
    }
    if (outcome.status !== 'SUCCEEDED') break;
  }
  return outcomes;
}

async function runStep(plan: StepsToRun, step: number, minted: MintResult): Promise<StepOutcome> {
  if ('refused' in minted) {
    return { execution_id: null, step, status: 'REFUSED', exit_code: null, code: minted.refused, message: minted.message };
  }
  try {
    return await gatewayOf(plan.environment, workflowInfo().taskQueue).executeStep({ sealed: minted.sealed });
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The gateway did not answer: it may have died before, in or after the act. The row it wrote, or did not, tells which.
    return patientCore.settleStep({ tenant: plan.tenant, approval_id: plan.approval_id, step, jti: minted.jti });
  }
}
