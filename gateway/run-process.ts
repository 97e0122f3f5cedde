/** Runs one registered program: no shell, no inherited environment, no input, a process group of its own, a deadline. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { stat } from 'node:fs/promises';
import type { StepResult } from '../domain/command/action';
import { WingmanError } from '../domain/errors';
import { byteBudget, createBoundedOutput } from './bounded-output';
import { resolveUser } from './resolve-user';
import { StepFailure } from './step-failure';

export interface ProcessOptions {
  /** Exact; `argv[0]` is an absolute path. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Name of /etc/passwd or numeric uid; null is the gateway's own. */
  readonly user: string | null;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

/** From SIGTERM to SIGKILL, and from there until the gateway stops waiting for a process that cannot die. */
const GRACE_MS = 2_000;
/** After the program's end, for output still in the pipes. A child that it left behind may hold them open for ever. */
const DRAIN_MS = 250;

/**
 * Resolves with the exit code (128 + number for a signal, as shells have it) and stdout and stderr in order of arrival.
 * What the program left running in its process group is killed when it ends.
 *
 * @throws StepFailure TIMED_OUT at the deadline, or the signal's own code; `output` is what was printed until then
 * @throws WingmanError CONFIG_INVALID when program, directory or user are not there; nothing has run then
 */
export async function runProcess(options: ProcessOptions): Promise<StepResult> {
  const [program, ...args] = options.argv;
  if (program === undefined || !program.startsWith('/'))
    throw invalid('a registered command needs an absolute program', { program });
  await requireDirectory(options.cwd);
  const identity = options.user === null ? {} : await resolveUser(options.user);
  if (options.signal.aborted) throw cutOffReason(options.signal.reason);

  const output = createBoundedOutput(byteBudget(options.maxOutputBytes));
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...options.env },
    ...identity,
    detached: true,
    shell: false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));

  const cut = cutOffWhenDue(child, options);
  try {
    const exitCode = await ended(child, cut.givenUp, program, options.user);
    const reason = cut.reason();
    if (reason !== undefined) throw new StepFailure(reason, output.text());
    return { exit_code: exitCode, output: output.text() };
  } finally {
    cut.dispose();
    killGroup(child, 'SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

interface CutOff {
  reason(): WingmanError | undefined;
  /** Resolves when even SIGKILL did not end it in time. */
  readonly givenUp: Promise<void>;
  dispose(): void;
}

function cutOffWhenDue(child: ChildProcess, { timeoutMs, signal }: ProcessOptions): CutOff {
  let reason: WingmanError | undefined;
  const timers: NodeJS.Timeout[] = [];
  let giveUp: () => void = () => undefined;
  const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
  const cut = (why: WingmanError): void => {
    if (reason !== undefined) return;
    reason = why;
    killGroup(child, 'SIGTERM');
    timers.push(
      setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS),
      setTimeout(giveUp, 2 * GRACE_MS),
    );
  };
  const onAbort = (): void => cut(cutOffReason(signal.reason));
  timers.push(
    setTimeout(
      () => cut(new WingmanError('TIMED_OUT', `the command ran longer than ${String(timeoutMs)} ms`)),
      timeoutMs,
    ),
  );
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    reason: () => reason,
    givenUp,
    dispose() {
      timers.forEach((timer) => clearTimeout(timer));
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function ended(child: ChildProcess, givenUp: Promise<void>, program: string, user: string | null): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(spawnFailure(error, program, user)));
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      const drained = setTimeout(() => resolve(exitCode), DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drained);
        resolve(exitCode);
      });
    });
    void givenUp.then(() => resolve(128 + constants.signals.SIGKILL));
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  // A child that was never started has no pid; a group 0 would be the gateway's own.
  if (child.pid === undefined || child.pid <= 1) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: all of the group has ended, which is what was wanted.
  }
}

function cutOffReason(reason: unknown): WingmanError {
  return reason instanceof WingmanError
    ? reason
    : new WingmanError('TIMED_OUT', 'the command was cut off', {}, { cause: reason });
}

function spawnFailure(error: NodeJS.ErrnoException, program: string, user: string | null): WingmanError {
  const why: Readonly<Record<string, string>> = {
    ENOENT: `${program} is not there`,
    EACCES: `${program} may not be executed`,
    EPERM: `the gateway may not run programs as ${user ?? 'itself'}`,
    E2BIG: 'arguments and environment are too large',
  };
  return invalid(
    why[error.code ?? ''] ?? `${program} could not be started (${error.code ?? error.message})`,
    { program, reason: error.code },
    error,
  );
}

async function requireDirectory(path: string): Promise<void> {
  const facts = await stat(path).catch((error: unknown) => {
    throw invalid(`the working directory ${path} is not there`, { cwd: path }, error);
  });
  if (!facts.isDirectory()) throw invalid(`the working directory ${path} is no directory`, { cwd: path });
}

const invalid = (message: string, details: Record<string, string | undefined>, cause?: unknown): WingmanError =>
  new WingmanError('CONFIG_INVALID', message, details, { cause });
