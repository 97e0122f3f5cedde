/** What goes into and out of a recovery run's workflow, and what it asks of its activities. Its update and signal are in messages.ts. */
import type { Observation } from '../domain/claim/claim';
import type { DrLook } from '../domain/recovery/plan';
import type { DrEnd, DrRunEnd } from '../domain/recovery/run';
import type { ControlInput, DrStanding, SubmitInput } from './messages';

/** The plan is not in it: it stands in the run's row, which only the API can write. */
export interface DrInput {
  readonly tenant: string;
  readonly run_id: string;
}

export interface DrResult {
  readonly status: DrRunEnd | 'NONE';
}

/** One act to be done, from the run's rows. */
export interface OpenedStage {
  readonly kind: 'stage';
  readonly position: number;
  readonly submit: SubmitInput;
  readonly environment: string;
  readonly looks: readonly DrLook[];
  readonly within_seconds: number;
  readonly hold_seconds: number;
  readonly summary: string;
}

export type NextStage = OpenedStage | { readonly kind: 'paused' } | { readonly kind: 'wait' } | { readonly kind: 'closed'; readonly status: DrRunEnd; readonly state: string } | { readonly kind: 'none' };

export type StageStanding =
  /** People have not decided, or a step is under way. */
  | { readonly kind: 'waiting' }
  /** Everything was executed; it has to be seen. */
  | { readonly kind: 'look' }
  /** It was seen, and has to stay so. */
  | { readonly kind: 'holding' }
  | { readonly kind: 'settled'; readonly end: DrEnd };

export interface DrActivities {
  /** The act that is open, or the next one with its ledger row; or how the run ended. `patient`: `wait` while the engine's inventory is older than the last act. */
  nextStage(ask: DrInput & { readonly approval_id: string; readonly patient: boolean }): Promise<NextStage>;
  /** How the act stands by the rows of its request and by what was seen; its end is written once. */
  settleStage(
    ask: DrInput & {
      readonly position: number;
      /** The request's own workflow has ended: nobody can decide it any more. */
      readonly child_over: boolean;
      readonly observations: readonly Observation[] | null;
      /** The look before it, if that was true. */
      readonly before: readonly Observation[] | null;
      /** The time for the proof is over. */
      readonly over: boolean;
    },
  ): Promise<StageStanding>;
  recordControl(ask: DrInput & { readonly input: ControlInput }): Promise<DrStanding | { readonly refused: string; readonly message: string }>;
  /** Takes the card back if what it rests on has changed. */
  recheckWorld(ask: DrInput): Promise<{ readonly withdrawn: boolean }>;
  /** The request of a card that was taken back is closed too: `wait` until it has a row. */
  closeWithdrawn(ask: DrInput & { readonly position: number }): Promise<'none' | 'wait' | 'closed'>;
}
