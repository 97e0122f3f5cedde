/** The acts of a recovery run: the next one with its card's facts, and how each ended, by rows and looks and nobody's word. */
import type { Pool } from 'pg';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import type { Observation } from '../domain/claim/claim';
import { allTrue, judgeProbes, saidOf } from '../domain/recovery/judge';
import { stageInstruction, stageTitle } from '../domain/recovery/instruction';
import { actOf, looksOf, stageOf, type DrAct, type DrLook } from '../domain/recovery/plan';
import { earlierLines } from '../domain/recovery/report';
import { describeState, nextMove, type DrEnd, type DrMove, type DrRunEnd } from '../domain/recovery/run';
import { worldOf } from '../domain/recovery/world';
import { isWingmanError, refusal } from '../domain/errors';
import { toTenantId } from '../domain/ids';
import { redact } from '../domain/secrets/redact';
import { storableJson, storableText } from '../domain/text/storable-text';
import { registryFor } from '../domain/policy/registry-for';
import { failpoint } from '../platform/failpoint';
import { sha256Hex } from '../security/digest';
import { readApproval, type ApprovalRow } from '../stores/approvals';
import { endOfRequest } from '../stores/dr-entries';
import { readDrRecord } from '../stores/dr-record';
import { openStage, readDrRun, requireDrRun, settledActs, type DrRun, type DrStageRow } from '../stores/dr-runs';
import { listExecutionsOfApproval, type ExecutionRow } from '../stores/executions';
import { readInventory } from '../stores/inventories';
import type { Ledger } from '../stores/ledger';
import { readPolicy } from '../stores/policies';
import { checkedObservations, type Asked } from './checked-observations';
import type { DrActivities, NextStage, OpenedStage, StageStanding } from '../workflows/dr-messages';

export interface DrStageParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly defaultHost: string;
}

export function createNextStage(parts: DrStageParts): DrActivities['nextStage'] {
  const { pool, ledger } = parts;
  return async ({ tenant: text, run_id, approval_id, patient }) => {
    const tenant = toTenantId(text);
    const found = await readDrRun(pool, tenant, run_id);
    if (found === null) return { kind: 'none' };
    const { run, stages } = found;
    // An earlier try of this activity, or a run that goes on after a crash.
    const open = openStage(stages);
    if (open !== null) return toOpened(parts, found, open);
    if (run.ended_at !== null) return { kind: 'closed', status: run.status as DrRunEnd, state: describeState(run.plan, settledActs(stages)) };
    if (run.status === 'PAUSED') return { kind: 'paused' };
    const acts = settledActs(stages);
    const move: DrMove = run.status === 'ABORTING' ? { kind: 'close', status: 'ABORTED' } : nextMove(run.plan, acts);
    try {
      if (move.kind === 'close') return await close(ledger, found, move.status);
      if (patient && !(await isInventoryFresh(pool, found))) return { kind: 'wait' };
      await openNext(parts, found, move, approval_id);
    } catch (error) {
      if (!isWingmanError(error) || (error.code !== 'DR_PAUSED' && error.code !== 'DR_STATE')) throw error;
      // Paused or aborted in this moment: what it says now is what counts.
      const again = await readDrRun(pool, tenant, run_id);
      if (again?.run.status === 'PAUSED') return { kind: 'paused' };
      if (again?.run.status === 'ABORTING' && openStage(again.stages) === null) return close(ledger, again, 'ABORTED');
      throw error;
    }
    failpoint('worker.after_stage_opened');
    const opened = await requireDrRun(pool, tenant, run_id);
    const row = openStage(opened.stages);
    if (row === null) throw refusal('DR_STATE', 'the stage that was opened is not there');
    return toOpened(parts, opened, row);
  };
}

