/** What a webhook endpoint can be told of: the kinds of the ledger's feed that are about requests, runs, claims and incidents. */
import { refusal } from '../errors';
import { matchesKind } from './feed-event';

/** Keys, people, policy and refusals are no receiver's business; neither is what happens to webhooks, which would tell of itself. */
export const WEBHOOK_EVENTS = [
  'approval.requested', 'approval.assessed', 'approval.decision', 'approval.closed', 'approval.revoked',
  'execution.intent', 'execution.outcome', 'execution.not_started', 'execution.resolved',
  'claim', 'claim.verdict',
  'incident.opened', 'incident.repeated', 'incident.digest', 'incident.acknowledged', 'incident.resolved', 'incident.remedy', 'incident.remedied',
  'quarantine.set', 'quarantine.released', 'lock.set', 'lock.released',
  'dr.started', 'dr.stage_opened', 'dr.stage_settled', 'dr.stage_withdrawn', 'dr.controlled', 'dr.closed',
] as const;

/** What an endpoint gets that names nothing: what people and on-call tools want to hear of. */
export const DEFAULT_WEBHOOK_EVENTS: readonly string[] = [
  'approval.requested', 'approval.decision', 'approval.closed', 'approval.revoked', 'execution.outcome', 'execution.not_started', 'claim.verdict',
  'incident.opened', 'incident.repeated', 'incident.digest', 'incident.acknowledged', 'incident.resolved', 'quarantine.set', 'quarantine.released',
];

/**
 * Names and beginnings (`incident.*`) as kinds; an empty list stays empty: such an endpoint is told of the requests that name it as
 * their `callback_url`, and of nothing else.
 *
 * @throws WingmanError INVALID_FIELD with the names that would do
 */
export function toWebhookEvents(names: readonly string[]): readonly string[] {
  const wanted = names.flatMap((name) => {
    const kinds = WEBHOOK_EVENTS.filter((kind) => matchesKind(name, kind));
    if (kinds.length === 0) throw refusal('INVALID_FIELD', `${name.slice(0, 60)} is no event of webhooks; there are ${WEBHOOK_EVENTS.join(', ')}`, { field: 'events' });
    return kinds;
  });
  return WEBHOOK_EVENTS.filter((kind) => wanted.includes(kind));
}
