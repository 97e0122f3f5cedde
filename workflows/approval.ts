/** One request, from the agent's ask to the last step that was executed. The arbiter is `domain/approval/approval.ts`; this is its clock. */
import {
  allHandlersFinished, condition, setCurrentDetails, setHandler, upsertSearchAttributes, uuid4,
} from '@temporalio/workflow';
import { applyEvent, isFinal, openApproval, raiseQuorum, type ApprovalEvent, type ApprovalState } from '../domain/approval/approval';
import { isUuid, type ReviewerId, type Sha256Hex } from '../domain/ids';
import { SEARCH_ATTRIBUTES } from '../temporal/names';
import { core, patientCore, voters } from './activity-proxies';
import { refusalFailure } from './failures';
import { createInTurn } from './in-turn';
import {
  cancelUpdate, decideSignal, decideUpdate, lookSignal, refreshUpdate, standingQuery, submitUpdate,
  type CancelInput, type DecideInput, type MintResult, type OpenedRequest, type Standing, type StepOutcome, type SubmitInput,
} from './messages';
import { runSteps } from './run-steps';
import type { ClosedRow } from '../activities/approval-activities';

export interface ApprovalResult {
  readonly status: ApprovalState['status'];
  readonly steps: readonly StepOutcome[];
}

/** @param asked a stage of a recovery run, whose parent starts this; everybody else submits by update */
export async function approval(asked?: SubmitInput): Promise<ApprovalResult> {
  let opened: OpenedRequest | null = null;
  let opening = false;
  let failed = false;
  let state: ApprovalState | null = null;
  let firstStep: MintResult | null = null;
  const takeTurn = createInTurn();

  const take = (row: OpenedRequest): OpenedRequest => {
    state = openApproval({ plan_hash: row.plan_hash as Sha256Hex | null, quorum: row.quorum, expires_at: row.expires_at }, row.status, row.opened_at);
    opened = row;
    setCurrentDetails(describe(row, state));
    return row;
  };

  const untilOpened = (): Promise<void> => condition(() => opened !== null || failed);

  setHandler(standingQuery, () => (opened === null || state === null ? null : standing(opened, state)));

  setHandler(
    submitUpdate,
    async (input) => {
      if (opening) {
        // A twin that arrived in the same breath: it waits for the one row and is answered as a duplicate.
        await untilOpened();
        if (opened === null) throw refusalFailure('DATABASE_UNAVAILABLE', 'the request could not be written; ask again');
        throw refusalFailure('DUPLICATE_REQUEST', 'the same request is waiting for a decision already', opened);
      }
      opening = true;
      try {
        return take(await core.openRequest({ input, approval_id: input.approval_id ?? uuid4() }));
      } catch (error) {
        // Nothing was written, so nothing is waiting: this run ends, and the same request starts a new one.
        failed = true;
        throw error;
      }
    },
    {
      validator: (input: SubmitInput) => {
        // Temporal hands over whatever was sent: a submit without a tenant is none of ours.
        if (typeof (input as Partial<SubmitInput> | undefined)?.tenant !== 'string') throw refusalFailure('INVALID_FIELD', 'this is no request');
        if (input.approval_id !== undefined && !isUuid(input.approval_id)) throw refusalFailure('INVALID_FIELD', 'this is no id of a request');
        if (opened === null || state === null) return;
        if (isFinal(state)) throw refusalFailure('NOT_PENDING', 'that request is decided', opened);
        throw refusalFailure('DUPLICATE_REQUEST', 'the same request is waiting for a decision already', opened);
      },
    },
  );

  /**
   * One decision at a time; what is waiting sees the state that the one before it left. The row is there before this run knows of it,
   * and whoever read it may be here already: they wait for the submit that writes it.
   */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => takeTurn(() => (opened === null && opening ? untilOpened().then(act) : act()));
  const follow = (row: ClosedRow): void => {
    if (state === null || opened === null || isFinal(state)) return;
    state = closedState(state, row);
    setCurrentDetails(describe(opened, state));
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: row.status }, { key: SEARCH_ATTRIBUTES.risk, value: opened.risk_level }]);
  };

  setHandler(
    decideUpdate,
    (input) =>
      inTurn(async () => {
        const { request, current } = pendingOf(opened, state);
        const next = applied(current, toEvent(input));
        const row = await core.recordDecision({
          approval_id: request.approval_id,
          tenant: request.tenant,
          input,
          closes: isFinal(next) ? (next.status as 'APPROVED' | 'REJECTED') : null,
          mint_first_step: next.status === 'APPROVED' && request.execute && request.steps > 0,
        });
        if ('refused' in row) throw refusalFailure(row.refused, row.message);
        if (row.closed !== null) {
          if (row.first_step !== null) firstStep = row.first_step;
          follow(row.closed);
          // The row may be another's: the first committed decision stands, and everybody learns the same.
          if (row.closed.by_this === false || row.closed.decided_by !== input.reviewer || !matches(row.closed, input)) {
            throw refusalFailure('ALREADY_DECIDED', `already ${row.closed.status} by ${row.closed.decided_by ?? 'policy'}`);
          }
        } else {
          state = next;
          setCurrentDetails(describe(request, next));
        }
        return standing(request, state ?? next);
      }),
    {
      // Synchronous: an async validator is not awaited and would refuse nothing.
      validator: (input: DecideInput) => {
        requireDecision(input);
        if (opened === null && opening) return;
        const { current } = pendingOf(opened, state);
        applied(current, toEvent(input));
      },
    },
  );

  setHandler(
    cancelUpdate,
    ({ by }) =>
      inTurn(async () => {
        const { request, current } = pendingOf(opened, state);
        applied(current, { kind: 'cancel', by });
        follow(await core.closeRequest({ approval_id: request.approval_id, tenant: request.tenant, status: 'CANCELLED', by }));
        return standing(request, state ?? current);
      }),
    {
      validator: (input: CancelInput) => {
        if (typeof (input as Partial<CancelInput> | undefined)?.by !== 'string') throw refusalFailure('INVALID_FIELD', 'this is no cancellation of ours');
        if (opened === null && opening) return;
        applied(pendingOf(opened, state).current, { kind: 'cancel', by: input.by });
      },
    },
  );

  setHandler(refreshUpdate, () =>
    inTurn(async () => {
      if (opened === null || state === null) throw refusalFailure('NOT_FOUND', 'nothing was submitted yet');
      const row = isFinal(state) ? null : await core.readClosed({ approval_id: opened.approval_id, tenant: opened.tenant });
      if (row !== null) follow(row);
      return standing(opened, state);
    }),
  );

  setHandler(decideSignal, async (payload) => {
    await patientCore.recordForgery({ approval_id: opened?.approval_id ?? null, tenant: opened?.tenant ?? null, what: typeof payload });
  });

  setHandler(lookSignal, () =>
    inTurn(async () => {
      if (opened === null || state === null || isFinal(state)) return;
      const row = await patientCore.readClosed({ approval_id: opened.approval_id, tenant: opened.tenant });
      if (row !== null) follow(row);
    }),
  );

  if (asked?.dr !== undefined) {
    opening = true;
    take(await patientCore.openRequest({ input: asked, approval_id: asked.dr.approval_id }));
  }
  await condition(() => state !== null || failed);
  const request = opened as OpenedRequest | null;
  if (request === null) {
    await condition(allHandlersFinished);
    throw refusalFailure('DATABASE_UNAVAILABLE', 'the request could not be written; nothing was changed');
  }
  if (request.ask_model && request.status === 'PENDING') void askModel(request);
  await untilClosed(request);
  const final = state as unknown as ApprovalState;
  const granted = final.status === 'APPROVED' || final.status === 'AUTO_APPROVED';
  const steps =
    granted && request.execute && request.steps > 0 ? await runSteps({ ...request, first: firstStep }) : [];
  await condition(allHandlersFinished);
  return { status: final.status, steps };

  async function untilClosed(row: OpenedRequest): Promise<void> {
    while (state !== null && !isFinal(state)) {
      const closed = await condition(() => state === null || isFinal(state), Math.max(1, row.expires_at - Date.now()));
      if (closed) return;
      await inTurn(async () => {
        if (state === null || isFinal(state) || Date.now() < row.expires_at) return;
        follow(await patientCore.closeRequest({ approval_id: row.approval_id, tenant: row.tenant, status: 'EXPIRED', by: null }));
      });
    }
  }

  async function askModel(row: OpenedRequest): Promise<void> {
    const vote = await voters.voteByModel({ approval_id: row.approval_id, tenant: row.tenant }).catch(() => null);
    if (state === null || isFinal(state)) return;
    const raised = await patientCore.applyModelVote({ approval_id: row.approval_id, tenant: row.tenant, vote });
    if (raised !== null && state !== null) state = raiseQuorum(state, raised.quorum);
  }
}