/** What the gateway last told of the engine is younger than what the act before did: a card of an older world would be taken back at once. */
async function isInventoryFresh(pool: Pool, { run, stages }: DrRun): Promise<boolean> {
  const last = stages.at(-1);
  if (last === undefined || !last.began) return true;
  const [inventory, executions] = await Promise.all([readInventory(pool, run.environment), listExecutionsOfApproval(pool, toTenantId(run.tenant), last.approval_id)]);
  const done = Math.max(...executions.map(({ finished_at }) => finished_at?.getTime() ?? 0));
  return inventory !== null && Date.parse(inventory.as_of) >= done;
}

async function close(ledger: Ledger, { run, stages, controls }: DrRun, status: DrRunEnd): Promise<NextStage> {
  const state = describeState(run.plan, settledActs(stages));
  const last = stages.at(-1);
  const control = controls.at(-1);
  const why = status === 'ABORTED' && control !== undefined ? `aborted by ${control.reviewer}${control.note === null ? '' : `: ${control.note}`}` : status === 'COMPLETED' ? null : (last?.reason ?? null);
  const reason = why === null ? null : storableText(why.slice(0, 2000));
  await ledger.append({
    tenant: run.tenant, kind: 'dr.closed', idem: `dr-closed:${run.run_id}`, projection: {},
    body: canonicalJson({ run_id: run.run_id, drill: run.drill, status, state: storableText(state.slice(0, 4000)), reason }),
  });
  failpoint('worker.after_dr_closed');
  return { kind: 'closed', status, state };
}

async function openNext({ pool, ledger }: DrStageParts, found: DrRun, move: Extract<DrMove, { kind: 'open' }>, approval_id: string): Promise<void> {
  const { run, stages } = found;
  const tenant = toTenantId(run.tenant);
  const [policy, inventory, record] = await Promise.all([readPolicy(pool, tenant), readInventory(pool, run.environment), readDrRecord(pool, found)]);
  if (policy === null) throw refusal('CONFIG_MISSING', 'no policy is applied for this tenant');
  const position = stages.length + 1;
  let world: Json = null;
  try {
    world = storableJson(worldOf(actOf(run.plan, move.stage, move.direction), registryFor(policy.policy, run.environment), inventory));
  } catch (error) {
    // Commands that the policy no longer allows: the request itself is refused, with the reason.
    if (!isWingmanError(error)) throw error;
  }
  await ledger.append({
    tenant, kind: 'dr.stage_opened', idem: `dr-stage:${run.run_id}:${String(position)}`,
    body: canonicalJson({ run_id: run.run_id, drill: run.drill, position, stage: move.stage, direction: move.direction, name: stageOf(run.plan, move.stage).name, approval_id, world_sha256: sha256Hex(canonicalJson(world)) }),
    projection: { world, earlier: earlierLines(record.acts).map((line) => storableText(redact(line))) },
  });
}

/** All of it follows from the run's rows: a second asking gives the same request, and so the same child. */
function toOpened({ defaultHost }: DrStageParts, { run }: DrRun, row: DrStageRow): OpenedStage {
  const act: DrAct = actOf(run.plan, row.stage, row.direction);
  const { quorum, within_seconds, hold_seconds } = stageOf(run.plan, row.stage);
  const ask = { run_id: run.run_id, stage: row.stage, direction: row.direction, drill: run.drill, environment: run.environment };
  const content = {
    worker_id: run.worker_id, environment: run.environment, task_name: stageTitle(run.plan, ask), instruction: stageInstruction(run.plan, ask),
    // A drill is approved, and not executed: the database refuses it too, whoever asks.
    commands: act.commands, execute: !run.drill, ordered: true,
  };
  const fingerprint = sha256Hex(canonicalJson({ tenant: run.tenant, ...content, dr: { run_id: run.run_id, position: row.position } }));
  return {
    kind: 'stage', position: row.position, environment: run.environment,
    looks: looksOfAct(act, defaultHost),
    within_seconds, hold_seconds, summary: content.task_name,
    submit: {
      ...content, tenant: run.tenant, key_id: run.key_id, agent_owner: run.agent_owner, callback_url: null, fingerprint,
      dr: {
        run_id: run.run_id, position: row.position, stage: row.stage, stages: run.plan.stages.length, direction: row.direction, name: row.name, drill: run.drill,
        approval_id: row.approval_id, quorum, earlier: row.earlier,
      },
    },
  };
}

