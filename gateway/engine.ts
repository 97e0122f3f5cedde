/**
 * The one door to the Docker socket, and the only file that imports dockerode. It carries out calls that are plain data
 * (`EngineCall`) exactly as given: it resolves no names, follows no redirects and retries nothing.
 *
 * What dockerode does that this file works around: it buffers whole answers, so every answer is taken as a stream and read
 * with a limit; it lets DOCKER_HOST win over `socketPath`, so the host is cleared; it drops the status code of a success.
 */
import Docker from 'dockerode';
import { Agent, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type { EngineCall, EngineReply } from '../domain/command/action';
import { WingmanError, isWingmanError } from '../domain/errors';
import { jsonLines, readAnswer, readErrorMessage } from './engine-answer';
import { parseEngineEvent, type EngineEvent } from './engine-event';

export interface EngineCallOptions {
  /** Deadline or cancellation. When it fires the call fails with its reason if that is a WingmanError, else TIMED_OUT. */
  readonly signal: AbortSignal;
  /** Where the bytes of the answer go, instead of being read. */
  readonly sink?: (bytes: Readable) => Promise<void>;
  /** Tar stream of a registered build context, for calls with `context`; the file of those with `file`. */
  readonly buildContext?: Readable;
  /** Of printed output (`text`, `multiplexed`, `lines`); the default is 1 MiB. */
  readonly maxOutputBytes?: number;
}

export interface Engine {
  /**
   * @throws WingmanError ENGINE_ERROR: the engine refused (`details.status`), in its own words, not redacted;
   *         ENGINE_UNAVAILABLE: it cannot be reached or went away, `details.sent` says whether it may have got the call;
   *         TIMED_OUT or the signal's own reason: cut off by the signal, `details.sent` is true.
   */
  call(call: EngineCall, options: EngineCallOptions): Promise<EngineReply>;
  /** What happens at the engine since then (unix seconds; null is from now on). Ends without error when `signal` fires. */
  events(since: number | null, signal: AbortSignal): AsyncGenerator<EngineEvent, void, undefined>;
  /** Resolves if the engine answers within three seconds. @throws WingmanError ENGINE_UNAVAILABLE */
  ping(): Promise<void>;
  version(): Promise<{ readonly version: string; readonly api: string }>;
}

const DEFAULT_OUTPUT_BYTES = 1024 * 1024;
const PING_MS = 3_000;
/** Errors of connect(2): the request was certainly not sent. */
const NOT_CONNECTED = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'EPERM', 'ENOTSOCK']);
/** Which statuses are failures is decided by the call's `expect`, with its body read under a limit, not by dockerode. */
const EVERY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index + 100, true]));

