/** Is it there and well; the record, its checkpoints, and its feed. */
import { toApiError, WingmanUnreachable } from './errors';
import { linesOf } from './event-stream';
import { followEvents } from './events';
import type { EventShape } from './shapes';
import type { Transport } from './transport';

type Facts = Readonly<Record<string, unknown>>;

export function systemCalls(transport: Transport) {
  const { get, open, url } = transport;

  async function stream(path: string, accept: string): Promise<ReadableStream<Uint8Array>> {
    const response = await open({ method: 'GET', path, headers: { accept } });
    if (!response.ok || response.body === null) throw await toApiError(response);
    return response.body;
  }

  return {
    root: () => get<{ name: string; version: string; endpoints: readonly string[] }>('/'),
    health: () => get<Facts>('/health'),
    alive: () => get<{ status: string }>('/healthz'),
    /** Also when it is not: then `ready` is false, and the other members say what is missing. */
    async ready(): Promise<{ ready: boolean; database: boolean; temporal: boolean }> {
      const response = await open({ method: 'GET', path: '/readyz' });
      if (!response.ok && response.status !== 503) throw await toApiError(response);
      return (await response.json()) as { ready: boolean; database: boolean; temporal: boolean };
    },
    gatewayHealth: () => get<{ status: string; environments: readonly Facts[] }>('/gateway/health'),
    /** In Prometheus' text form. */
    async metrics(): Promise<string> {
      return new Response(await stream('/metrics', 'text/plain')).text();
    },
    openapi: () => get<{ openapi: string; paths: Readonly<Record<string, Facts>> }>('/openapi.json'),
    jwks: () => get<{ keys: readonly Readonly<Record<string, string>>[] }>('/.well-known/jwks.json'),
    /** Of endpoints that this version may not have yet. */
    getAny: (path: string) => get<Facts>(path),

    /** Signed notes, oldest first. */
    checkpoints: () => get<{ checkpoints: readonly string[] }>('/ledger/checkpoints'),
    /** The chain, row by row, as it comes. @throws WingmanUnreachable when it breaks off: then it is not whole */
    async *ledgerExport(): AsyncGenerator<Facts, void, undefined> {
      const body = await stream('/ledger/export', 'application/x-ndjson');
      try {
        for await (const line of linesOf(body)) if (line !== '') yield JSON.parse(line) as Facts;
      } catch (cause) {
        throw new WingmanUnreachable(url, { cause });
      }
    },
    /** Follows the feed from `after` (null: from now), over reconnections, until the signal fires. */
    events: (after: number | null, signal: AbortSignal): AsyncGenerator<EventShape, void, undefined> =>
      followEvents(
        (lastId, stop) => open({ method: 'GET', path: '/events', headers: lastId === null ? {} : { 'last-event-id': String(lastId) }, signal: stop }),
        after,
        signal,
      ),
  };
}
