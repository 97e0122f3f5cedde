/** What a follower wants to hear of: kinds, one request, one agent. Query parameters, which anybody with a key wrote. */
import { refusal } from '../../domain/errors';
import { matchesKind } from '../../domain/ledger/feed-event';
import type { FollowedRow } from '../../stores/followed-rows';
import { toId } from '../http/query';

export type EventFilter = (row: FollowedRow) => boolean;

const KIND = /^[a-z_]{1,40}(?:\.(?:[a-z_]{1,40}|\*))?$/;
const MOST_KINDS = 30;

/** @throws WingmanError INVALID_FIELD, NOT_FOUND for an approval that is no id */
export function toEventFilter(query: Readonly<Record<string, string>>): EventFilter {
  const kinds = query['kind'] === undefined ? null : toKinds(query['kind']);
  const approval = query['approval'] === undefined ? null : toId(query['approval'], 'request');
  const agent = query['agent'] === undefined ? null : toAgent(query['agent']);
  return ({ kind, approval_id, worker_id }) =>
    (kinds === null || kinds.some((one) => matchesKind(one, kind))) && (approval === null || approval_id === approval) && (agent === null || worker_id === agent);
}

function toKinds(text: string): readonly string[] {
  const kinds = text.split(',');
  if (kinds.length > MOST_KINDS || !kinds.every((kind) => KIND.test(kind))) throw refusal('INVALID_FIELD', 'kind is a list of kinds with commas, such as `approval.requested,incident.*`', { field: 'kind' });
  return kinds;
}

function toAgent(text: string): string {
  if (text.length === 0 || text.length > 128) throw refusal('INVALID_FIELD', 'agent is a worker_id', { field: 'agent' });
  return text;
}