export function createEngine(options: { readonly socketPath: string }): Engine {
  const connection = { socketPath: options.socketPath, host: undefined, protocol: 'http' } as const;
  const reading = withoutRedirects(new Docker(connection).modem);
  // Acts never go over a kept-alive connection: one that died with the engine fails like a call that was sent. It costs
  // 0.2 ms a call (measured), so questions keep theirs.
  const unshared: Docker.DockerOptions & { agent: Agent } = {
    ...connection,
    agent: quiet(new Agent({ keepAlive: false }), 'Agent'),
  };
  const acting = withoutRedirects(new Docker(unshared).modem);

  const dial = (call: EngineCall, signal: AbortSignal, file?: Readable): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      (call.method === 'GET' || call.method === 'HEAD' ? reading : acting).dial(
        {
          // dockerode appends the query to a path that ends in '?', and would send the options as body if there were no `_body`.
          path: `${call.path}?`,
          method: call.method,
          options: { _query: call.query ?? {}, _body: call.body ?? {} },
          allowEmpty: call.body !== undefined,
          isStream: true,
          statusCodes: EVERY_STATUS,
          ...(call.registryAuth === true ? { authconfig: {} } : {}),
          abortSignal: quiet(AbortSignal.any([signal]), 'AbortSignal'),
          ...(file === undefined ? {} : { file }),
        },
        (error, result) => {
          if (error !== null) reject(error);
          else if (result instanceof IncomingMessage) resolve(result);
          else reject(new TypeError('dockerode gave no response'));
        },
      );
    });

  const request = async <T>(
    call: EngineCall,
    signal: AbortSignal,
    file: Readable | undefined,
    read: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> => {
    if (call.path.includes('?')) throw new TypeError(`the path of an engine call holds a query: ${call.path}`);
    let response: IncomingMessage | undefined;
    const cut = (): void => void response?.destroy();
    signal.addEventListener('abort', cut, { once: true });
    try {
      signal.throwIfAborted();
      response = await dial(call, signal, file);
      if (!call.expect.includes(response.statusCode ?? 0)) {
        const message = await readErrorMessage(response);
        throw new WingmanError('ENGINE_ERROR', message, { status: response.statusCode });
      }
      return await read(response);
    } catch (error) {
      throw toEngineFailure(error, signal, options.socketPath);
    } finally {
      signal.removeEventListener('abort', cut);
      response?.destroy();
      file?.destroy();
    }
  };

  return {
    call: (call, { signal, buildContext, sink, maxOutputBytes = DEFAULT_OUTPUT_BYTES }) =>
      request(call, signal, buildContext, async (response) => {
        if (sink === undefined) return readAnswer(response, call, maxOutputBytes);
        await sink(response);
        return { status: response.statusCode ?? 0 };
      }),

    async *events(since, signal) {
      const call: EngineCall = {
        method: 'GET',
        path: '/events',
        answer: 'lines',
        expect: [200],
        query: since === null ? {} : { since: String(since) },
      };
      let response: IncomingMessage | undefined;
      const cut = (): void => void response?.destroy();
      signal.addEventListener('abort', cut, { once: true });
      try {
        signal.throwIfAborted();
        response = await dial(call, signal);
        if (response.statusCode !== 200)
          throw new WingmanError('ENGINE_ERROR', await readErrorMessage(response), { status: response.statusCode });
        for await (const { parsed } of jsonLines(response)) yield parseEngineEvent(parsed);
        if (!signal.aborted) throw new WingmanError('ENGINE_UNAVAILABLE', 'the engine ended its stream of events');
      } catch (error) {
        if (!signal.aborted) throw toEngineFailure(error, signal, options.socketPath);
      } finally {
        signal.removeEventListener('abort', cut);
        response?.destroy();
      }
    },

    async ping() {
      const call: EngineCall = { method: 'GET', path: '/_ping', answer: 'none', expect: [200] };
      await request(call, hangsAfter(PING_MS), undefined, (response) => readAnswer(response, call, 0));
    },

    async version() {
      const call: EngineCall = { method: 'GET', path: '/version', answer: 'json', expect: [200] };
      const { json } = await request(call, hangsAfter(PING_MS), undefined, (response) => readAnswer(response, call, 0));
      const { Version: version, ApiVersion: api } = (json ?? {}) as { Version?: unknown; ApiVersion?: unknown };
      if (typeof version !== 'string' || typeof api !== 'string')
        throw new WingmanError('ENGINE_ERROR', 'the engine told no version');
      return { version, api };
    },
  };
}

/**
 * docker-modem prints the options of every request with `util.inspect({ showHidden, depth: null })`, debugging or not. An agent
 * leads from there to every open socket and to half the process: seconds of it, measured. So what it is given says only its name.
 */
function quiet<T extends object>(thing: T, name: string): T {
  return Object.defineProperty(thing, inspect.custom, { value: () => name });
}

/**
 * docker-modem follows redirects, and to the host of the location over TCP: an answer could lead the gateway anywhere, and if
 * nobody is there the error has no listener and ends the process. With none allowed the call fails in order.
 */
function withoutRedirects(modem: Docker['modem']): Docker['modem'] {
  const opened = modem as unknown as { buildRequest(options: object, ...rest: readonly unknown[]): void };
  const buildRequest = opened.buildRequest.bind(modem);
  opened.buildRequest = (options, ...rest) => buildRequest({ ...options, maxRedirects: 0 }, ...rest);
  return modem;
}

/** A signal for short questions: an engine that does not answer them in time is away. */
export function hangsAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(
    () =>
      controller.abort(
        new WingmanError('ENGINE_UNAVAILABLE', `the engine did not answer within ${String(milliseconds)} ms`, {
          sent: true,
        }),
      ),
    milliseconds,
  ).unref();
  return controller.signal;
}

function toEngineFailure(error: unknown, signal: AbortSignal, socketPath: string): unknown {
  if (isWingmanError(error) && error.code === 'ENGINE_ERROR') return error;
  if (signal.aborted) {
    if (isWingmanError(signal.reason)) return signal.reason;
    return new WingmanError(
      'TIMED_OUT',
      'the engine was still busy when its time was over',
      { sent: true },
      { cause: error },
    );
  }
  if (isWingmanError(error) || error instanceof TypeError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  const sent = !NOT_CONNECTED.has(code);
  const what = sent ? 'the connection to the engine broke' : 'no engine answers';
  return new WingmanError(
    'ENGINE_UNAVAILABLE',
    `${what} at ${socketPath} (${code})`,
    { sent, reason: code },
    { cause: error },
  );
}
