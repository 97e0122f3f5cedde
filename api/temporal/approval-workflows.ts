/** The API's side of the approval workflow: start-or-find, decide, cancel. Everything Temporal throws becomes one of our codes here. */
import { randomUUID } from 'node:crypto';
import {
  isGrpcServiceError, WithStartWorkflowOperation, WorkflowNotFoundError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import { ERROR_CODES, WingmanError, type ErrorCode } from '../../domain/errors';
import { redact } from '../../domain/secrets/redact';
import { APPROVAL_WORKFLOW, approvalWorkflowId, SEARCH_ATTRIBUTES } from '../../temporal/names';
import type { approval } from '../../workflows/approval';
import { createTurns } from '../http/turns';
import {
  cancelUpdate, decideUpdate, refreshUpdate, submitUpdate,
  type CancelInput, type DecideInput, type OpenedRequest, type Standing, type SubmitInput,
} from '../../workflows/messages';

export interface SubmittedRequest {
  readonly opened: OpenedRequest;
  readonly deduped: boolean;
}

export interface ApprovalWorkflows {
  submit(input: SubmitInput): Promise<SubmittedRequest>;
  /** Exactly this run again, whose row is written already. */
  submitAgain(where: WorkflowPlace, input: SubmitInput): Promise<void>;
  decide(where: WorkflowPlace, input: DecideInput): Promise<Standing>;
  cancel(where: WorkflowPlace, input: CancelInput): Promise<Standing>;
  refresh(where: WorkflowPlace): Promise<void>;
}

export interface WorkflowPlace {
  readonly workflow_id: string;
  readonly run_id: string;
}

const DEADLINE_MS = 8_000;
/** How many decided twins of one request may still be executing before a new one has to wait. */
const MAX_TWINS = 8;
/** Of one agent at once at the engine; a stampede of one agent is not to stand before everybody else's requests. */
const ABREAST_PER_AGENT = 4;

export function createApprovalWorkflows({ client, taskQueue }: { readonly client: Client; readonly taskQueue: string }): ApprovalWorkflows {
  /** The same request from the same agent, arriving many times at once, is one call. */
  const flights = new Map<string, Promise<OpenedRequest>>();

  const within = <T>(act: () => Promise<T>): Promise<T> => client.connection.withDeadline(Date.now() + DEADLINE_MS, act).catch((error: unknown) => {
      throw fromTemporal(error);
    });

  const turns = createTurns(ABREAST_PER_AGENT);
  const submitOnce = (input: SubmitInput): Promise<SubmittedRequest> => turns.run(`${input.tenant}:${input.worker_id}`, () => submitNow(input));

  const submitNow = async (input: SubmitInput): Promise<SubmittedRequest> => {
    const first = approvalWorkflowId(input.tenant, input.fingerprint, taskQueue);
    let workflowId = first;
    for (let twin = 0; twin < MAX_TWINS; twin += 1) {
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof approval>(APPROVAL_WORKFLOW, {
        workflowId,
        taskQueue,
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
        typedSearchAttributes: new TypedSearchAttributes([
          { key: SEARCH_ATTRIBUTES.tenant, value: input.tenant },
          { key: SEARCH_ATTRIBUTES.agent, value: input.worker_id },
          { key: SEARCH_ATTRIBUTES.environment, value: input.environment },
          { key: SEARCH_ATTRIBUTES.status, value: 'SUBMITTED' },
        ]),
        staticSummary: redact(`${input.worker_id} · ${input.environment} · ${input.task_name}`).slice(0, 200),
        staticDetails: redact((input.commands ?? []).map((command, step) => `${String(step + 1)}. \`${command}\``).join('\n')).slice(0, 15_000),
      });
      try {
        // A fresh update id: a constant one would give a later request the answer of an earlier one.
        const opened = await within(() => client.workflow.executeUpdateWithStart(submitUpdate, { args: [input], updateId: randomUUID(), startWorkflowOperation }));
        return { opened, deduped: false };
      } catch (error) {
        if (!(error instanceof TwinRequest)) throw error;
        if (error.code === 'DUPLICATE_REQUEST') return { opened: error.opened, deduped: true };
        // Decided and still executing: not this request any more. The next id follows from it, so that twins meet there too.
        workflowId = `${first}:${error.opened.approval_id}`;
      }
    }
    throw new WingmanError('OVERLOADED', 'too many requests of exactly this content are still executing; wait for one of them');
  };

  return {
    async submit(input) {
      const key = `${input.tenant}:${input.fingerprint}`;
      const flying = flights.get(key);
      if (flying !== undefined) {
        const opened = await flying;
        if (opened.status === 'PENDING') return { opened, deduped: true };
        return submitOnce(input);
      }
      const flight = submitOnce(input);
      const landed = flight.then(({ opened }) => opened);
      landed.catch(() => undefined);
      flights.set(key, landed);
      try {
        return await flight;
      } finally {
        flights.delete(key);
      }
    },
    async submitAgain({ workflow_id, run_id }, input) {
      await within(() => client.workflow.getHandle(workflow_id, run_id).executeUpdate(submitUpdate, { args: [input], updateId: randomUUID() }));
    },
    decide: ({ workflow_id, run_id }, input) =>
      within(() => client.workflow.getHandle(workflow_id, run_id).executeUpdate(decideUpdate, { args: [input], updateId: randomUUID() })),
    cancel: ({ workflow_id, run_id }, input) =>
      within(() => client.workflow.getHandle(workflow_id, run_id).executeUpdate(cancelUpdate, { args: [input], updateId: randomUUID() })),
    async refresh({ workflow_id, run_id }) {
      await within(() => client.workflow.getHandle(workflow_id, run_id).executeUpdate(refreshUpdate, { updateId: randomUUID() }));
    },
  };
}

/** Not an error of the caller: the workflow that is open for this content says which request it is. */
class TwinRequest extends WingmanError {
  constructor(
    code: 'DUPLICATE_REQUEST' | 'NOT_PENDING',
    readonly opened: OpenedRequest,
  ) {
    super(code, 'the same request is there already');
  }
}

/** Of gRPC's status codes. */
const DEADLINE_EXCEEDED = 4;

/** @returns a WingmanError for everything that Temporal refuses or cannot do now; other errors as they are */
export function fromTemporal(error: unknown): unknown {
  if (error instanceof WingmanError) return error;
  if (error instanceof WorkflowUpdateFailedError) return fromFailure(error.cause);
  if (error instanceof WorkflowNotFoundError) return new WingmanError('NOT_PENDING', 'this request is no longer waiting', {}, { cause: error });
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || (isGrpcServiceError(error) && Number(error.code) === DEADLINE_EXCEEDED)) {
    // What was sent may lie in a buffer and be taken when the engine goes on; whoever asked has to know that.
    return new WingmanError('TEMPORAL_UNAVAILABLE', 'the workflow engine did not answer in time and may still take this; look at the request before you ask again', {}, { cause: error });
  }
  if (isGrpcServiceError(error) || (error instanceof Error && error.name === 'ServiceError')) {
    return new WingmanError('TEMPORAL_UNAVAILABLE', 'the workflow engine is not available; try again', {}, { cause: error });
  }
  return error;
}

function fromFailure(cause: unknown): WingmanError {
  if (cause instanceof ApplicationFailure) {
    const code = cause.type as ErrorCode;
    const opened = cause.details?.[0] as OpenedRequest | undefined;
    if ((code === 'DUPLICATE_REQUEST' || code === 'NOT_PENDING') && opened !== undefined) return new TwinRequest(code, opened);
    if (ERROR_CODES.includes(code)) return new WingmanError(code, cause.message);
    if (cause.type === 'AcceptedUpdateCompletedWorkflow') return new WingmanError('NOT_PENDING', 'this request was decided in the same moment');
  }
  // The local activity ran out of its five seconds: the database is away, and nothing was written.
  return new WingmanError('DATABASE_UNAVAILABLE', 'the request could not be written; try again', {}, { cause });
}
