/** An agent's shell: the shim is its docker, and it holds an agent's key. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installShim } from '../../../../clients/cli/shim/install-shim';
import type { Ended } from '../run-wingman';

export interface Typed {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  readonly ended: Promise<Ended>;
}

export interface Shell {
  readonly dir: string;
  /** A line as an agent types it, in a process group of its own. */
  type(line: string, env?: Readonly<Record<string, string>>): Typed;
  run(line: string, env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Ends what a failed test left waiting. */
  close(): void;
}

export function openShell(agent: () => Readonly<Record<string, string>>): Shell {
  const children: ChildProcess[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'wingman-shim-'));
  installShim(dir);
  const type = (line: string, env: Readonly<Record<string, string>> = {}): Typed => {
    const child = spawn('bash', ['-c', line], { env: { PATH: `${dir}:/usr/bin:/bin`, ...agent(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    children.push(child);
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code: code ?? (signal === null ? null : 128), out, err })));
    return { child, out: () => out, err: () => err, ended };
  };
  return { dir, type, run: (line, env) => type(line, env).ended, close: () => children.forEach((child) => child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) };
}
