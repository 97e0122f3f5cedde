/** Recovery runs as the wire has them. Members may be added. */
export interface NewDrRun {
  readonly worker_id: string;
  readonly deployment_env?: string;
  /** The plan file's text (YAML), or the same as an object; docs/dr-plan.schema.json. */
  readonly plan: string | object;
  readonly drill?: boolean;
}

export interface DrRunSummary {
  readonly run_id: string;
  readonly name: string;
  readonly worker_id: string;
  readonly environment: string;
  readonly plan_hash: string;
  readonly drill: boolean;
  /** RUNNING, PAUSED, ABORTING; or its end: COMPLETED, COMPLETED_WITH_GAPS, STOPPED, ROLLED_BACK, ROLLBACK_FAILED, ABORTED. */
  readonly status: string;
  readonly reason: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
}

export interface DrActShape {
  readonly position: number;
  readonly stage: number;
  readonly direction: 'do' | 'undo';
  readonly name: string;
  readonly approval_id: string;
  readonly status: string | null;
  readonly opened_at: string;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly executions: readonly { readonly execution_id: string; readonly command: string; readonly status: string; readonly exit_code: number | null }[];
  readonly end: string | null;
  readonly began: boolean;
  readonly reason: string | null;
  readonly evidence_sha256: string | null;
  readonly settled_at: string | null;
}

export interface DrRunShape extends DrRunSummary {
  /** Stage by stage, what it has come to. */
  readonly state: string;
  /** The request that people have to decide now. */
  readonly waiting_for: string | null;
  readonly plan: { readonly name: string; readonly stages: readonly { readonly name: string; readonly commands: readonly string[] }[] };
  readonly stages: readonly DrActShape[];
  readonly controls: readonly { readonly action: string; readonly reviewer: string; readonly note: string | null; readonly at: string }[];
}

export interface DrReportShape {
  readonly run_id: string;
  readonly status: string;
  readonly state: string;
  readonly recovery_time_ms: number | null;
  readonly recovery_point: { readonly stage: number; readonly name: string; readonly at: string } | null;
  readonly acts: readonly DrActShape[];
}