/** One address looked at from two hosts is two things; a gateway names its engine's host as it likes. */
const askedBy = ({ probe, host }: DrLook): Asked => (host === null ? { probes: [probe], host: 'engine', anyHost: true } : { probes: [probe], host });

/** A probe that names no host is looked at from the machine's own. */
const looksOfAct = (act: DrAct, defaultHost: string): readonly DrLook[] =>
  looksOf(act.probe).map((look) => ({ ...look, host: look.at === 'prober' ? (look.host ?? defaultHost) : null }));

export function createSettleStage({ pool, ledger, now, defaultHost }: DrStageParts): DrActivities['settleStage'] {
  return async ({ tenant: text, run_id, position, child_over, observations: received, before, over }): Promise<StageStanding> => {
    const tenant = toTenantId(text);
    const found = await requireDrRun(pool, tenant, run_id);
    const stage = found.stages.find((one) => one.position === position);
    if (stage === undefined) throw refusal('DR_STATE', 'there is no such stage');
    if (stage.settled !== null) return { kind: 'settled', end: stage.settled };
    const [approval, executions] = await Promise.all([readApproval(pool, tenant, stage.approval_id), listExecutionsOfApproval(pool, tenant, stage.approval_id)]);
    if (approval?.status === 'PENDING' && child_over) {
      // Its workflow was ended from outside: nobody could ever decide it.
      await ledger.appendTogether(endOfRequest(approval, 'wingman', 'its workflow was ended from outside', false));
      return settle(ledger, found, stage, { end: 'CANCELLED', began: false, reason: 'its workflow was ended from outside', evidence: null });
    }
    const ended = endByRows(found, stage, approval, executions, child_over);
    if (ended === 'waiting') return { kind: 'waiting' };
    if (ended !== 'executed') return settle(ledger, found, stage, ended);
    if (received === null) return { kind: 'look' };
    const act = actOf(found.run.plan, stage.stage, stage.direction);
    const at = new Date(now()).toISOString();
    const observations = looksOfAct(act, defaultHost).flatMap((look) => checkedObservations([askedBy(look)], received.filter((one) => look.host === null || one?.host === look.host), at));
    const verdicts = judgeProbes(act.probe, observations, at);
    const said = { began: !found.run.drill, reason: saidOf(verdicts), evidence: observations };
    if (found.run.drill) return settle(ledger, found, stage, { ...said, end: 'DRILLED' });
    if (found.run.status === 'ABORTING') return settle(ledger, found, stage, { ...said, end: 'ABORTED' });
    if (allTrue(verdicts)) {
      if (before === null && stageOf(found.run.plan, stage.stage).hold_seconds > 0) return { kind: 'holding' };
      return settle(ledger, found, stage, { ...said, end: 'DONE', evidence: before === null ? observations : [...before, ...observations] });
    }
    if (!over) return { kind: 'look' };
    return settle(ledger, found, stage, { ...said, end: 'NOT_PROVEN', reason: `not proven within ${String(stageOf(found.run.plan, stage.stage).within_seconds)} s: ${said.reason}` });
  };
}

interface Ended {
  readonly end: DrEnd;
  readonly began: boolean;
  readonly reason: string;
  readonly evidence: readonly Observation[] | null;
}

