/** The wire's shapes of claims, verdicts, incidents and agents, as far as clients look at them. */
export type VerdictWord = 'TRUE' | 'FALSE' | 'UNVERIFIABLE';
export type SeverityWord = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

export interface NewClaim {
  readonly worker_id: string;
  readonly claim: string;
  readonly execution_id?: string;
  readonly approval_id?: string;
  readonly host?: string;
  readonly deployment_env?: string;
  /** Typed parts, in place of the text's parse. */
  readonly claims?: readonly unknown[];
}

export interface NewVerification {
  readonly claim?: string;
  readonly claim_id?: string;
  readonly use_enhanced?: boolean;
  readonly host?: string;
  readonly deployment_env?: string;
  readonly claims?: readonly unknown[];
}

export interface PartVerdictShape {
  readonly part: { readonly text: string; readonly predicate: string; readonly subject: Readonly<Record<string, unknown>> };
  readonly verdict: VerdictWord;
  readonly rule: string;
  readonly reason: string;
}

export interface ProbeShape {
  readonly probe: Readonly<Record<string, unknown>>;
  readonly host: string;
  readonly at: string;
  readonly seen?: Readonly<Record<string, unknown>>;
  readonly blind?: { readonly code: string; readonly message: string };
}

export interface VerdictShape {
  readonly verdict: VerdictWord;
  readonly details: string;
  readonly timestamp: string;
  readonly verifier: 'simple' | 'enhanced';
  readonly processing_time_ms: number;
  readonly verdict_id: string;
  readonly claim_id: string;
  readonly worker_id: string | null;
  readonly rule: string;
  readonly parts: readonly PartVerdictShape[];
  readonly unparsed: readonly { readonly text: string; readonly code: string; readonly reason: string }[];
  readonly probes: readonly ProbeShape[];
  readonly evidence_sha256: string;
  readonly incident_id: string | null;
  readonly ledger_seq: number;
}

export interface ClaimShape {
  readonly claim_id: string;
  readonly timestamp: string;
  readonly worker_id: string | null;
  readonly claim: string;
  readonly status: 'PENDING_VERIFICATION' | VerdictWord;
  readonly execution_id: string | null;
  readonly approval_id: string | null;
  readonly environment: string | null;
  readonly host: string | null;
  readonly verdicts?: readonly VerdictShape[];
}

export interface IncidentShape {
  readonly incident_id: string;
  readonly kind: string;
  readonly severity: SeverityWord;
  readonly state: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';
  readonly summary: string;
  readonly subject: string;
  readonly worker_id: string | null;
  readonly environment: string | null;
  readonly claim_id: string | null;
  readonly approval_id: string | null;
  readonly execution_id: string | null;
  readonly repeats: number;
  readonly opened_at: string;
  readonly last_seen_at: string;
  readonly acknowledged_at: string | null;
  readonly acknowledged_by: string | null;
  readonly acknowledge_note: string | null;
  readonly resolved_at: string | null;
  readonly resolved_by: string | null;
  readonly resolution: string | null;
}

export interface RateShape {
  readonly rate: number;
  /** Of the 95 per cent Wilson interval. */
  readonly low: number;
  readonly high: number;
}

export interface AgentShape {
  readonly worker_id: string;
  readonly requests: number;
  readonly approved: number;
  readonly executions: number;
  readonly executions_failed: number;
  readonly claims: number;
  readonly verdicts: Readonly<Record<VerdictWord, number>>;
  readonly true_rate: RateShape | null;
  readonly unverifiable_rate: RateShape | null;
  readonly incidents: number;
  readonly quarantined: boolean;
  readonly quarantine_reason: string | null;
}

export interface StatsShape {
  readonly total_verifications: number;
  readonly verdicts: Readonly<Record<VerdictWord, number>>;
  readonly avg_processing_time_ms: number;
  readonly time_range: string;
}

export interface FindingShape {
  readonly kind: 'CLAIMED_NOT_EXECUTED' | 'EXECUTED_NOT_CLAIMED' | 'CLAIMED_OTHER_THAN_EXECUTED' | 'EXECUTED_NOT_APPROVED';
  readonly step: number | null;
  readonly execution_id: string | null;
  readonly claim_id: string | null;
  readonly reason: string;
}

/** Of one request. */
export interface AccountShape {
  readonly request_id: string;
  readonly worker_id: string;
  readonly environment: string;
  readonly task_name: string;
  readonly status: string;
  readonly approved: readonly { readonly step: number; readonly command: string }[];
  readonly executed: readonly { readonly execution_id: string; readonly step: number; readonly command: string; readonly status: string; readonly exit_code: number | null; readonly finished_at: string | null }[];
  readonly claimed: readonly { readonly claim_id: string; readonly claim: string; readonly status: string; readonly timestamp: string; readonly execution_id: string | null }[];
  readonly findings: readonly FindingShape[];
  readonly grace_minutes: number;
}
