/**
 * The one arbiter of an approval: every way in which a request can end goes through {@link applyEvent}, before and after
 * each await of the workflow. Pure: instants are milliseconds since 1970 UTC, handed in.
 *
 * Final states are final. The first event that is applied wins, and whoever comes later is told what it was.
 */
import { assertNever, type ErrorCode } from '../errors';
import type { ReviewerId, Sha256Hex } from '../ids';
import { isQuorumMet } from '../policy/quorum';

/** What is asked of the reviewers; fixed when the request opens, except that votes may raise `quorum`. */
export interface ApprovalTerms {
  /** What a yes is a yes to. null: a request without a plan, with which nothing can be executed. */
  readonly plan_hash: Sha256Hex | null;
  /** Distinct reviewers needed. */
  readonly quorum: number;
  /** At this millisecond the request has lapsed: an event that carries it loses to the expiry. */
  readonly expires_at: number;
}

/** One reviewer's word, as it was applied. */
export interface Decision {
  readonly kind: 'approve' | 'reject';
  readonly reviewer: ReviewerId;
  readonly note: string | null;
  /** The plan hash that the reviewer was shown. */
  readonly plan_hash: Sha256Hex | null;
  /** The signed form, kept for the gateway. Opaque here: it was verified before the event was made. */
  readonly attestation: string | null;
  readonly at: number;
}

interface Common {
  readonly terms: ApprovalTerms;
  /** Everything reviewers said, in order; at most one approval of each. */
  readonly decisions: readonly Decision[];
}

export type ApprovalState =
  | (Common & { readonly status: 'PENDING' })
  | (Common & { readonly status: 'APPROVED'; readonly decided_at: number; readonly decided_by: ReviewerId })
  | (Common & { readonly status: 'REJECTED'; readonly decided_at: number; readonly decided_by: ReviewerId })
  | (Common & { readonly status: 'EXPIRED'; readonly decided_at: number })
  | (Common & { readonly status: 'CANCELLED'; readonly decided_at: number; readonly cancelled_by: string })
  | (Common & { readonly status: 'AUTO_APPROVED'; readonly decided_at: number })
  | (Common & { readonly status: 'AUTO_REJECTED'; readonly decided_at: number });

export type ApprovalStatus = ApprovalState['status'];

export type ApprovalEvent =
  | {
      readonly kind: 'approve' | 'reject';
      readonly reviewer: ReviewerId;
      readonly note: string | null;
      readonly plan_hash: Sha256Hex | null;
      readonly attestation: string | null;
    }
  | { readonly kind: 'expire' }
  | { readonly kind: 'cancel'; readonly by: string };

export interface ApprovalRefusal {
  readonly refused: Extract<
    ErrorCode,
    'ALREADY_DECIDED' | 'ALREADY_VOTED' | 'EXPIRED' | 'CANCELLED' | 'PLAN_HASH_MISMATCH' | 'NOT_YET_EXPIRED'
  >;
  readonly message: string;
}

export type ApprovalResult = { readonly state: ApprovalState } | ApprovalRefusal;

/** The state that the assessment leads to: automatic outcomes are final at once, everything else waits for people. */
export function openApproval(
  terms: ApprovalTerms,
  outcome: 'AUTO_APPROVED' | 'PENDING' | 'AUTO_REJECTED',
  now: number,
): ApprovalState {
  // NaN is neither before nor after anything: such a request would never lapse.
  if (!Number.isFinite(terms.expires_at) || !Number.isFinite(now))
    throw new TypeError('an approval needs real instants');
  if (!Number.isInteger(terms.quorum) || terms.quorum < 1)
    throw new TypeError('an approval needs a quorum of 1 or more');
  if (outcome === 'PENDING') return { status: outcome, terms, decisions: [] };
  return { status: outcome, terms, decisions: [], decided_at: now };
}

export function isFinal(state: ApprovalState): boolean {
  return state.status !== 'PENDING';
}

