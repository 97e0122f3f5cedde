/** The feed with what its followers filter by: whose request or agent a row is about, also where its body names only a run or an incident. */
import type { Pool } from 'pg';
import { toFeedEvent, type FeedRow } from '../domain/ledger/feed-event';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export interface FollowedRow {
  readonly seq: number;
  readonly kind: string;
  readonly approval_id: string | null;
  readonly worker_id: string | null;
  /** Of a row that takes somebody's access: whose. */
  readonly subject: string | null;
  /** As it goes out, made once for all who follow. */
  readonly text: string;
}

type QueriedRow = FeedRow & Pick<FollowedRow, 'approval_id' | 'worker_id'>;

const UUID = `'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'`;
const id = (member: string): string => `case when b ->> '${member}' ~ ${UUID} then (b ->> '${member}')::uuid end`;

const TEXT = `select l.seq::float8 as seq, l.kind, l.body, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
    coalesce(b ->> 'approval_id', e.request_id::text, i.approval_id::text) as approval_id,
    coalesce(b ->> 'worker_id', a.worker_id, e.worker_id, i.worker_id) as worker_id
  from wingman.ledger l cross join lateral (select l.body::jsonb as b) x
    left join wingman.approvals a on a.request_id = ${id('approval_id')}
    left join wingman.executions e on e.execution_id = ${id('execution_id')}
    left join wingman.incidents i on i.incident_id = ${id('incident_id')}
  where l.tenant = $1 and l.seq > $2 order by l.seq limit $3`;

/** Rows of one tenant after a sequence number, in order. */
export async function readFollowedRows(pool: Pool, tenant: TenantId, after: number, limit: number): Promise<readonly FollowedRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) => client.query<QueriedRow>({ name: 'followed-rows', text: TEXT, values: [tenant, after, limit] }));
  return rows.map(toFollowedRow);
}

function toFollowedRow({ approval_id, worker_id, ...row }: QueriedRow): FollowedRow {
  const event = toFeedEvent(row);
  return { seq: row.seq, kind: row.kind, approval_id, worker_id, subject: subjectOf(row.kind, event), text: `id: ${String(row.seq)}\nevent: ${row.kind}\ndata: ${JSON.stringify(event)}\n\n` };
}

function subjectOf(kind: string, event: Readonly<Record<string, unknown>>): string | null {
  const subject = kind === 'key.revoked' ? event['key_id'] : kind === 'reviewer.disabled' ? event['reviewer'] : null;
  return typeof subject === 'string' ? subject : null;
}

export async function readLedgerSize(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ seq: number }>('select wingman.ledger_size()::float8 as seq');
  return rows[0]?.seq ?? 0;
}