/** `executed`: every step succeeded (in a drill: was approved), and it has to be seen. The child's own word is not asked. */
function endByRows({ run }: DrRun, stage: DrStageRow, approval: ApprovalRow | null, executions: readonly ExecutionRow[], childOver: boolean): Ended | 'waiting' | 'executed' {
  const began = executions.length > 0;
  const withdrawn = (): Ended => ({ end: stage.withdrawn ?? 'CANCELLED', began, reason: stage.withdrawn_reason ?? 'withdrawn', evidence: null });
  if (approval === null) return childOver ? { end: 'CANCELLED', began, reason: 'the request could not be made', evidence: null } : 'waiting';
  switch (approval.status) {
    case 'PENDING':
      return 'waiting';
    case 'REJECTED':
      return { end: 'REJECTED', began, reason: `rejected by ${approval.decided_by ?? 'unknown'}${approval.decision_note === null ? '' : `: ${approval.decision_note}`}`, evidence: null };
    case 'EXPIRED':
      return { end: 'EXPIRED', began, reason: 'nobody decided in time', evidence: null };
    case 'CANCELLED':
      return stage.withdrawn === null ? { end: 'CANCELLED', began, reason: `cancelled by ${approval.decided_by ?? 'unknown'}`, evidence: null } : withdrawn();
    case 'AUTO_REJECTED':
      return { end: 'REFUSED', began, reason: approval.reasons.map(({ code, message }) => `${code}: ${message}`).join('; '), evidence: null };
    case 'APPROVED':
    case 'AUTO_APPROVED':
      return afterApproval(run, approval, executions, childOver);
  }
}

function afterApproval({ drill, status }: DrRun['run'], approval: ApprovalRow, executions: readonly ExecutionRow[], childOver: boolean): Ended | 'waiting' | 'executed' {
  if (drill) return status === 'ABORTING' ? { end: 'ABORTED', began: false, reason: 'aborted', evidence: null } : 'executed';
  const began = executions.length > 0;
  if (executions.some((one) => one.status === 'RUNNING')) return 'waiting';
  const failed = executions.find((one) => one.status !== 'SUCCEEDED');
  const done = executions.filter((one) => one.status === 'SUCCEEDED').length;
  if (failed === undefined && done >= approval.commands.length) return 'executed';
  // A step that failed ends its plan; what was only refused or revoked is known when the request's own workflow has ended.
  if (failed === undefined && !childOver) return 'waiting';
  const of = `${String(done)} of ${String(approval.commands.length)} commands succeeded`;
  if (status === 'ABORTING') return { end: 'ABORTED', began, reason: `aborted: ${of}${failed === undefined ? '' : `, ${failed.command} ended ${failed.status}`}`, evidence: null };
  if (failed !== undefined) {
    const output = failed.output === null || failed.output.trim() === '' ? '' : `: ${failed.output.trim().slice(-300)}`;
    return { end: 'FAILED', began, reason: `${failed.command} ended ${failed.status}${failed.error_code === null ? '' : ` ${failed.error_code}`}${output}; ${of}`, evidence: null };
  }
  const why = approval.revoked_at === null ? 'the rest was refused before it began; its request says why' : 'the approval was revoked';
  return { end: 'FAILED', began, reason: `${of}; ${why}`, evidence: null };
}

async function settle(ledger: Ledger, { run }: DrRun, stage: DrStageRow, { end, began, reason, evidence }: Ended): Promise<StageStanding> {
  const seen = evidence === null ? null : storableJson(evidence, redact);
  const [row] = await ledger.append({
    tenant: run.tenant, kind: 'dr.stage_settled', idem: `dr-settled:${run.run_id}:${String(stage.position)}`,
    body: canonicalJson({
      run_id: run.run_id, drill: run.drill, position: stage.position, stage: stage.stage, direction: stage.direction, approval_id: stage.approval_id, end, began,
      reason: storableText(redact(reason).slice(0, 2000)), evidence_sha256: seen === null ? null : sha256Hex(canonicalJson(seen)),
    }),
    projection: { evidence: seen },
  });
  if (row === undefined) throw new TypeError('the ledger returned no row');
  failpoint('worker.after_stage_settled');
  return { kind: 'settled', end: (JSON.parse(row.body) as { readonly end: DrEnd }).end };
}
