/** The ledger: its feed, its export, its checkpoints. */
import { refusal } from '../../domain/errors';
import { listCheckpoints, streamLedger } from '../../stores/ledger-export';
import { readFeed } from '../../stores/ledger';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../endpoint';

const HEARTBEAT_MS = 15_000;
const PAGE = 200;

export function ledgerRoutes(context: ApiContext): readonly Endpoint[] {
  const { pool, feed } = context;
  return [
    endpoint({
      method: 'get',
      path: '/events',
      tag: 'system',
      who: ['reviewer', 'operator', 'delegate'],
      summary: 'Server-sent events: the tenant’s ledger rows, resumed with Last-Event-ID',
      query: ['after'],
      answers: 'text/event-stream; the event id is the ledger’s sequence number',
      async handle({ req, res, principal, query }) {
        const from = req.headers['last-event-id'] ?? query['after'] ?? 'now';
        let after = from === 'now' ? await lastSeq(context) : toSeq(from);
        const gone = new AbortController();
        req.once('close', () => gone.abort());
        res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
        res.write(`retry: 2000\nid: ${String(after)}\n: following\n\n`);
        let quietSince = Date.now();
        while (!gone.signal.aborted) {
          const woken = feed.wait(1_000, gone.signal);
          const rows = await readFeed(pool, principal.tenant, after, PAGE).catch(() => null);
          // The database is away: the client keeps its place and comes back.
          if (rows === null) break;
          for (const { seq, kind, body, at } of rows) {
            after = seq;
            const text = `id: ${String(seq)}\nevent: ${kind}\ndata: ${JSON.stringify(toEvent({ seq, kind, body, at }))}\n\n`;
            if (!res.write(text)) await drained(res, gone.signal);
            quietSince = Date.now();
          }
          if (rows.length === PAGE) continue;
          if (Date.now() - quietSince > HEARTBEAT_MS) {
            res.write(': still here\n\n');
            quietSince = Date.now();
          }
          await woken;
        }
        res.end();
        return 'stream';
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

/** The row's own members stand over those of its body; a `kind` in there (of a key, of an incident) is told as `of_kind`. */
function toEvent({ seq, kind, body, at }: { readonly seq: number; readonly kind: string; readonly body: string; readonly at: string }): object {
  const { kind: of_kind, ...members } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return { ...members, ...(of_kind === undefined ? {} : { of_kind }), seq, kind, at };
}

async function lastSeq({ pool }: ApiContext): Promise<number> {
  const { rows } = await pool.query<{ seq: number }>('select wingman.ledger_size()::float8 as seq');
  return rows[0]?.seq ?? 0;
}

function toSeq(text: string | string[]): number {
  if (typeof text !== 'string' || !/^[0-9]{1,15}$/.test(text)) throw refusal('INVALID_FIELD', 'Last-Event-ID is a sequence number of the ledger', { field: 'last-event-id' });
  return Number(text);
}

function drained(res: { once(event: 'drain' | 'close', listener: () => void): unknown }, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    res.once('drain', resolve);
    res.once('close', resolve);
  });
}
