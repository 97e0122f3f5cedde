/** The instruction gate and execution: what agents do around a request. */
import type { CheckShape, ExecutionShape } from './shapes';
import { at, type CallOptions, type Transport } from './transport';

export interface TokenRequest {
  readonly approval_id: string;
  readonly command: string;
  readonly environment?: string;
  /** Thumbprint of a key of the agent's own: the token is then worth nothing without it (RFC 9449). */
  readonly dpop_jkt?: string;
}

export function executionCalls({ get, post, postOnce }: Transport) {
  return {
    check: (instruction: string) => post<CheckShape>('/check', { instruction }),

    /** Runs what is left of an approved plan; answers with RUNNING if that takes longer than the server waits. */
    execute: (id: string, options?: CallOptions) =>
      postOnce<{ approval_id: string; execution_status: string | null; executions: readonly ExecutionShape[] }>(at('/approvals/:id/execute', id), {}, options),
    token: (body: TokenRequest) => post<{ success: true; token: string; environment: string; expires_at: string }>('/gateway/token', body),
    /** Never tried again by itself: a token works once, and whether it did is for `execution` to say. */
    gatewayExecute: (token: string, body: { approval_id: string; command: string; environment?: string }, proof?: string) =>
      post<{ success: boolean; status: string; output: string; exit_code: number | null; execution_id: string; duration_ms: number | null; receipt: string | null; code: string | null }>(
        '/gateway/execute',
        body,
        { 'x-capability-token': token, ...(proof === undefined ? {} : { dpop: proof }) },
      ),

    /** Newest first. */
    executions: (query: { status?: string; limit?: number } = {}) => {
      const parameters = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])));
      return get<{ executions: readonly ExecutionShape[]; count: number }>(parameters.size === 0 ? '/executions' : `/executions?${parameters.toString()}`);
    },
    execution: (id: string) => get<ExecutionShape>(at('/executions/:id', id)),
    resolveExecution: (id: string, body: { outcome: string; note: string }) => post<ExecutionShape>(at('/executions/:id/resolve', id), body),
  };
}