function pendingOf(opened: OpenedRequest | null, state: ApprovalState | null): { request: OpenedRequest; current: ApprovalState } {
  if (opened === null || state === null) throw refusalFailure('NOT_FOUND', 'nothing was submitted yet');
  return { request: opened, current: state };
}

/** Whoever reaches Temporal can send anything, also what our codec could not open; the signature is judged later, by an activity. */
function requireDecision(input: unknown): void {
  const { decision, reviewer, attestation } = (typeof input === 'object' && input !== null ? input : {}) as Partial<Record<keyof DecideInput, unknown>>;
  if ((decision !== 'APPROVE' && decision !== 'REJECT') || typeof reviewer !== 'string' || typeof attestation !== 'string') {
    throw refusalFailure('ATTESTATION_INVALID', 'this is no decision of ours');
  }
}

function toEvent(input: DecideInput): ApprovalEvent {
  return {
    kind: input.decision === 'APPROVE' ? 'approve' : 'reject',
    reviewer: input.reviewer as ReviewerId,
    note: input.note,
    plan_hash: input.plan_hash as Sha256Hex | null,
    attestation: input.attestation,
  };
}

function applied(state: ApprovalState, event: ApprovalEvent): ApprovalState {
  const result = applyEvent(state, event, Date.now());
  if ('refused' in result) throw refusalFailure(result.refused, result.message);
  return result.state;
}

