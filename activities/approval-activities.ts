/** What the approval workflow asks of the outside world. Every one of them is safe to repeat: the row that came back counts. */
import type { ErrorCode } from '../domain/errors';
import type { CancelInput, DecideInput, MintResult, OpenedRequest, StepOutcome, SubmitInput, TokenRequest } from '../workflows/messages';

export interface ClosedRow {
  readonly status: 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED';
  readonly decided_by: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly decided_at: number;
  /** Of a decision: whether the row is of exactly the one that was asked about; absent in histories that are older than this. */
  readonly by_this?: boolean;
}

export type RecordedDecision =
  | { readonly refused: ErrorCode; readonly message: string }
  | { readonly closed: ClosedRow | null; readonly first_step: MintResult | null };

export type IssuedToken =
  | { readonly sealed: string; readonly environment: string; readonly expires_at: string }
  | { readonly refused: ErrorCode; readonly message: string };

export interface CoreActivities {
  openRequest(ask: { readonly input: SubmitInput; readonly approval_id: string }): Promise<OpenedRequest>;
  recordDecision(ask: {
    readonly approval_id: string;
    readonly tenant: string;
    readonly input: DecideInput;
    readonly closes: 'APPROVED' | 'REJECTED' | null;
    readonly mint_first_step: boolean;
  }): Promise<RecordedDecision>;
  closeRequest(ask: {
    readonly approval_id: string;
    readonly tenant: string;
    readonly status: 'EXPIRED' | 'CANCELLED';
    readonly by: CancelInput['by'] | null;
  }): Promise<ClosedRow>;
  readClosed(ask: { readonly approval_id: string; readonly tenant: string }): Promise<ClosedRow | null>;
  applyModelVote(ask: { readonly approval_id: string; readonly tenant: string; readonly vote: unknown }): Promise<{ readonly quorum: number } | null>;
  mintStep(ask: { readonly tenant: string; readonly approval_id: string; readonly worker_id: string; readonly step: number }): Promise<MintResult>;
  issueToken(request: TokenRequest): Promise<IssuedToken>;
  settleStep(ask: { readonly tenant: string; readonly approval_id: string; readonly step: number; readonly jti: string }): Promise<StepOutcome>;
  noteNotStarted(ask: { readonly tenant: string; readonly approval_id: string; readonly step: number; readonly code: string | null }): Promise<void>;
  recordForgery(ask: { readonly approval_id: string | null; readonly tenant: string | null; readonly what: string }): Promise<void>;
}

export interface VoteActivities {
  voteByModel(ask: { readonly approval_id: string; readonly tenant: string }): Promise<unknown>;
}
