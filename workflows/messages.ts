/** Every message that goes into or out of a workflow: the updates, and the shapes of what activities are asked and answer. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ApprovalStatus } from '../domain/approval/approval';
import type { DrAction } from '../domain/recovery/run';

/** What the API hands over once agent, tenant and environment are known from the credential. The texts are hostile. */
export interface SubmitInput {
  /** What the request will be called, so that its row can be looked for; absent in histories that are older than this. */
  readonly approval_id?: string;
  readonly tenant: string;
  readonly environment: string;
  readonly worker_id: string;
  readonly key_id: string;
  readonly agent_owner: string | null;
  readonly task_name: string;
  readonly instruction: string;
  /** Null: an older client; the plan is the COMMANDS section of the instruction, if there is one. */
  readonly commands: readonly string[] | null;
  readonly execute: boolean;
  readonly ordered: boolean;
  readonly fingerprint: string;
  readonly callback_url: string | null;
  /** A stage of a recovery run: set by the worker from the run's rows, never by whoever asks over HTTP. */
  readonly dr?: DrLink;
}

/** Which act of which run a request is. */
export interface DrLink {
  readonly run_id: string;
  readonly position: number;
  readonly stage: number;
  readonly stages: number;
  readonly direction: 'do' | 'undo';
  readonly name: string;
  readonly drill: boolean;
  /** As the run's row has it, so that a request that is no stage cannot pass for one. */
  readonly approval_id: string;
  /** At least so many reviewers, whatever the policy says. */
  readonly quorum: number;
  /** What earlier acts really did, for the card. */
  readonly earlier: readonly string[];
}

/** The assessment as the ledger holds it; every branch of the workflow follows it and nothing else. */
export interface OpenedRequest {
  readonly approval_id: string;
  readonly status: Extract<ApprovalStatus, 'PENDING' | 'AUTO_APPROVED' | 'AUTO_REJECTED'>;
  readonly tenant: string;
  readonly environment: string;
  readonly worker_id: string;
  readonly agent_owner: string | null;
  readonly fingerprint: string;
  readonly plan_hash: string | null;
  readonly targets_hash: string | null;
  readonly steps: number;
  readonly execute: boolean;
  readonly risk_level: 'LOW' | 'MEDIUM' | 'HIGH';
  readonly quorum: number;
  /** Milliseconds since 1970 UTC. */
  readonly opened_at: number;
  readonly expires_at: number;
  /** A model is asked after the answer; its vote can only raise. */
  readonly ask_model: boolean;
  readonly summary: string;
}

export interface DecideInput {
  readonly decision: 'APPROVE' | 'REJECT';
  readonly reviewer: string;
  readonly note: string | null;
  readonly plan_hash: string | null;
  readonly attestation: string;
}

/** How the request stands after an update: the same for whoever asks. */
export interface Standing {
  readonly approval_id: string;
  readonly status: ApprovalStatus;
  readonly decided_by: string | null;
  readonly approvals: number;
  readonly quorum: number;
}

export interface CancelInput {
  readonly by: string;
}

export interface ControlInput {
  readonly action: DrAction;
  readonly reviewer: string;
  readonly note: string | null;
  /** How many controls the run had when it was signed. */
  readonly n: number;
  readonly attestation: string;
}

export interface DrStanding {
  readonly status: string;
}

export const submitUpdate = defineUpdate<OpenedRequest, [SubmitInput]>('submit');
export const decideUpdate = defineUpdate<Standing, [DecideInput]>('decide');
export const cancelUpdate = defineUpdate<Standing, [CancelInput]>('cancel');
/** The read model has an end that this workflow was not told of (Temporal was away): look again. */
export const refreshUpdate = defineUpdate<Standing>('refresh');
export const standingQuery = defineQuery<Standing | null>('standing');
/** Decisions come as updates; a signal of this name changes nothing and is recorded as a refusal. */
export const decideSignal = defineSignal<[unknown]>('decide');

/** To a recovery run, or from it to the request of a stage: rows, or the engine, may say something new; look. Carries nothing, since anybody who reaches Temporal can send it. */
export const lookSignal = defineSignal('look');

/** A person's pause, resume or abort of a recovery run. */
export const controlUpdate = defineUpdate<DrStanding, [ControlInput]>('control');

/** What the gateway is asked: nothing readable on the way, everything proves itself. */
export interface StepOrder {
  readonly sealed: string;
}
export interface StepOutcome {
  readonly execution_id: string | null;
  readonly step: number | null;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN' | 'REFUSED' | 'NOT_STARTED';
  readonly exit_code: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface MintedStep {
  readonly sealed: string;
  readonly jti: string;
  readonly environment: string;
  readonly step: number;
}
export type MintResult = MintedStep | { readonly refused: string; readonly message: string };

export interface TokenRequest {
  readonly tenant: string;
  readonly approval_id: string;
  readonly worker_id: string;
  readonly environment: string;
  readonly command: string;
  /** Public X25519 key of the API process that asked: only it can open the answer. */
  readonly seal_to: { readonly kty: 'OKP'; readonly crv: 'X25519'; readonly x: string };
  readonly jkt: string | null;
}
