/** What happens when an agent types `docker …`: one request, its end on stdout and stderr, docker's exit code. */
import { isWingmanError } from '../../../domain/errors';
import type { Env } from '../../../platform/required-env';
import type { WingmanClient } from '../../sdk/client';
import { WingmanApiError, WingmanUnreachable } from '../../sdk/errors';
import type { RequestShape, SubmittedShape } from '../../sdk/shapes';
import { CliFailure, EXIT, failureText, toFailure } from '../exit';
import { dockerOutcome, EXIT_NOTHING_RAN } from './docker-outcome';
import { askFor, followRequest } from './follow-request';
import { prepareCall, type PreparedCall } from './prepare-call';
import { toCommandLine } from './to-command-line';

export interface DockerCall {
  /** As the shell gave them, without the program. */
  readonly args: readonly string[];
  readonly env: Env;
  /** Where it was typed. */
  readonly dir: string;
  readonly client: () => WingmanClient;
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
  /** Fires on Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Called once the request exists. */
  readonly asked: (id: string) => void;
}

/** @returns the exit code; whatever goes wrong is said, and nothing is run then */
export async function runDocker(call: DockerCall): Promise<number> {
  const { args, env, out, say, interrupted, dir } = call;
  let prepared: PreparedCall | null = null;
  try {
    prepared = await prepareCall(['docker', ...args], dir);
    const command = toCommandLine(prepared.argv);
    const client = call.client();
    const submitted = await askFor(client, { command, face: 'the docker shim', env });
    call.asked(submitted.request.request_id);
    const end = await untilOver(client, submitted, say, interrupted);
    if (end === null) return EXIT.interrupted;
    const { exitCode, output, isOutputAnError, message } = dockerOutcome(end);
    if (output !== '') (isOutputAnError ? say : out)(output);
    if (message !== null) say(`wingman: ${message}\n`);
    if (exitCode === 0) await prepared.finish();
    return exitCode;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    say(`wingman: ${failureText(toFailure(error))}\n`);
    say(`${whatNow(error)}\n`);
    return EXIT_NOTHING_RAN;
  } finally {
    await prepared?.dispose();
  }
}

/** Null: Ctrl-C. */
async function untilOver(client: WingmanClient, submitted: SubmittedShape, say: DockerCall['say'], interrupted: AbortSignal): Promise<RequestShape | null> {
  try {
    interrupted.throwIfAborted();
    return await followRequest(client, submitted.request, (request) => say(`wingman: ${progressOf(request)}\n`), interrupted);
  } catch (error) {
    if (!interrupted.aborted) throw error;
    say(`\nwingman: ${await withdraw(client, submitted)}\n`);
    return null;
  }
}

function progressOf({ status, request_id, risk_level, decided_by }: RequestShape): string {
  if (status === 'PENDING') return `${risk_level} risk: waiting for a person to decide on ${request_id}. Ctrl-C withdraws it.`;
  return `${status}${decided_by === null ? '' : ` by ${decided_by}`}`;
}

/**
 * Takes back what waits, so that what was given up here is not run an hour later. What was decided already goes on, as the
 * engine would go on with what docker had sent it; what another call of this agent asked for is not this one's to withdraw.
 */
export async function withdraw(client: WingmanClient, { request: { request_id }, deduped }: SubmittedShape): Promise<string> {
  const stays = `wingman wait ${request_id}`;
  if (deduped === true) return `the same request was waiting already and stays: ${stays}`;
  try {
    const { status } = await client.get(request_id);
    if (status !== 'PENDING') return `${status} already; what was begun goes on: ${stays}`;
    const cancelled = await client.cancel(request_id, 'interrupted where it was typed');
    return cancelled.status === 'CANCELLED' ? `withdrawn: ${request_id} is CANCELLED, and nothing was run` : `${cancelled.status} in that very moment: ${stays}`;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `it could not be withdrawn (${failureText(toFailure(error))}); it may still be approved and run: ${stays}`;
  }
}

/** All that a call can end in without anybody's fault here. */
const isRefusal = (error: unknown): boolean => isWingmanError(error) || error instanceof WingmanApiError || error instanceof WingmanUnreachable || error instanceof CliFailure;

function whatNow(error: unknown): string {
  if (error instanceof WingmanUnreachable) return 'Nothing was permitted while Wingman is away. Whether the call arrived is not known: look with `wingman pending` before you type it again.';
  return 'Nothing was run. This `docker` goes through Wingman: it takes what docs/commands.md lists, one command at a time, without a shell.';
}
