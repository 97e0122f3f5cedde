/** The wire's shapes, as far as clients look at them. Servers may add members; none of these goes away. */
export type RequestStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED' | 'AUTO_APPROVED' | 'AUTO_REJECTED';
export type RiskLevelShape = 'LOW' | 'MEDIUM' | 'HIGH';

export interface NewRequest {
  readonly worker_id: string;
  readonly task_name: string;
  readonly instruction: string;
  readonly deployment_env?: string;
  readonly commands?: readonly string[];
  readonly execute?: boolean;
  readonly ordered?: boolean;
}

export interface CardStepShape {
  readonly number: number;
  readonly command: string;
  readonly says: string;
  readonly reversibility: string;
}
export interface CardShape {
  readonly title: string;
  readonly risk_level: string;
  readonly risk_reasons: readonly string[];
  readonly reversibility: string | null;
  readonly environment: string;
  readonly worker_id: string;
  readonly task_name: string;
  readonly steps: readonly CardStepShape[];
  readonly targets: readonly string[];
  readonly plan_hash: string | null;
  readonly votes: readonly { readonly voter: string; readonly risk_level: string; readonly reason: string }[];
  readonly dissent: boolean;
  readonly quorum: number;
  readonly instruction: { readonly lines: readonly string[]; readonly more: number };
  readonly score: number;
  readonly warnings: readonly string[];
  /** What it reaches, in one word: none, reversible, recoverable or destructive; then line by line. Older servers say nothing. */
  readonly blast_radius?: { readonly word: string; readonly lines: readonly string[] } | null;
  /** Only of stages of a recovery run. */
  readonly recovery?: { readonly run_id: string; readonly stage: number; readonly stages: number; readonly direction: string; readonly name: string; readonly drill: boolean; readonly earlier: readonly string[] };
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN';
export interface ExecutionShape {
  readonly execution_id: string;
  readonly approval_id: string;
  readonly environment: string;
  readonly worker_id: string;
  readonly step: number;
  readonly command: string;
  readonly status: ExecutionStatus;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly output: string | null;
  readonly error_code: string | null;
  readonly receipt: string | null;
  readonly resolution: { readonly outcome: string; readonly note: string; readonly by: string } | null;
}

export interface RequestShape {
  readonly request_id: string;
  readonly created_at: string;
  readonly status: RequestStatus;
  readonly worker_id: string;
  readonly task_name: string;
  readonly instruction: string;
  readonly deployment_env: string;
  readonly commands: readonly string[];
  readonly plan_hash: string | null;
  readonly risk_level: RiskLevelShape;
  readonly risk_reason: string;
  readonly quorum: number;
  readonly card: CardShape;
  readonly reasons: readonly ReasonShape[];
  readonly expires_at: string;
  /** Until when an approval may be executed. */
  readonly executable_until?: string | null;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly decision_note: string | null;
  readonly revoked_at?: string | null;
  readonly execute: boolean;
  /** RUNNING, PARTIAL, NOT_STARTED or how the last step ended; null: nothing was run. */
  readonly execution_status: string | null;
  readonly decisions?: readonly { readonly reviewer: string; readonly decision: string; readonly note: string | null; readonly decided_at: string }[];
  readonly executions?: readonly ExecutionShape[];
}

export interface ReasonShape {
  readonly code: string;
  readonly message: string;
  readonly step?: number;
}

export interface SubmittedShape {
  readonly needs_approval: boolean;
  readonly status: RequestStatus;
  readonly request: RequestShape;
  readonly risk: { readonly risk_level: string; readonly risk_reason: string };
  readonly deduped?: boolean;
}

export interface ExplainedShape {
  readonly status: 'AUTO_APPROVED' | 'PENDING' | 'AUTO_REJECTED';
  readonly risk_level: RiskLevelShape;
  readonly plan_hash: string | null;
  readonly reasons: readonly ReasonShape[];
  readonly explanation: readonly string[];
  readonly card: CardShape;
}

export interface CheckShape {
  readonly approved: boolean;
  readonly score: number;
  readonly missing_sections: readonly string[];
  readonly validation: Readonly<Record<string, string>>;
  readonly policy_checks: Readonly<Record<string, boolean>>;
}

export type KeyKindShape = 'agent' | 'reviewer' | 'operator' | 'delegate';
export interface KeyShape {
  readonly key_id: string;
  readonly kind: KeyKindShape;
  readonly subject: string | null;
  readonly worker_ids: readonly string[];
  readonly worker_prefixes: readonly string[];
  readonly environments: readonly string[];
  readonly owner: string | null;
  readonly revoked_at: string | null;
}
export interface NewKey {
  readonly kind: KeyKindShape;
  readonly subject?: string;
  readonly worker_ids?: readonly string[];
  readonly worker_prefixes?: readonly string[];
  readonly environments?: readonly string[];
  readonly owner?: string;
}
export interface ReviewerShape {
  readonly reviewer: string;
  readonly may_decide: boolean;
  readonly disabled: boolean;
  readonly telegram_user: string | null;
}
export interface LockShape {
  /** `*`: every environment. */
  readonly environment: string;
  readonly reason: string;
  readonly locked_by: string;
  readonly locked_at: string;
}
export interface PolicyShape {
  readonly version: number;
  readonly hash: string;
  /** YAML. */
  readonly policy: string;
  readonly applied_by: string;
  readonly applied_at: string;
}

export interface EventShape {
  readonly seq: number;
  readonly kind: string;
  readonly at: string;
  readonly [member: string]: unknown;
}
