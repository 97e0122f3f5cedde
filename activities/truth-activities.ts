/** What the truth workflows ask of the outside world. Safe to repeat: the row that came back counts. */
import type { Observation, Probe } from '../domain/claim/claim';
import type { OpenedVerification, Proposal, VerifyInput, VerifyResult } from '../workflows/truth-messages';

/** Made by the workflow, so that a repeat has the same. */
export interface NewIds {
  readonly verdict_id: string;
  readonly incident_id: string;
}

export interface TruthActivities {
  /** Null: there is no such claim. */
  openVerification(ask: VerifyInput & { readonly proposal: Proposal | null }): Promise<OpenedVerification | null>;
  recordVerdict(
    ask: VerifyInput & { readonly opened: OpenedVerification; readonly proposal: Proposal | null; readonly observations: readonly Observation[]; readonly started_at: number } & NewIds,
  ): Promise<VerifyResult>;
}

export interface ModelClaimActivities {
  proposeClaims(ask: VerifyInput): Promise<Proposal>;
}

/** What the watcher reads and writes besides. */
export interface SweepActivities {
  /** The next claims of any tenant after its cursor, and incidents that nobody attends to. */
  readNext(ask: { readonly limit: number }): Promise<readonly SweepBatch[]>;
  moveCursor(ask: { readonly tenant: string; readonly seq: number }): Promise<void>;
}

export interface SweepBatch {
  readonly tenant: string;
  /** In the order of the ledger. `pending` false: it has its verdict, and the cursor only passes it. */
  readonly claims: readonly { readonly claim_id: string; readonly seq: number; readonly pending: boolean }[];
  readonly incidents: readonly string[];
}

export interface IncidentActivities {
  /** How it stands; a digest row is written when repeats came since the last one. Null: there is none. */
  attendIncident(ask: { readonly tenant: string; readonly incident_id: string; readonly digest: boolean }): Promise<AttendedIncident | null>;
}

export interface AttendedIncident {
  readonly state: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';
  readonly severity: string;
  readonly summary: string;
  readonly repeats: number;
  readonly digest_minutes: number;
}

/** What a prober and the read-only side of a gateway do: one observation for each probe, never a content. */
export interface LookActivities {
  probe(ask: { readonly tenant: string; readonly probes: readonly Probe[] }): Promise<readonly Observation[]>;
  observe(ask: { readonly tenant: string; readonly probes: readonly Probe[] }): Promise<readonly Observation[]>;
}
