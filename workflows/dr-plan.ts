/**
 * A recovery run: one approval child per stage, the next one only when a look has shown the end of the one before. What comes next is
 * decided by the run's rows (activities/dr-stage.ts); this is its clock, and where a person's pause, resume and abort arrive.
 */
import {
  allHandlersFinished, condition, continueAsNew, getExternalWorkflowHandle, isCancellation, ParentClosePolicy, setCurrentDetails, setHandler, sleep, startChild, uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Observation } from '../domain/claim/claim';
import { APPROVAL_WORKFLOW, approvalWorkflowId, drWorkflowId, SEARCH_ATTRIBUTES } from '../temporal/names';
import { dr } from './activity-proxies';
import type { approval } from './approval';
import type { DrInput, DrResult, NextStage, OpenedStage } from './dr-messages';
import type { ControlInput } from './messages';
import { refusalFailure } from './failures';
import { createInTurn } from './in-turn';
import { lookAround } from './look-around';
import { controlUpdate, lookSignal } from './messages';

/** Between two looks; the last ones of a long wait are further apart. */
const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 10_000;
/** A pause that was written while Temporal was away is heard of at the latest after this. */
const PAUSED_LOOK = '10 minutes';

export async function drPlan(input: DrInput): Promise<DrResult> {
  // A second workflow for the same run would race the first one.
  if (workflowInfo().workflowId !== drWorkflowId(input.run_id)) throw refusalFailure('INVALID_FIELD', 'a recovery run has one workflow, of its own name');
  let changes = 0;
  let child: string | null = null;
  /** One control at a time. */
  const inTurn = createInTurn();
  const tellChild = async (): Promise<void> => {
    changes += 1;
    if (child !== null) await tell(child);
  };

  setHandler(
    controlUpdate,
    (control) =>
      inTurn(async () => {
        const row = await dr.recordControl({ ...input, input: control });
        if ('refused' in row) throw refusalFailure(row.refused as 'DR_STATE', row.message);
        await tellChild();
        return row;
      }),
    // Synchronous: an async validator is not awaited and would refuse nothing. The signature is judged by an activity.
    { validator: requireControl },
  );
  setHandler(lookSignal, () =>
    inTurn(async () => {
      // Without a card there is nothing to compare; the loop reads the rows by itself.
      if (child !== null) await dr.recheckWorld(input);
      await tellChild();
    }),
  );

  for (;;) {
    const seen = changes;
    const next = await nextStage();
    if (next.kind === 'none' || next.kind === 'closed') {
      setCurrentDetails(next.kind === 'none' ? 'there is no such run' : `**${next.status}**\n\n${next.state}`);
      await condition(allHandlersFinished);
      return { status: next.kind === 'none' ? 'NONE' : next.status };
    }
    if (next.kind === 'paused' || next.kind === 'wait') {
      setCurrentDetails('**PAUSED**');
      await condition(() => changes !== seen, PAUSED_LOOK);
    } else {
      setCurrentDetails(`**RUNNING** · ${next.summary}`);
      child = childOf(next);
      await runStage(next);
      child = null;
    }
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof drPlan>(input);
    }
  }

  /** The inventory follows an act within a tenth of a second; where nothing changed, it does not follow at all. */
  async function nextStage(): Promise<NextStage> {
    for (let tries = 0; tries < 12; tries += 1) {
      const next = await dr.nextStage({ ...input, approval_id: uuid4(), patient: true });
      if (next.kind !== 'wait') return next;
      await sleep(250);
    }
    return dr.nextStage({ ...input, approval_id: uuid4(), patient: false });
  }

  async function runStage(stage: OpenedStage): Promise<void> {
    const ask = { ...input, position: stage.position };
    const over = await startRequest(stage);
    let seen = 0;
    // Decided and executed, or taken back: the child ends with it. Its rows say how; its own word is not asked.
    while (!over()) {
      const changed = await condition(() => over() || changes !== seen, '5 minutes');
      if (over() || !changed) {
        if (!changed && (await dr.settleStage({ ...ask, child_over: false, observations: null, before: null, over: false })).kind !== 'waiting') break;
        continue;
      }
      seen = changes;
      while (!over() && (await dr.closeWithdrawn(ask)) === 'wait') await condition(over, '500 milliseconds');
      await tell(childOf(stage));
    }
    await prove(stage, over);
  }

  async function prove(stage: OpenedStage, over: () => boolean): Promise<void> {
    const ask = { ...input, position: stage.position };
    const { environment, looks, within_seconds, hold_seconds } = stage;
    let standing = await dr.settleStage({ ...ask, child_over: over(), observations: null, before: null, over: false });
    let before: readonly Observation[] | null = null;
    let deadline: number | null = null;
    for (let pause = FIRST_LOOK_MS; standing.kind !== 'settled'; pause = Math.min(LONGEST_LOOK_MS, pause * 1.5)) {
      const seen = changes;
      if (standing.kind === 'waiting') {
        await condition(() => changes !== seen, pause);
        standing = await dr.settleStage({ ...ask, child_over: over(), observations: null, before: null, over: false });
        continue;
      }
      deadline ??= Date.now() + within_seconds * 1000;
      if (standing.kind === 'holding') await condition(() => changes !== seen, hold_seconds * 1000);
      const observations = await lookAround(input.tenant, environment, looks, workflowInfo().taskQueue);
      standing = await dr.settleStage({ ...ask, child_over: over(), observations, before: standing.kind === 'holding' ? before : null, over: Date.now() >= deadline });
      before = standing.kind === 'holding' ? observations : null;
      if (standing.kind === 'look') await condition(() => changes !== seen, pause);
    }
  }
}

