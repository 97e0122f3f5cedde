/**
 * The one arbiter of a recovery run: what comes next follows from the plan and from how its acts have ended so far, and from
 * nothing else. Pure; the database keeps the same order again (`wingman.project_dr_stage_opened`).
 */
import { assertNever } from '../errors';
import { stageOf, type DrDirection, type DrPlan, type DrRule } from './plan';

/** What a person may do to a run that is under way. */
export type DrAction = 'PAUSE' | 'RESUME' | 'ABORT';

/**
 * How one act ended. REFUSED: by the policy, before anybody was asked. FAILED: a command did not succeed. NOT_PROVEN: all commands
 * did, and the probe did not turn true and stay so in time. PAUSED and WORLD_CHANGED: the card was withdrawn, and a new one follows.
 */
export type DrEnd = 'DONE' | 'DRILLED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED' | 'REFUSED' | 'FAILED' | 'NOT_PROVEN' | 'PAUSED' | 'WORLD_CHANGED' | 'ABORTED';

export interface SettledAct {
  readonly stage: number;
  readonly direction: DrDirection;
  readonly end: DrEnd;
  /** A command of it was begun: something may have changed. */
  readonly began: boolean;
}

/** COMPLETED_WITH_GAPS: the last stage was reached past one that was rejected or failed, as the plan wanted. */
export type DrRunEnd = 'COMPLETED' | 'COMPLETED_WITH_GAPS' | 'STOPPED' | 'ROLLED_BACK' | 'ROLLBACK_FAILED' | 'ABORTED';

export type DrMove =
  | { readonly kind: 'open'; readonly stage: number; readonly direction: DrDirection }
  | { readonly kind: 'close'; readonly status: DrRunEnd };

export function nextMove(plan: DrPlan, acts: readonly SettledAct[]): DrMove {
  const last = acts.at(-1);
  if (last === undefined) return { kind: 'open', stage: 1, direction: 'do' };
  switch (last.end) {
    case 'ABORTED':
      return { kind: 'close', status: 'ABORTED' };
    case 'PAUSED':
    case 'WORLD_CHANGED':
      return { kind: 'open', stage: last.stage, direction: last.direction };
    case 'DONE':
    case 'DRILLED':
      return last.direction === 'undo' ? nextUndo(plan, acts) : onward(plan, acts, last.stage);
    case 'REJECTED':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REFUSED':
      return last.direction === 'undo' ? { kind: 'close', status: 'ROLLBACK_FAILED' } : follow(plan, acts, stageOf(plan, last.stage).on_reject, last.stage);
    case 'FAILED':
    case 'NOT_PROVEN':
      return last.direction === 'undo' ? { kind: 'close', status: 'ROLLBACK_FAILED' } : follow(plan, acts, stageOf(plan, last.stage).on_failure, last.stage);
    default:
      return assertNever(last.end);
  }
}

function follow(plan: DrPlan, acts: readonly SettledAct[], rule: DrRule, stage: number): DrMove {
  if (rule === 'stop') return { kind: 'close', status: 'STOPPED' };
  if (rule === 'continue') return onward(plan, acts, stage);
  return nextUndo(plan, acts);
}

function onward(plan: DrPlan, acts: readonly SettledAct[], stage: number): DrMove {
  if (stage < plan.stages.length) return { kind: 'open', stage: stage + 1, direction: 'do' };
  const ends = lastEnds(acts);
  const whole = plan.stages.every((_, at) => isSuccess(ends.get(at + 1)?.end));
  return { kind: 'close', status: whole ? 'COMPLETED' : 'COMPLETED_WITH_GAPS' };
}

/** Newest first, down to the stage that the rule of the failed one names. */
function nextUndo(plan: DrPlan, acts: readonly SettledAct[]): DrMove {
  const failed = acts.findLast(({ direction, end }) => direction === 'do' && !isSuccess(end) && end !== 'PAUSED' && end !== 'WORLD_CHANGED');
  if (failed === undefined) return { kind: 'close', status: 'ROLLED_BACK' };
  const { on_reject, on_failure } = stageOf(plan, failed.stage);
  const rule = failed.end === 'FAILED' || failed.end === 'NOT_PROVEN' ? on_failure : on_reject;
  const down = typeof rule === 'object' ? rule.rollback_to : 0;
  const ends = lastEnds(acts);
  const undone = acts.filter(({ direction, end }) => direction === 'undo' && isSuccess(end)).map(({ stage }) => stage);
  for (let stage = failed.stage; stage > down; stage -= 1) {
    const act = ends.get(stage);
    // What never began left nothing to undo; a drill began nothing, and its undo is rehearsed all the same.
    if (act !== undefined && (act.began || act.end === 'DRILLED') && !undone.includes(stage)) return { kind: 'open', stage, direction: 'undo' };
  }
  return { kind: 'close', status: 'ROLLED_BACK' };
}

const isSuccess = (end: DrEnd | undefined): boolean => end === 'DONE' || end === 'DRILLED';

/** How each stage stands: its latest act in the direction of the plan. */
function lastEnds(acts: readonly SettledAct[]): ReadonlyMap<number, SettledAct> {
  return new Map(acts.filter(({ direction }) => direction === 'do').map((act) => [act.stage, act]));
}

/** The state that a run leaves, stage by stage, in words. */
export function describeState(plan: DrPlan, acts: readonly SettledAct[]): string {
  const ends = lastEnds(acts);
  return plan.stages
    .map(({ name }, at) => {
      const undo = acts.findLast(({ stage, direction }) => stage === at + 1 && direction === 'undo');
      return `${String(at + 1)} ${name}: ${words(ends.get(at + 1), undo)}`;
    })
    .join('; ');
}

function words(act: SettledAct | undefined, undo: SettledAct | undefined): string {
  if (undo !== undefined && isSuccess(undo.end)) return undo.end === 'DRILLED' ? 'drilled, and its undo too' : 'undone';
  const left = undo === undefined || undo.end === 'ABORTED' ? '' : `; its undo: ${END_WORDS[undo.end]}${undo.began ? ', begun' : ''}`;
  if (act === undefined) return 'not begun';
  return `${END_WORDS[act.end]}${isSuccess(act.end) ? '' : act.began ? ', begun: part of it may have happened' : ', nothing was done'}${left}`;
}

const END_WORDS: Readonly<Record<DrEnd, string>> = {
  DONE: 'done and proven',
  DRILLED: 'drilled',
  REJECTED: 'rejected',
  EXPIRED: 'not decided in time',
  CANCELLED: 'withdrawn',
  REFUSED: 'refused by the policy',
  FAILED: 'failed',
  NOT_PROVEN: 'executed, and not proven',
  PAUSED: 'withdrawn by a pause',
  WORLD_CHANGED: 'withdrawn, since the world had changed',
  ABORTED: 'aborted',
};
