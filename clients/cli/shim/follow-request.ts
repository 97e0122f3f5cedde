/** One request from its ask to its end, for faces that run one command: the shim, the hook, `wingman wait`. */
import { optional, type Env } from '../../../platform/required-env';
import type { WingmanClient } from '../../sdk/client';
import type { NewRequest, RequestShape, SubmittedShape } from '../../sdk/shapes';
import { exitCodeOfRequest } from '../show-request';
import { CliFailure, EXIT } from '../exit';

export interface AskFor {
  readonly command: string;
  /** Which face it was, for the card. */
  readonly face: string;
  /** WINGMAN_WORKER, WINGMAN_ENV, WINGMAN_TASK, WINGMAN_INSTRUCTION. */
  readonly env: Env;
  /** Kept by a caller that may ask twice for the same thing. */
  readonly idempotencyKey?: string;
  /** Once it fires, nobody knows whether the request arrived. */
  readonly signal?: AbortSignal;
}

const LONGEST_TASK = 256;

/**
 * Wingman runs it the moment it is approved: nothing of this process is needed for that, and nothing can run it twice.
 *
 * @throws CliFailure when the environment names another engine; what `request` throws
 */
export async function askFor(client: WingmanClient, { command, face, env, idempotencyKey, signal }: AskFor): Promise<SubmittedShape> {
  if (command.startsWith('docker')) requireNoOtherEngine(env);
  const environment = optional(env, 'WINGMAN_ENV');
  const body: NewRequest = {
    worker_id: optional(env, 'WINGMAN_WORKER') ?? 'agent-1',
    task_name: optional(env, 'WINGMAN_TASK') ?? command.slice(0, LONGEST_TASK),
    // The same words each time: the same command typed again while it waits is then the same request.
    instruction: optional(env, 'WINGMAN_INSTRUCTION') ?? `Run exactly this one command, typed by the agent through ${face}.`,
    commands: [command],
    execute: true,
    ...(environment === null ? {} : { deployment_env: environment }),
  };
  return client.request(body, { idempotencyKey, signal });
}

/** Docker's client would go elsewhere with these; what is typed for one engine is not run on another. */
function requireNoOtherEngine(env: Env): void {
  for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT']) {
    const value = optional(env, name);
    if (value !== null) throw new CliFailure(`${name}=${value} names an engine, and the one that Wingman asks is the gateway's: unset ${name}; WINGMAN_ENV names an environment`);
  }
}

/**
 * Waits for the decision and for the end of what it runs, over restarts of the server.
 *
 * @param told how it stands, each time that changes
 */
export async function followRequest(client: WingmanClient, request: RequestShape, told: (request: RequestShape) => void, signal?: AbortSignal): Promise<RequestShape> {
  let now = request;
  if (now.status === 'PENDING') {
    told(now);
    now = await client.waitForDecision(now.request_id, signal);
    told(now);
  }
  return now.execute && exitCodeOfRequest(now) === EXIT.ok ? client.waitForExecution(now.request_id, signal) : now;
}
