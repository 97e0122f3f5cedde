/**
 * One call over HTTP. A call is tried again only where a second one can double nothing: reads, and writes with an
 * `Idempotency-Key`, of which the server does one and gives its answer to both.
 */
import { toApiError, WingmanApiError, WingmanUnreachable } from './errors';
import { pause } from './pause';

/** A reviewer's chat in Telegram; the bot's key speaks for whoever is linked to it. */
export interface OnBehalfOf {
  readonly user: number;
  readonly chat: number;
}

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8002`. */
  readonly url: string;
  readonly key: string;
  readonly fetch?: typeof fetch;
  /** For keys of kind `delegate` alone: whom this call is for. */
  readonly onBehalfOf?: OnBehalfOf;
}

export interface OpenCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Transport {
  readonly url: string;
  /** The answer as it comes, refusals too. Tried once. @throws WingmanUnreachable, or the signal's reason */
  readonly open: (call: OpenCall) => Promise<Response>;
  readonly get: <T>(path: string, signal?: AbortSignal) => Promise<T>;
  /** Tried once. */
  readonly post: <T>(path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<T>;
  /** With an `Idempotency-Key` of its own: tried again, done once. Only for endpoints that keep such keys. */
  readonly postOnce: <T>(path: string, body?: unknown, options?: CallOptions) => Promise<T>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Kept by a caller that may die and ask again: the server does the call once and gives its answer to both. */
  readonly idempotencyKey?: string | undefined;
}

/** A restart of the API takes a second or two. Longer waits are the caller's choice. */
const PAUSES_MS = [200, 600, 1_200];
/** Answers after which the same call may well succeed; anything else says the same again. */
const PASSING_CODES = new Set(['DATABASE_UNAVAILABLE', 'TEMPORAL_UNAVAILABLE', 'OVERLOADED', 'IDEMPOTENCY_IN_PROGRESS', 'HTTP_502', 'HTTP_503', 'HTTP_504']);

export function createTransport(options: ClientOptions): Transport {
  const send = options.fetch ?? fetch;
  const url = options.url.replace(/\/+$/, '');
  const { onBehalfOf } = options;
  const own = {
    authorization: `Bearer ${options.key}`,
    ...(onBehalfOf === undefined ? {} : { 'x-wingman-on-behalf-of': `telegram:${String(onBehalfOf.user)}:${String(onBehalfOf.chat)}` }),
  };

  async function open({ method, path, body, headers = {}, signal }: OpenCall): Promise<Response> {
    try {
      return await send(url + path, {
        method,
        // A redirect would carry the key to a host that nobody named.
        redirect: 'error',
        headers: { ...own, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new WingmanUnreachable(url, { cause });
    }
  }

  /**
   * `fetch` leaves its listener on a signal until the garbage is collected (Node 20): a wait of days over thousands of calls
   * would pile them up on the caller's. So each call has a signal of its own.
   */
  async function once<T>(call: OpenCall): Promise<T> {
    const { signal } = call;
    signal?.throwIfAborted();
    const own = new AbortController();
    const stop = (): void => own.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await answerOf<T>({ ...call, signal: own.signal });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async function answerOf<T>(call: OpenCall): Promise<T> {
    const response = await open(call);
    if (!response.ok) throw await toApiError(response);
    try {
      const text = await response.text();
      return (text === '' ? {} : JSON.parse(text)) as T;
    } catch (cause) {
      // Cut off in the middle, or not JSON: not an answer of Wingman's.
      call.signal?.throwIfAborted();
      throw new WingmanUnreachable(url, { cause });
    }
  }

  async function repeatedly<T>(call: OpenCall): Promise<T> {
    const started = Date.now();
    for (const milliseconds of PAUSES_MS) {
      try {
        return await once<T>(call);
      } catch (error) {
        // A caller whose own `fetch` gives up after seconds has waited long enough.
        if (!mayPass(error) || Date.now() - started > sum(PAUSES_MS)) throw error;
      }
      await pause(milliseconds, call.signal);
    }
    return once<T>(call);
  }

  return {
    url,
    open,
    get: (path, signal) => repeatedly({ method: 'GET', path, signal }),
    post: (path, body = {}, headers = {}) => once({ method: 'POST', path, body, headers }),
    postOnce: (path, body = {}, { signal, idempotencyKey = crypto.randomUUID() } = {}) =>
      repeatedly({ method: 'POST', path, body, headers: { 'idempotency-key': idempotencyKey }, signal }),
  };
}

export function mayPass(error: unknown): boolean {
  return error instanceof WingmanUnreachable || (error instanceof WingmanApiError && PASSING_CODES.has(error.code));
}

/** `:id` of a path, as one segment whatever is in it. */
export const at = (path: string, id: string): string => path.replace(':id', encodeURIComponent(id));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