function closedState(state: ApprovalState, row: ClosedRow): ApprovalState {
  const base = { terms: state.terms, decisions: state.decisions, decided_at: row.decided_at };
  switch (row.status) {
    case 'APPROVED':
    case 'REJECTED':
      return { ...base, status: row.status, decided_by: (row.decided_by ?? 'unknown') as ReviewerId };
    case 'CANCELLED':
      return { ...base, status: 'CANCELLED', cancelled_by: row.decided_by ?? 'unknown' };
    case 'EXPIRED':
      return { ...base, status: 'EXPIRED' };
  }
}

const matches = (row: ClosedRow, input: DecideInput): boolean =>
  row.status === (input.decision === 'APPROVE' ? 'APPROVED' : 'REJECTED');

function standing(request: OpenedRequest, state: ApprovalState): Standing {
  return {
    approval_id: request.approval_id,
    status: state.status,
    decided_by: 'decided_by' in state ? state.decided_by : null,
    approvals: state.decisions.filter(({ kind }) => kind === 'approve').length,
    quorum: state.terms.quorum,
  };
}

/** What Temporal's UI shows as the current state; no secrets, no agent's prose. */
function describe(request: OpenedRequest, state: ApprovalState): string {
  const by = 'decided_by' in state ? ` by ${state.decided_by}` : '';
  return `**${state.status}**${by} · risk ${request.risk_level} · ${request.environment} · quorum ${String(state.terms.quorum)}\n\n${request.summary}`;
}
