/** The API's side of execution: orders that only the gateway can open, and the short workflows that carry them there. */
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, type Client } from '@temporalio/client';
import { WingmanError } from '../../domain/errors';
import { createSealKey, sealFor, unseal } from '../../security/tokens/seal';
import type { PublicOkpJwk } from '../../security/keys/keyset';
import { EXECUTION_WORKFLOW, executionWorkflowId, TOKEN_EXECUTION_WORKFLOW, TOKEN_WORKFLOW } from '../../temporal/names';
import { resultWithin } from '../../temporal/result-within';
import type { execution, ExecutionInput } from '../../workflows/execution';
import type { StepOutcome } from '../../workflows/messages';
import type { token, tokenExecution } from '../../workflows/token';
import { fromTemporal } from '../temporal/approval-workflows';

export interface TokenAsk {
  readonly tenant: string;
  readonly approval_id: string;
  readonly worker_id: string;
  readonly environment: string;
  readonly command: string;
  readonly jkt: string | null;
}

export interface PresentedToken {
  readonly token: string;
  readonly approval_id: string;
  readonly command: string;
  readonly environment: string;
  readonly presenter: { readonly tenant: string; readonly worker_id: string; readonly environment: string | null };
  readonly proof: { readonly jwt: string; readonly htm: string; readonly htu: string } | null;
}

export interface Executions {
  issueToken(ask: TokenAsk): Promise<{ readonly token: string; readonly environment: string; readonly expires_at: string }>;
  useToken(presented: PresentedToken): Promise<StepOutcome>;
  /** Starts the plan, or finds it running; resolves when it has ended or `waitMs` is over (null). */
  run(input: ExecutionInput, waitMs: number): Promise<readonly StepOutcome[] | null>;
}

export function createExecutions({ client, taskQueue, gatewaySeal }: { readonly client: Client; readonly taskQueue: string; readonly gatewaySeal: PublicOkpJwk }): Executions {
  const guarded = <T>(act: () => Promise<T>): Promise<T> => act().catch((error: unknown) => {
      throw fromWorkflow(error);
    });
  return {
    async issueToken(ask) {
      const { publicJwk, unsealKey } = createSealKey();
      const { x } = publicJwk;
      const issued = await guarded(() =>
        client.workflow.execute<typeof token>(TOKEN_WORKFLOW, {
          taskQueue,
          workflowId: `token:${ask.approval_id}:${randomUUID()}`,
          args: [{ ...ask, seal_to: { kty: 'OKP', crv: 'X25519', x } }],
          workflowExecutionTimeout: '20 seconds',
        }),
      );
      if ('refused' in issued) throw new WingmanError(issued.refused, issued.message);
      return { token: await unseal(unsealKey, issued.sealed, { purpose: 'api-token' }), environment: issued.environment, expires_at: issued.expires_at };
    },
    async useToken({ environment, ...order }) {
      const sealed = await sealFor(gatewaySeal, JSON.stringify({ ...order, step: null }), { purpose: 'gateway-token' });
      return guarded(() =>
        client.workflow.execute<typeof tokenExecution>(TOKEN_EXECUTION_WORKFLOW, {
          taskQueue,
          workflowId: `token-execution:${order.approval_id}:${randomUUID()}`,
          args: [{ environment, sealed }],
        }),
      );
    },
    async run(input, waitMs) {
      const workflowId = executionWorkflowId(input.approval_id);
      const handle = await guarded(async () => {
        try {
          return await client.workflow.start<typeof execution>(EXECUTION_WORKFLOW, { taskQueue, workflowId, args: [input], workflowIdConflictPolicy: 'USE_EXISTING' });
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return client.workflow.getHandle<typeof execution>(workflowId);
          throw error;
        }
      });
      return guarded(() => resultWithin(client, handle, waitMs));
    },
  };
}

/** A token workflow whose gateway never answered: what it did, if anything, stands in its own rows. */
function fromWorkflow(error: unknown): unknown {
  if (error instanceof WorkflowFailedError) {
    return new WingmanError('GATEWAY_UNAVAILABLE', 'the gateway did not answer; read GET /approvals/{id} for what was done before you ask again', {}, { cause: error });
  }
  return fromTemporal(error);
}
