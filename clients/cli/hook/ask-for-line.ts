/** A line that is Wingman's affair: asked for, followed to its end, and told to the agent as the reason of a denial. */
import type { Env } from '../../../platform/required-env';
import { sha256Hex } from '../../../security/digest';
import type { WingmanClient } from '../../sdk/client';
import { WingmanApiError, WingmanUnreachable } from '../../sdk/errors';
import type { RequestShape, SubmittedShape } from '../../sdk/shapes';
import { explained } from '../exit';
import { dockerOutcome, EXIT_NOTHING_RAN } from '../shim/docker-outcome';
import { askFor, followRequest } from '../shim/follow-request';
import { withdraw } from '../shim/run-docker';
import { cutOutput, denied, type HookAnswer } from './hook-answer';

const INSTEAD = 'Instead: run the docker command alone, as one call, without pipes, redirections, substitutions or other commands around it. Wingman then asks for it and gives you its whole output.';

export interface AskingCall {
  readonly env: Env;
  readonly client: () => Promise<WingmanClient>;
  readonly waitSeconds: number;
  /** Fires when the agent's program ends the hook. */
  readonly ended: AbortSignal;
}

export interface Governed {
  readonly command: string;
  readonly callId: string | null;
  /** Why it is no plan by itself; it is sent all the same: the refusal is recorded, and an operator may have registered exactly this. */
  readonly why: string | null;
}

export async function askForLine(call: AskingCall, governed: Governed): Promise<HookAnswer> {
  let client: WingmanClient;
  try {
    // Before the clock runs: loading what asks is no time in which Wingman could have answered.
    client = await call.client();
  } catch (error) {
    return refused(error, governed.why);
  }
  // Not AbortSignal.any of a timeout signal: Node 20 may forget that one, and an agent lets through what a hook keeps waiting.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), call.waitSeconds * 1_000);
  try {
    return await askAndFollow(call, client, governed, late.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function askAndFollow(call: AskingCall, client: WingmanClient, { command, callId, why }: Governed, late: AbortSignal): Promise<HookAnswer> {
  let submitted: SubmittedShape;
  try {
    submitted = await askFor(client, { command, face: 'the pre-tool hook', env: call.env, signal: late, ...(callId === null ? {} : { idempotencyKey: keyOf(callId, command) }) });
  } catch (error) {
    if (late.aborted) return denied(`Wingman did not answer within ${String(call.waitSeconds)} s. Whether the request arrived is not known: look with \`wingman pending\` before you ask again. Nothing is permitted meanwhile, and nothing was run here.`);
    return refused(error, why);
  }
  const { request_id } = submitted.request;
  const stop = new AbortController();
  for (const signal of [late, call.ended]) signal.addEventListener('abort', () => stop.abort(), { once: true });
  try {
    if (call.ended.aborted || late.aborted) stop.abort();
    stop.signal.throwIfAborted();
    return told(await followRequest(client, submitted.request, () => undefined, stop.signal));
  } catch (error) {
    if (call.ended.aborted) return denied(`Interrupted, and not run here. Wingman: ${await withdraw(client, submitted)}`);
    const stays = `Do not run it here and do not ask again: it runs by itself, once, when it is approved. To go on waiting: wingman wait ${request_id}`;
    if (late.aborted) return denied(`Not over after ${String(call.waitSeconds)} s: a person still has to decide on request ${request_id}, or it still runs. ${stays}`);
    return denied(`Wingman has the request ${request_id}, and how it stands is not known: ${explained(error)} ${stays}`);
  }
}

function told(end: RequestShape): HookAnswer {
  const { exitCode, output, message } = dockerOutcome(end);
  const { request_id, status, decided_by, executions = [] } = end;
  if (executions.length === 0 && exitCode === EXIT_NOTHING_RAN) return denied(`Wingman: ${message ?? status} (request ${request_id})`);
  const by = decided_by === null ? status : `${status} by ${decided_by}`;
  return denied(
    [
      `Wingman ran this for you, once, through its gateway: ${by}, exit code ${String(exitCode)}, request ${request_id}. That it is denied here only means that your own shell did not run it too. Do not run it again.`,
      ...(message === null ? [] : [message]),
      output === '' ? 'It printed nothing.' : `It printed:\n${cutOutput(output, request_id)}`,
    ].join('\n'),
  );
}

function refused(error: unknown, why: string | null): HookAnswer {
  const whyNot = why === null ? '' : `This line was not run: ${why}. `;
  if (error instanceof WingmanUnreachable) return denied(`${whyNot}${error.message} Nothing is permitted while it is away, and nothing was run; whether the request arrived is not known. Try again later, and tell your user if it stays away.`);
  if (error instanceof WingmanApiError && error.code === 'FORBIDDEN') return denied(`${whyNot}${explained(error)}\nThis hook takes a key of kind agent and no other. Nothing was run.`);
  return denied(`${whyNot}Wingman refused it: ${explained(error)}\nNothing was run. ${nextOf(why)}`);
}

function nextOf(why: string | null): string {
  if (why === null) return 'docs/commands.md lists what can be asked for. Do not look for another way to the same end.';
  return why.startsWith('wingman ') ? 'Tell your user that a person has to do this, or wait until one does.' : INSTEAD;
}

/** The same call told by two entries of the settings, or again after a crash, is one request. */
const keyOf = (callId: string, command: string): string => sha256Hex(`hook\n${callId}\n${command}`);