/** True if what was asked for was granted, by people or by policy. */
export function isApproved(state: ApprovalState): boolean {
  return state.status === 'APPROVED' || state.status === 'AUTO_APPROVED';
}

/** Applies one event, or says why it came to nothing. A refused event leaves the state as it was. */
export function applyEvent(state: ApprovalState, event: ApprovalEvent, now: number): ApprovalResult {
  if (!Number.isFinite(now)) throw new TypeError('an event needs a real instant');
  if (state.status !== 'PENDING') return refuseFinal(state);
  const lapsed = now >= state.terms.expires_at;
  if (event.kind === 'expire') {
    if (!lapsed) return { refused: 'NOT_YET_EXPIRED', message: 'this request still has time; nothing was changed' };
    return { state: { ...state, status: 'EXPIRED', decided_at: now } };
  }
  if (lapsed)
    return { refused: 'EXPIRED', message: 'this request expired before the decision arrived; ask for it again' };
  switch (event.kind) {
    case 'approve':
      return approve(state, toDecision(event, now), now);
    case 'reject':
      // No look at the plan hash, nor at an earlier yes of the same person: stopping must always work.
      return {
        state: {
          ...state,
          status: 'REJECTED',
          decisions: [...state.decisions, toDecision(event, now)],
          decided_at: now,
          decided_by: event.reviewer,
        },
      };
    case 'cancel':
      return { state: { ...state, status: 'CANCELLED', decided_at: now, cancelled_by: event.by } };
    default:
      return assertNever(event);
  }
}

/**
 * Late votes may ask for more reviewers, never for fewer; approvals already given stay. Final states do not change.
 * A quorum that is raised cannot end the request, so nothing has to be decided again.
 */
export function raiseQuorum(state: ApprovalState, quorum: number): ApprovalState {
  if (state.status !== 'PENDING' || quorum <= state.terms.quorum) return state;
  return { ...state, terms: { ...state.terms, quorum } };
}

function approve(
  state: Extract<ApprovalState, { status: 'PENDING' }>,
  decision: Decision,
  now: number,
): ApprovalResult {
  if (decision.plan_hash !== state.terms.plan_hash) {
    return {
      refused: 'PLAN_HASH_MISMATCH',
      message: 'the plan that was shown is not the plan of this request; look at it again',
    };
  }
  if (state.decisions.some(({ reviewer }) => reviewer === decision.reviewer)) {
    return {
      refused: 'ALREADY_VOTED',
      message: `${decision.reviewer} has approved already; another reviewer is needed`,
    };
  }
  const decisions = [...state.decisions, decision];
  if (!isQuorumMet(decisions, state.terms.quorum)) return { state: { ...state, decisions } };
  return { state: { ...state, status: 'APPROVED', decisions, decided_at: now, decided_by: decision.reviewer } };
}

function toDecision(event: Extract<ApprovalEvent, { kind: 'approve' | 'reject' }>, now: number): Decision {
  const { kind, reviewer, note, plan_hash, attestation } = event;
  return { kind, reviewer, note, plan_hash, attestation, at: now };
}

function refuseFinal(state: Exclude<ApprovalState, { status: 'PENDING' }>): ApprovalRefusal {
  switch (state.status) {
    case 'APPROVED':
    case 'REJECTED':
      return { refused: 'ALREADY_DECIDED', message: `already ${state.status} by ${state.decided_by}` };
    case 'AUTO_APPROVED':
    case 'AUTO_REJECTED':
      return { refused: 'ALREADY_DECIDED', message: `already ${state.status} by policy` };
    case 'EXPIRED':
      return { refused: 'EXPIRED', message: 'this request expired; ask for it again' };
    case 'CANCELLED':
      return { refused: 'CANCELLED', message: `this request was cancelled by ${state.cancelled_by}` };
    default:
      return assertNever(state);
  }
}
