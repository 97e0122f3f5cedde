/** Server-sent events, resumed where they broke off: nothing is lost and nothing comes twice. */
import { WingmanApiError } from './errors';
import type { EventShape } from './shapes';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export async function* followEvents(
  connect: (lastId: number | null) => Promise<Response>,
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<EventShape, void, undefined> {
  let last = after;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const response = await connect(last);
      if (!response.ok || response.body === null) throw await refused(response);
      for await (const { id, data } of parseEvents(response.body)) {
        pauseMs = FIRST_PAUSE_MS;
        if (id !== null && last !== null && id <= last) continue;
        if (id !== null) last = id;
        if (data !== null) yield JSON.parse(data) as EventShape;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof WingmanApiError && error.status < 500) throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }
}

async function refused(response: Response): Promise<WingmanApiError> {
  const problem = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  const { code, error } = problem;
  return new WingmanApiError(response.status, typeof code === 'string' ? code : `HTTP_${String(response.status)}`, typeof error === 'string' ? error : 'the feed was refused', problem);
}

/** The part of the event-stream format that Wingman writes: id, event, data in one line each, comments. */
async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ readonly id: number | null; readonly data: string | null }, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const fields = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const id = fields.find((line) => line.startsWith('id: '))?.slice(4);
      const data = fields.find((line) => line.startsWith('data: '))?.slice(6);
      yield { id: id === undefined ? null : Number(id), data: data ?? null };
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