const childOf = ({ submit }: OpenedStage): string => approvalWorkflowId(submit.tenant, submit.fingerprint);

/** Starts the request of a stage, once; answers whether it has ended. */
async function startRequest(stage: OpenedStage): Promise<() => boolean> {
  const { submit, summary } = stage;
  let ended = false;
  try {
    const handle = await startChild<typeof approval>(APPROVAL_WORKFLOW, {
      workflowId: childOf(stage),
      args: [submit],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      searchAttributes: {
        [SEARCH_ATTRIBUTES.tenant.name]: [submit.tenant],
        [SEARCH_ATTRIBUTES.agent.name]: [submit.worker_id],
        [SEARCH_ATTRIBUTES.environment.name]: [submit.environment],
        [SEARCH_ATTRIBUTES.status.name]: ['SUBMITTED'],
      },
      staticSummary: `${submit.worker_id} · ${submit.environment} · ${summary}`.slice(0, 200),
    });
    handle.result().then(
      () => (ended = true),
      () => (ended = true),
    );
  } catch (error) {
    // The class is not exported to workflow code. It was started by an earlier run of this workflow, and goes on by itself.
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
  }
  return () => ended;
}

async function tell(child_id: string): Promise<void> {
  await getExternalWorkflowHandle(child_id).signal(lookSignal).catch((error: unknown) => {
    // It has ended, or has not begun: then it reads the row when it does.
    if (isCancellation(error)) throw error;
  });
}

/** Whoever reaches Temporal can send anything, also what our codec could not open. */
function requireControl(control: unknown): void {
  const { action, reviewer, note, n, attestation } = (typeof control === 'object' && control !== null ? control : {}) as Partial<Record<keyof ControlInput, unknown>>;
  const isForm = (action === 'PAUSE' || action === 'RESUME' || action === 'ABORT') && typeof reviewer === 'string' && (note === null || typeof note === 'string') && typeof n === 'number' && typeof attestation === 'string';
  if (!isForm) throw refusalFailure('ATTESTATION_INVALID', 'this is no pause, resume or abort of ours');
}
