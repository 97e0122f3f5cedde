import type { RequestShape } from './shapes';

/** Why the risk is what it is, without what the votes say themselves: a face that lists the votes says it once. One text, or none. */
export function reasonsBesideVotes({ risk_reasons, votes }: Pick<RequestShape['card'], 'risk_reasons' | 'votes'>): readonly string[] {
  const others = risk_reasons.filter((reason) => !votes.some(({ voter }) => reason.startsWith(`${voter}: `)));
  return others.length === 0 ? [] : [others.join('; ')];
}
