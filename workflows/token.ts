/** A token for an agent that executes by itself, and its use. History holds sealed text only. */
import { workflowInfo } from '@temporalio/workflow';
import { core, gatewayOf } from './activity-proxies';
import type { StepOutcome, TokenRequest } from './messages';
import type { IssuedToken } from '../activities/approval-activities';

/** The token is sealed to the API process that asked; the API hands it to the agent. */
export async function token(request: TokenRequest): Promise<IssuedToken> {
  return core.issueToken(request);
}

export interface TokenExecutionInput {
  readonly environment: string;
  /** Sealed for the gateway: the agent's token, its proof of possession if any, and what the agent says it wants. */
  readonly sealed: string;
}

/** A gateway that does not answer leaves the row that it wrote, if any; the agent asks `GET /executions/{id}`. */
export async function tokenExecution(input: TokenExecutionInput): Promise<StepOutcome> {
  return gatewayOf(input.environment, workflowInfo().taskQueue).executeStep({ sealed: input.sealed });
}
