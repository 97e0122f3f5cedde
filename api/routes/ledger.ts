/** The ledger: its feed, its export, its checkpoints. */
import { refusal } from '../../domain/errors';
import { listCheckpoints, streamLedger } from '../../stores/ledger-export';
import { readLedgerSize } from '../../stores/followed-rows';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { toEventFilter } from '../live/event-filter';
import { followEvents } from '../live/follow-events';

export function ledgerRoutes({ pool, feed, hub, followers }: Pick<ApiContext, 'pool' | 'feed' | 'hub' | 'followers'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/events',
      tag: 'system',
      who: ['reviewer', 'operator', 'delegate'],
      summary: 'Server-sent events: the tenant’s ledger rows, resumed with Last-Event-ID',
      query: ['after', 'kind', 'approval', 'agent'],
      answers: 'text/event-stream; the event id is the ledger’s sequence number. `kind` takes a list with commas and beginnings (`incident.*`)',
      async handle({ req, res, principal, query }) {
        const filter = toEventFilter(query);
        const from = req.headers['last-event-id'] ?? query['after'] ?? 'now';
        const leave = followers.take(principal.tenant);
        const gone = new AbortController();
        res.once('close', () => gone.abort());
        try {
          const after = from === 'now' ? await readLedgerSize(pool) : toSeq(from);
          res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
          await followEvents({ hub, feed, res, principal, filter, signal: gone.signal }, after);
          res.end();
          return 'stream';
        } finally {
          leave();
        }
      },
    }),
    endpoint({
      method: 'get',
      path: '/ledger/export',
      tag: 'system',
      who: ['operator'],
      summary: 'The whole chain as NDJSON, for `wingman ledger verify` anywhere',
      answers: 'application/x-ndjson: seq, tenant, kind, body, at, prev_hash, hash',
      async handle({ res }) {
        res.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'no-store' });
        for await (const row of streamLedger(pool)) if (!res.write(`${JSON.stringify(row)}\n`)) await drained(res);
        res.end();
        return 'stream';
      },
    }),
    endpoint({
      method: 'get',
      path: '/ledger/checkpoints',
      tag: 'system',
      who: ['operator', 'reviewer'],
      summary: 'Signed checkpoints (C2SP notes), oldest first',
      answers: 'checkpoints',
      handle: async () => ({ body: { checkpoints: await listCheckpoints(pool) } }),
    }),
  ];
}

function toSeq(text: string | string[]): number {
  if (typeof text !== 'string' || !/^[0-9]{1,15}$/.test(text)) throw refusal('INVALID_FIELD', 'Last-Event-ID is a sequence number of the ledger', { field: 'last-event-id' });
  return Number(text);
}

function drained(res: { once(event: 'drain' | 'close', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    res.once('drain', resolve);
    res.once('close', resolve);
  });
}
