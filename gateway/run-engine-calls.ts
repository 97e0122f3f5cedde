/** Drives a verb's generator: carries out each call that it yields, in order, and hands the reply back. */
import type { Readable } from 'node:stream';
import type { EngineCall, EngineReply, StepResult } from '../domain/command/action';
import type { Json } from '../domain/text/canonical-json';
import { WingmanError } from '../domain/errors';
import type { Engine } from './engine';
import { openHostFile, readVariables, requireMountable, writeHostFile } from './host-files';
import { StepFailure } from './step-failure';

export interface EngineRunOptions {
  /** The step's deadline, or its cancellation. */
  readonly signal: AbortSignal;
  /** Opens the tar stream of a registered build context, for calls with `context`. */
  readonly buildContext: (name: string, dockerfile: string) => Promise<Readable>;
  readonly maxOutputBytes: number;
}

/** After its failure or its deadline a verb may still put away what it made: this many calls, within this time in all. */
const CLEANUP_CALLS = 3;
const CLEANUP_MS = 4_000;

/**
 * Runs the calls to the verb's result. A call that fails is thrown into the generator, where a verb that left something
 * behind (`run`, at its deadline) may catch it, yield calls that clean up, and let it go on; the error comes out at the end
 * whatever it yields.
 *
 * @throws WingmanError of the first call that failed, with `details.calls`, how many had succeeded before: ENGINE_ERROR is a
 *         known failure (a StepFailure with the output until then if it was a build's); after ENGINE_UNAVAILABLE or TIMED_OUT with `details.sent` it is unknown whether that call took effect.
 */
export async function runEngineCalls(
  engine: Pick<Engine, 'call'>,
  calls: Generator<EngineCall, StepResult, EngineReply>,
  options: EngineRunOptions,
): Promise<StepResult> {
  let done = 0;
  let next = calls.next();
  while (next.done !== true) {
    let reply: EngineReply;
    try {
      reply = await carryOut(engine, next.value, options);
    } catch (error) {
      await cleanUp(engine, calls, error, options);
      throw counted(error, done);
    }
    done += 1;
    next = calls.next(reply);
  }
  return next.value;
}

async function carryOut(
  engine: Pick<Engine, 'call'>,
  call: EngineCall,
  options: EngineRunOptions,
): Promise<EngineReply> {
  const { signal, maxOutputBytes } = options;
  if (call.seconds !== undefined) return follow(engine, call, call.seconds, options);
  if (call.context !== undefined) {
    const buildContext = await options.buildContext(call.context.name, call.context.dockerfile);
    return engine.call(call, { signal, maxOutputBytes, buildContext });
  }
  const { file } = call;
  if (file !== undefined && 'from' in file) return engine.call(call, { signal, maxOutputBytes, buildContext: await openHostFile(file.from, file.tar) });
  if (file !== undefined) return engine.call(call, { signal, maxOutputBytes, sink: (bytes) => writeHostFile(file.into, file.tar === true, bytes) });
  return engine.call(await withHost(call), { signal, maxOutputBytes });
}

/** With the variables of its files, and with mounts that are where their card said. */
async function withHost(call: EngineCall): Promise<EngineCall> {
  const body = call.body as { readonly Env?: readonly string[]; readonly HostConfig?: { readonly Mounts?: readonly { readonly Type: string; readonly Source: string; readonly ReadOnly: boolean }[] } } | undefined;
  if (call.path !== '/containers/create' || body === undefined) return call;
  for (const { Type, Source, ReadOnly } of body.HostConfig?.Mounts ?? []) if (Type === 'bind') await requireMountable(Source, ReadOnly);
  if (call.env_files === undefined) return call;
  const variables = (await Promise.all(call.env_files.map(readVariables))).flat();
  return { ...call, body: { ...(body as Record<string, Json>), Env: [...variables, ...(body.Env ?? [])] } };
}

/** An engine whose answer begins with its first line may have none: then the time is the end as well. */
async function follow(engine: Pick<Engine, 'call'>, call: EngineCall, seconds: number, { signal, maxOutputBytes }: EngineRunOptions): Promise<EngineReply> {
  const over = AbortSignal.timeout((seconds + 1) * 1000);
  try {
    return await engine.call(call, { signal: AbortSignal.any([signal, over]), maxOutputBytes });
  } catch (error) {
    if (signal.aborted || !over.aborted) throw error;
    return { status: 200, stdout: '', stderr: '', json: [] };
  }
}

async function cleanUp(
  engine: Pick<Engine, 'call'>,
  calls: Generator<EngineCall, StepResult, EngineReply>,
  cause: unknown,
  options: EngineRunOptions,
): Promise<void> {
  // A signal of its own: the step's has often just fired.
  const signal = AbortSignal.timeout(CLEANUP_MS);
  try {
    let next = calls.throw(cause);
    for (let count = 0; next.done !== true && count < CLEANUP_CALLS; count += 1) {
      next = calls.next(await engine.call(next.value, { signal, maxOutputBytes: options.maxOutputBytes }));
    }
  } catch {
    // Either the cause itself, which most verbs do not catch, or a clean-up that failed: the cause is what is reported.
  }
}

function counted(error: unknown, calls: number): unknown {
  if (!(error instanceof WingmanError)) return error;
  const failure = new WingmanError(error.code, error.message, { ...error.details, calls }, { cause: error });
  return error instanceof StepFailure ? new StepFailure(failure, error.output) : failure;
}
