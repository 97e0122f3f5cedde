/** Asking, waiting, deciding. */
import { WingmanApiError } from './errors';
import { pause } from './pause';
import type { NewRequest, RequestShape, SubmittedShape } from './shapes';
import { at, mayPass, type CallOptions, type Transport } from './transport';

/** Below the minute after which proxies like to cut a quiet connection. */
const WAIT_SECONDS = 25;
const RETRY_MS = 1_000;
const LOOK_MS = 300;
const LONGEST_LOOK_MS = 3_000;

export interface Decision {
  readonly note?: string;
  /** Of the card that was shown; an approval of any other plan is refused. */
  readonly plan_hash?: string;
}

export function approvalCalls({ get, post, postOnce }: Transport) {
  const getRequest = (id: string, signal?: AbortSignal): Promise<RequestShape> => get<RequestShape>(at('/approvals/:id', id), signal);

  /** The answer, however long the server is away; what it refuses for good is thrown. */
  async function patiently(look: () => Promise<RequestShape>, signal: AbortSignal | undefined): Promise<RequestShape> {
    for (;;) {
      try {
        return await look();
      } catch (error) {
        signal?.throwIfAborted();
        const isLimited = error instanceof WingmanApiError && error.status === 429;
        if (!isLimited && !mayPass(error)) throw error;
        await pause(isLimited ? (error.retryAfterSeconds ?? 1) * 1_000 : RETRY_MS, signal);
      }
    }
  }

  return {
    /** Asks; safe to repeat. @throws WingmanApiError with status 422 and `problem.request` when the gate refuses */
    request: (request: NewRequest, options?: CallOptions) => postOnce<SubmittedShape>('/approvals/request', request, options),
    get: (id: string, signal?: AbortSignal) => getRequest(id, signal),
    /** Waits until it is decided, expired or cancelled, over as many long-polls as it takes, through restarts of the server. */
    async waitForDecision(id: string, signal?: AbortSignal): Promise<RequestShape> {
      for (;;) {
        const request = await patiently(() => get<RequestShape>(`${at('/approvals/:id', id)}?wait=${String(WAIT_SECONDS)}`, signal), signal);
        if (request.status !== 'PENDING') return request;
      }
    },
    /** Waits until nothing more of the plan will run: all steps done, one that failed, refused to start, or revoked. */
    async waitForExecution(id: string, signal?: AbortSignal): Promise<RequestShape> {
      for (let milliseconds = LOOK_MS; ; milliseconds = Math.min(LONGEST_LOOK_MS, milliseconds * 1.5)) {
        const request = await patiently(() => getRequest(id, signal), signal);
        if (isOver(request)) return request;
        await pause(milliseconds, signal);
      }
    },
    /** Oldest first. */
    pending: (limit = 100) => get<{ pending: readonly RequestShape[]; count: number }>(`/approvals/pending?limit=${String(limit)}`),
    approve: (id: string, decision: Decision = {}) => post<RequestShape>(at('/approvals/:id/approve', id), decision),
    reject: (id: string, decision: Decision = {}) => post<RequestShape>(at('/approvals/:id/reject', id), decision),
    cancel: (id: string, note?: string) => post<RequestShape>(at('/approvals/:id/cancel', id), note === undefined ? {} : { note }),
  };
}

function isOver({ status, execution_status, revoked_at, executable_until }: RequestShape): boolean {
  if (status !== 'APPROVED' && status !== 'AUTO_APPROVED') return status !== 'PENDING';
  if (execution_status === null || execution_status === 'PARTIAL') {
    // Between the steps, or before the first; not for ever: an approval lapses.
    return (revoked_at ?? null) !== null || (executable_until != null && Date.parse(executable_until) < Date.now());
  }
  return execution_status !== 'RUNNING';
}
