import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildOrder, FloodOrder, LoadShare, MemoryReport, Profiled, ServerOrder, Started } from './child';
import type { LoadOrder } from './load';
import type { Side } from './side';
import type { Profiler } from './side';
import type { World } from './world';

export interface WorkerProcess {
  memory(): Promise<MemoryReport>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

export interface Flood {
  begin(): Promise<void>;
  /** When the last of its requests is answered. */
  end(): Promise<void>;
}

export async function startWorkerProcess(world: World, order: ChildOrder): Promise<WorkerProcess> {
  const { child, kill } = await startChild(world, order);
  return {
    memory: async () => ((await ask(child, { memory: true })) as { readonly memory: MemoryReport }).memory,
    kill,
  };
}

export async function startFlood(world: World, order: FloodOrder): Promise<Flood> {
  const { child } = await startChild(world, order);
  return {
    begin: async () => void (await ask(child, { flood: true })),
    end: async () => void (await ask(child, { flood: false })),
  };
}

export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly profiler: Profiler;
}

export async function startServer(world: World, order: ServerOrder): Promise<ServerProcess> {
  const { child, url } = await startChild(world, order);
  return {
    pid: child.pid ?? 0,
    port: Number(new URL(url ?? '').port),
    profiler: {
      start: async () => void (await ask(child, { profile: true })),
      stop: async () => ((await ask(child, { profile: false })) as Profiled).nodes ?? [],
    },
  };
}

/** A side whose callers are a process of their own. */
export async function startLoad(world: World, order: LoadOrder): Promise<Side & Required<Pick<Side, 'many'>>> {
  const { child } = await startChild(world, order);
  const load = async (share: LoadShare): Promise<void> => {
    const { failure } = (await ask(child, { load: share })) as { readonly failure: string | null };
    if (failure !== null) throw new Error(failure);
  };
  return {
    once: () => load({ operations: 1, concurrency: 1 }),
    many: (operations, concurrency) => load({ operations, concurrency }),
  };
}

async function startChild(world: World, order: ChildOrder): Promise<{ readonly child: ChildProcess; readonly url: string | null; readonly kill: () => Promise<void> }> {
  // Two arenas: what the C allocator keeps for each of many threads says nothing about approvals.
  const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
  // Workflows live in threads whose heap nobody outside can collect: with this every collection there is a whole one.
  const execArgv = ['--expose-gc', ...('forMemory' in order && order.forMemory === true ? ['--max-semi-space-size=2', '--gc-global'] : [])];
  const child = fork(join(__dirname, 'child.js'), [], { execArgv, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  world.keep({ close: kill });
  const { url } = (await ask(child, { start: order })) as Started;
  return { child, url, kill };
}

async function ask(child: ChildProcess, message: object): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    const answer = Promise.race([
      once(child, 'message', { signal }).then(([reply]) => reply as unknown),
      once(child, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`the process beside the bench ended with ${String(code)}`))),
    ]);
    child.send(message);
    return await answer;
  } finally {
    answered.abort();
  }
}
