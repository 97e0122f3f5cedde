/** What verification, sweep and incident workflows take and give. */
import { defineSignal } from '@temporalio/workflow';
import type { ParsedClaim, Probe, Verdict } from '../domain/claim/claim';

export interface VerifyInput {
  readonly tenant: string;
  readonly claim_id: string;
  /** `watcher`, or an id of this question: one verdict row each. */
  readonly run: string;
  readonly enhanced: boolean;
}

/** The claim in parts, and who has to look at what. */
export interface OpenedVerification {
  readonly parsed: ParsedClaim;
  readonly host: string;
  /** Null: none is known, and no engine is asked. */
  readonly environment: string | null;
  readonly prober_probes: readonly Probe[];
  readonly gateway_probes: readonly Probe[];
}

/** What became of asking a model: typed claims that it proposes (hostile until they are read), or why there are none. */
export type Proposal =
  | { readonly model: string; readonly digest: string | null; readonly answer: string }
  | { readonly fell_back: string };

export interface VerifyResult {
  readonly verdict_id: string;
  readonly verdict: Verdict;
  readonly incident_id: string | null;
}

export interface IncidentInput {
  readonly tenant: string;
  readonly incident_id: string;
}

/** The row has changed: look again. Carries nothing, since anybody who reaches Temporal can send it. */
export const incidentChangedSignal = defineSignal('changed');

export interface SweepResult {
  readonly read: number;
  readonly verified: number;
}
