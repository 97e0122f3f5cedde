/** The hook as a process: a call on stdin, one answer, and an end that no coding agent takes for a yes. */
import type { WingmanClient } from '../../sdk/client';
import { CliFailure, onInterrupt } from '../exit';
import { governCall } from './govern-call';
import { EXIT_DENIED, printAnswer } from './hook-answer';
import { readStdin } from './read-stdin';

/** For starting, and for withdrawing. */
export const SPARE_SECONDS = 60;

export interface HookRun {
  readonly waitSeconds: number;
  readonly programs: readonly string[];
  readonly client: () => Promise<WingmanClient>;
}

/** @returns the exit code */
export async function runHook({ waitSeconds, programs, client }: HookRun): Promise<number> {
  if (process.stdin.isTTY) throw new CliFailure('a coding agent starts this with its call on stdin; to set that up: wingman hook install', EXIT_DENIED);
  const ended = new AbortController();
  onInterrupt(() => ended.abort());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ended.abort());
  // Whatever hangs, it is a denial, and it comes before the agent's own limit: beyond that most of them let the call through.
  const backstop = setTimeout(() => {
    void printAnswer({ kind: 'deny', reason: 'Wingman did not come to an end with this call. Nothing was run here; look with `wingman pending`.' }, written(process.stdout), written(process.stderr)).then((code) => process.exit(code));
  }, (waitSeconds + SPARE_SECONDS / 2) * 1_000);
  const given = await governCall({ text: () => readStdin(waitSeconds * 1_000, ended.signal), env: process.env, client, programs, waitSeconds, ended: ended.signal });
  clearTimeout(backstop);
  return printAnswer(given, (text) => written(process.stdout)(text), (text) => written(process.stderr)(text));
}

const written = (stream: NodeJS.WriteStream) => (text: string) => new Promise<void>((resolve) => stream.write(text, () => resolve()));
