/** Executes an approval whose own workflow has ended, when its agent asks. */
import { runSteps } from './run-steps';
import type { StepOutcome } from './messages';

export interface ExecutionInput {
  readonly tenant: string;
  readonly approval_id: string;
  readonly worker_id: string;
  readonly environment: string;
  readonly steps: number;
  /** The first step that has not been executed. */
  readonly from: number;
}

export async function execution(input: ExecutionInput): Promise<readonly StepOutcome[]> {
  return runSteps({ ...input, first: null }, input.from);
}
