/** The built command as people and scripts run it: a process of its own, with or without a terminal. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until';

const MAIN = join(__dirname, '..', '..', '..', 'dist', 'clients', 'cli', 'main.js');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Standard input that stays open, and says nothing. */
  readonly keepStdin?: true;
}

export function startWingman(args: readonly string[], { env = {}, stdin, keepStdin }: RunOptions = {}): Started {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built; run \`npm run build\` before this suite`);
  return follow(spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], ...env }, stdio: ['pipe', 'pipe', 'pipe'] }), keepStdin === true ? null : (stdin ?? ''));
}

export const runWingman = (args: readonly string[], options: RunOptions = {}): Promise<Ended> => startWingman(args, options).ended;

/**
 * On a terminal of its own (by `script`, which is on every Debian), where both streams are one: `out`. Types each answer once
 * its question is on the screen. Ctrl-C is `\u0003`.
 */
export async function onTerminal(args: readonly string[], env: Readonly<Record<string, string>>, typed: readonly (readonly [question: string, answer: string])[]): Promise<Ended> {
  const line = [process.execPath, MAIN, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qfec', line, '/dev/null'], { env: { PATH: process.env['PATH'], TERM: 'xterm', ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const started = follow(child, null);
  for (const [question, answer] of typed) {
    await until(`the question ${question}`, () => started.out().includes(question));
    child.stdin?.write(answer);
  }
  return started.ended;
}

function follow(child: ChildProcess, stdin: string | null): Started {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  // A command that reads no input may be gone before it is written.
  child.stdin?.on('error', () => undefined);
  if (stdin !== null) child.stdin?.end(stdin);
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, out: () => out, err: () => err, ended };
}
