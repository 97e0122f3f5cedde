/** Ledger entries of recovery runs that more than one process writes: what stops a run stops its card in the same transaction. */
import { canonicalJson } from '../domain/text/canonical-json';
import { sha256Hex } from '../security/digest';
import type { DrAction } from '../domain/recovery/run';
import { drillOf, type ApprovalRow } from './approvals';
import type { DrRun, DrStageRow } from './dr-runs';
import { openStage } from './dr-runs';
import type { LedgerEntry } from './ledger';

export interface DrControl {
  readonly action: DrAction;
  readonly reviewer: string;
  readonly note: string | null;
  readonly attestation: string;
}

/** @param nudge the workflow could not be told, and has to be told later of the card's end */
export function controlEntries({ run, stages, controls }: DrRun, approval: ApprovalRow | null, control: DrControl, nudge: boolean): readonly LedgerEntry[] {
  const { run_id, tenant, drill } = run;
  const { action, reviewer, note, attestation } = control;
  const entries: LedgerEntry[] = [{
    tenant, kind: 'dr.controlled', idem: `dr-control:${run_id}:${String(controls.length)}`,
    body: canonicalJson({ run_id, drill, action, reviewer, note, attestation_sha256: sha256Hex(attestation) }),
    projection: { attestation },
  }];
  const open = openStage(stages);
  if (action === 'RESUME' || open === null) return entries;
  // A pause lets what was approved go on to its end; an abort takes it back.
  const isUndecided = approval === null || approval.status === 'PENDING';
  if (action === 'PAUSE' && !isUndecided) return entries;
  const because = action === 'PAUSE' ? 'PAUSED' : 'ABORTED';
  const reason = `${action === 'PAUSE' ? 'paused' : 'aborted'} by ${reviewer}${note === null ? '' : `: ${note}`}`;
  if (open.withdrawn === null) entries.push(withdrawal(run, open, because, reason));
  if (approval !== null) entries.push(...endOfRequest(approval, reviewer, reason, nudge));
  return entries;
}

export function withdrawal({ run_id, tenant, drill }: DrRun['run'], { position }: DrStageRow, because: 'PAUSED' | 'WORLD_CHANGED' | 'ABORTED', reason: string): LedgerEntry {
  return {
    tenant, kind: 'dr.stage_withdrawn', idem: `dr-withdrawn:${run_id}:${String(position)}`,
    body: canonicalJson({ run_id, drill, position, because, reason }), projection: {},
  };
}

/** A card that waits is cancelled; an approval is revoked with all that was not begun. */
export function endOfRequest(approval: ApprovalRow, by: string, note: string, nudge: boolean): readonly LedgerEntry[] {
  const { tenant, request_id: approval_id } = approval;
  if (approval.status === 'PENDING') {
    const body = { approval_id, status: 'CANCELLED', decided_by: by, decision: null, note, ...drillOf(approval), ...(nudge ? { nudge } : {}) };
    return [{ tenant, kind: 'approval.closed', idem: `closed:${approval_id}`, body: canonicalJson(body), projection: {} }];
  }
  if (approval.status !== 'APPROVED' || approval.revoked_at !== null) return [];
  return [{ tenant, kind: 'approval.revoked', idem: `revoked:${approval_id}`, body: canonicalJson({ approval_id, by, ...drillOf(approval) }), projection: {} }];
}
