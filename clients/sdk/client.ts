/** Wingman over HTTP: one typed call each, errors as classes, retries that can double nothing. No dependency but `fetch`. */
import { WingmanApiError, WingmanUnreachable } from './errors';
import { followEvents } from './events';
import type { EventShape, ExecutionShape, RequestShape, SubmittedShape } from './shapes';

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8002`. */
  readonly url: string;
  readonly key: string;
  readonly fetch?: typeof fetch;
  /** The bot alone: whom this call is for. */
  readonly onBehalfOf?: { readonly user: number; readonly chat: number };
}

export interface NewRequest {
  readonly worker_id: string;
  readonly task_name: string;
  readonly instruction: string;
  readonly deployment_env?: string;
  readonly commands?: readonly string[];
  readonly execute?: boolean;
  readonly ordered?: boolean;
}

const WAIT_SECONDS = 25;
const RETRY_MS = 1_000;

export type WingmanClient = ReturnType<typeof createWingmanClient>;

export function createWingmanClient(options: ClientOptions) {
  const send = options.fetch ?? fetch;
  const base = options.url.replace(/\/$/, '');

  async function open(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
    const { onBehalfOf } = options;
    try {
      return await send(base + path, {
        method,
        headers: {
          authorization: `Bearer ${options.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(onBehalfOf === undefined ? {} : { 'x-wingman-on-behalf-of': `telegram:${String(onBehalfOf.user)}:${String(onBehalfOf.chat)}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new WingmanUnreachable(base, { cause });
    }
  }

  async function call<T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<T> {
    const response = await open(method, path, body, headers, signal);
    const text = await response.text();
    const answer: unknown = text === '' ? {} : parse(text);
    if (response.ok) return answer as T;
    const problem = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
    const code = typeof problem['code'] === 'string' ? problem['code'] : `HTTP_${String(response.status)}`;
    throw new WingmanApiError(response.status, code, typeof problem['error'] === 'string' ? problem['error'] : response.statusText, problem);
  }

  const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>('GET', path, undefined, undefined, signal);
  const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body);
  const at = (path: string, id: string): string => path.replace(':id', encodeURIComponent(id));

  return {
    url: base,
    for: (user: number, chat: number) => createWingmanClient({ ...options, onBehalfOf: { user, chat } }),

    /** Asks. Safe to repeat: an `Idempotency-Key` makes the second of two calls the answer of the first. */
    async request(request: NewRequest): Promise<SubmittedShape> {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      try {
        return await call<SubmittedShape>('POST', '/approvals/request', request, headers);
      } catch (error) {
        if (error instanceof WingmanApiError && error.code !== 'IDEMPOTENCY_IN_PROGRESS' && error.status !== 503) throw error;
        await pause(RETRY_MS);
        return call<SubmittedShape>('POST', '/approvals/request', request, headers);
      }
    },
    get: (id: string) => get<RequestShape>(at('/approvals/:id', id)),
    /** Waits for the decision over as many long-polls as it takes, through restarts of the server. */
    async waitForDecision(id: string, signal?: AbortSignal): Promise<RequestShape> {
      for (;;) {
        try {
          const request = await get<RequestShape>(`${at('/approvals/:id', id)}?wait=${String(WAIT_SECONDS)}`, signal);
          if (request.status !== 'PENDING') return request;
        } catch (error) {
          signal?.throwIfAborted();
          if (error instanceof WingmanApiError && error.status < 500) throw error;
          await pause(RETRY_MS);
        }
      }
    },
    pending: (limit = 100) => get<{ pending: readonly RequestShape[]; count: number }>(`/approvals/pending?limit=${String(limit)}`),
    approve: (id: string, decision: { note?: string; plan_hash?: string } = {}) => post<RequestShape>(at('/approvals/:id/approve', id), decision),
    reject: (id: string, decision: { note?: string } = {}) => post<RequestShape>(at('/approvals/:id/reject', id), decision),
    cancel: (id: string) => post<RequestShape>(at('/approvals/:id/cancel', id)),
    execute: (id: string) => post<{ approval_id: string; execution_status: string | null; executions: readonly ExecutionShape[] }>(at('/approvals/:id/execute', id)),
    token: (body: { approval_id: string; command: string; environment?: string; dpop_jkt?: string }) =>
      post<{ success: true; token: string; environment: string; expires_at: string }>('/gateway/token', body),
    gatewayExecute: (token: string, body: { approval_id: string; command: string; environment?: string }) =>
      call<{ success: boolean; output: string; exit_code: number | null; execution_id: string; duration_ms: number | null }>('POST', '/gateway/execute', body, { 'x-capability-token': token }),
    check: (instruction: string) => post<Readonly<Record<string, unknown>>>('/check', { instruction }),
    logClaim: (worker_id: string, claim: string) => post<{ status: string; entry: Readonly<Record<string, unknown>> }>('/log_claim', { worker_id, claim }),

    executions: (query: { status?: string; limit?: number } = {}) =>
      get<{ executions: readonly ExecutionShape[]; count: number }>(`/executions?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`),
    execution: (id: string) => get<ExecutionShape>(at('/executions/:id', id)),
    resolveExecution: (id: string, body: { outcome: string; note: string }) => post<ExecutionShape>(at('/executions/:id/resolve', id), body),

    keys: () => get<{ keys: readonly Readonly<Record<string, unknown>>[] }>('/keys'),
    createKey: (body: Readonly<Record<string, unknown>>) => post<{ key_id: string; key: string }>('/keys', body),
    revokeKey: (id: string) => post<{ key_id: string }>(at('/keys/:id/revoke', id)),
    revokeSigningKey: (kid: string) => post<{ kid: string }>('/signing-keys/revoke', { kid }),
    reviewers: () => get<{ reviewers: readonly Readonly<Record<string, unknown>>[] }>('/reviewers'),
    addReviewer: (reviewer: string, may_decide: boolean) => post<{ reviewer: string }>('/reviewers', { reviewer, may_decide }),
    disableReviewer: (id: string) => post<{ reviewer: string }>(at('/reviewers/:id/disable', id)),
    linkCode: (id: string) => post<{ reviewer: string; code: string; expires_in_seconds: number }>(at('/reviewers/:id/link-code', id)),
    linkTelegram: (body: { code: string; telegram_user: number; telegram_chat: number }) => post<{ reviewer: string }>('/telegram/link', body),
    recordTelegramRefusal: (body: { telegram_user?: number; telegram_chat?: number; what: string; code: string }) => post<{ recorded: true }>('/telegram/refusals', body),

    policy: () => get<{ version: number; hash: string; policy: string; applied_by: string; applied_at: string }>('/policy'),
    applyPolicy: (policy: string) => post<{ version: number; hash: string }>('/policy', { policy }),
    explain: (request: Omit<NewRequest, 'execute'>) =>
      post<{ status: string; risk_level: string; plan_hash: string | null; reasons: readonly { code: string; message: string }[]; explanation: readonly string[]; card: RequestShape['card'] }>('/policy/explain', request),
    locks: () => get<{ locks: readonly Readonly<Record<string, unknown>>[] }>('/locks'),
    lock: (environment: string, reason: string) => post<{ environment: string }>('/locks', { environment, reason }),
    unlock: (environment: string) => post<{ environment: string }>('/locks/release', { environment }),
    quarantine: (worker_id: string, reason: string) => post<{ worker_id: string }>('/quarantine', { worker_id, reason }),
    release: (worker_id: string, reason: string) => post<{ worker_id: string }>(`/watcher/release/${encodeURIComponent(worker_id)}`, { reason }),

    health: () => get<Readonly<Record<string, unknown>>>('/health'),
    gatewayHealth: () => get<{ status: string; environments: readonly Readonly<Record<string, unknown>>[] }>('/gateway/health'),
    jwks: () => get<{ keys: readonly Readonly<Record<string, string>>[] }>('/.well-known/jwks.json'),
    checkpoints: () => get<{ checkpoints: readonly string[] }>('/ledger/checkpoints'),
    /** Of endpoints that this version may not have yet. */
    getAny: (path: string) => get<Readonly<Record<string, unknown>>>(path),

    /** The chain, row by row, as it comes. */
    async *ledgerExport(): AsyncGenerator<Readonly<Record<string, unknown>>, void, undefined> {
      const response = await open('GET', '/ledger/export');
      if (!response.ok || response.body === null) throw new WingmanApiError(response.status, `HTTP_${String(response.status)}`, 'the ledger could not be exported', {});
      for await (const line of lines(response.body)) if (line !== '') yield JSON.parse(line) as Readonly<Record<string, unknown>>;
    },
    /** Follows the feed from `after` (null: from now), over reconnections, until the signal fires. */
    events: (after: number | null, signal: AbortSignal): AsyncGenerator<EventShape, void, undefined> =>
      followEvents((lastId) => open('GET', '/events', undefined, lastId === null ? {} : { 'last-event-id': String(lastId) }, signal), after, signal),
  };
}

export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours: a proxy in between, say.
    return { error: text.slice(0, 200) };
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
