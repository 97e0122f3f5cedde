/** The wire's shapes, as far as clients look at them. */
export type RequestStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED' | 'AUTO_APPROVED' | 'AUTO_REJECTED';

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
}

export interface ExecutionShape {
  readonly execution_id: string;
  readonly approval_id: string;
  readonly environment: string;
  readonly worker_id: string;
  readonly step: number;
  readonly command: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN';
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
  readonly risk_level: 'LOW' | 'MEDIUM' | 'HIGH';
  readonly risk_reason: string;
  readonly quorum: number;
  readonly card: CardShape;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly expires_at: string;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly decision_note: string | null;
  readonly execute: boolean;
  readonly execution_status: string | null;
  readonly decisions?: readonly { readonly reviewer: string; readonly decision: string; readonly note: string | null; readonly decided_at: string }[];
  readonly executions?: readonly ExecutionShape[];
}

export interface SubmittedShape {
  readonly needs_approval: boolean;
  readonly status: RequestStatus;
  readonly request: RequestShape;
  readonly risk: { readonly risk_level: string; readonly risk_reason: string };
  readonly deduped?: boolean;
}

export interface EventShape {
  readonly seq: number;
  readonly kind: string;
  readonly at: string;
  readonly [member: string]: unknown;
}
