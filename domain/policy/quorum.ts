/**
 * How many distinct people have said yes. Asked by the approval's arbiter before a decision counts, and again by the
 * gateway over the attestations it verified: neither believes the other's number.
 */
import type { ReviewerId } from '../ids';
import type { RiskLevel } from './risk';

/** Reviewers needed per risk level; each a whole number from 1 to 10. */
export type QuorumByRisk = Readonly<Record<RiskLevel, number>>;

export const MAX_QUORUM = 10;

/** The people behind a list of approvals: one person counts once, however often they tapped. */
export function distinctReviewers(approvals: readonly { readonly reviewer: ReviewerId }[]): readonly ReviewerId[] {
  return [...new Set(approvals.map(({ reviewer }) => reviewer))];
}

/** @throws TypeError for a quorum that is no whole number from 1 on: zero people must never be enough. */
export function isQuorumMet(approvals: readonly { readonly reviewer: ReviewerId }[], quorum: number): boolean {
  if (!Number.isInteger(quorum) || quorum < 1)
    throw new TypeError(`a quorum is a whole number from 1 on, not ${quorum}`);
  return distinctReviewers(approvals).length >= quorum;
}

/** The highest of several demands, never more than {@link MAX_QUORUM}. */
export function combineQuorum(base: number, demands: readonly number[], raise = 0): number {
  return Math.min(MAX_QUORUM, Math.max(base, ...demands) + raise);
}
