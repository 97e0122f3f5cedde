/** The ledger's feed, resumed where it broke off: nothing is lost and nothing comes twice. */
import { toApiError, WingmanApiError } from './errors';
import { parseEventStream } from './event-stream';
import { pause } from './pause';
import type { EventShape } from './shapes';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** The server says something every 15 s; a connection that is silent for longer is dead, whatever TCP believes. */
const SILENCE_MS = 45_000;

export interface FeedTimes {
  readonly firstPauseMs: number;
  readonly silenceMs: number;
}

/**
 * @param connect opens the feed after the given event; null: from now on
 * @throws WingmanApiError when the feed is refused for good (a 4xx); everything else is tried again
 */
export async function* followEvents(
  connect: (lastId: number | null, signal: AbortSignal) => Promise<Response>,
  after: number | null,
  signal: AbortSignal,
  { firstPauseMs, silenceMs }: FeedTimes = { firstPauseMs: FIRST_PAUSE_MS, silenceMs: SILENCE_MS },
): AsyncGenerator<EventShape, void, undefined> {
  let last = after;
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    const silence = createSilence(silenceMs, signal);
    try {
      const response = await connect(last, silence.signal);
      if (!response.ok || response.body === null) throw await toApiError(response);
      for await (const { id, data } of parseEventStream(silence.watch(response.body))) {
        pauseMs = firstPauseMs;
        const seq = toSeq(id);
        if (seq === null || (last !== null && seq <= last)) continue;
        last = seq;
        if (data !== null) yield JSON.parse(data) as EventShape;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error)) throw error;
    } finally {
      silence.end();
    }
    await pause(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

/** 429 passes by itself; any other 4xx says the same tomorrow. */
const isFinal = (error: unknown): boolean => error instanceof WingmanApiError && error.status < 500 && error.status !== 429;

const toSeq = (id: string | null): number | null => (id !== null && /^[0-9]{1,15}$/.test(id) ? Number(id) : null);

function createSilence(milliseconds: number, outer: AbortSignal) {
  const inner = new AbortController();
  const stop = (): void => inner.abort();
  let timer = setTimeout(stop, milliseconds);
  outer.addEventListener('abort', stop, { once: true });
  return {
    signal: inner.signal,
    /** Reads until the end or the signal, whichever comes first: a `fetch` need not pass the signal on to a body that it has handed over. */
    async *watch(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
      const reader = body.getReader();
      const cancel = (): void => void reader.cancel().catch(() => undefined);
      inner.signal.addEventListener('abort', cancel, { once: true });
      try {
        while (!inner.signal.aborted) {
          const { done, value } = await reader.read();
          if (done) return;
          clearTimeout(timer);
          timer = setTimeout(stop, milliseconds);
          yield value;
        }
      } finally {
        inner.signal.removeEventListener('abort', cancel);
        cancel();
      }
    },
    end(): void {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
      inner.abort();
    },
  };
}
