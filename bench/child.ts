/**
 * A process beside the bench: a worker, ours or the floor's, for what is measured in memory and in deaths; a server, the API or the
 * floor's; a noisy tenant; or the callers of a server. Speaks over IPC.
 */
import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { startApi, type ApiConfig } from '../api/start-api';
import { installRuntimeLog } from '../temporal/runtime-log';
import { startWorker, type WorkerConfig } from '../workers/start-worker';
import { caller } from './caller';
import { startEcho } from './echo';
import { NAMESPACE } from './floor';
import { openLoad, type LoadOrder } from './load';
import { openProfiler } from './profile';
import type { Sample } from './side';

export type ChildOrder =
  | { readonly kind: 'product'; readonly config: Omit<WorkerConfig, 'log'>; readonly forMemory?: boolean }
  | { readonly kind: 'floor'; readonly address: string; readonly queue: string; readonly bundle: string; readonly forMemory?: boolean }
  | ServerOrder
  | FloodOrder
  | LoadOrder;

export type ServerOrder = { readonly kind: 'echo' } | { readonly kind: 'api'; readonly config: Omit<ApiConfig, 'log'> };

export interface FloodOrder {
  readonly kind: 'flood';
  readonly url: string;
  readonly key: string;
}

export interface LoadShare {
  readonly operations: number;
  readonly concurrency: number;
}

/** What the child answers when it has started, and when it has stopped its profiler. */
export interface Started {
  /** Of a server. */
  readonly url: string | null;
}

export interface Profiled {
  readonly nodes: readonly Sample[] | null;
}

export interface MemoryReport {
  readonly rss: number;
  readonly heap: number;
}

let flood: (() => Promise<void>) | null = null;
let lanes: readonly Promise<void>[] = [];
let isFlooding = false;
let load: Awaited<ReturnType<typeof openLoad>> | null = null;

/** As fast as sixteen connections can; refusals for asking too fast are the normal answers. */
function floodOf({ url, key }: FloodOrder): () => Promise<void> {
  const call = caller(url);
  let count = 0;
  return async () => {
    while (isFlooding) {
      await call('POST', '/approvals/request', key, {
        worker_id: 'agent-1', task_name: `flood ${String((count += 1))}`, instruction: 'Do what the commands say.', commands: ['docker ps'], deployment_env: 'dev',
      }).catch(() => undefined);
    }
  };
}

async function setFlood(on: boolean): Promise<void> {
  isFlooding = on;
  if (on && flood !== null) lanes = Array.from({ length: 16 }, flood);
  else await Promise.all(lanes);
}

/** @returns where it serves, if it does */
async function start(order: ChildOrder): Promise<string | null> {
  if (order.kind === 'flood') {
    flood = floodOf(order);
    return null;
  }
  if (order.kind === 'load') {
    load = await openLoad(order);
    return null;
  }
  if (order.kind === 'echo') return startEcho();
  if (order.kind === 'api') return (await startApi({ ...order.config, log: pino({ level: 'silent' }) })).url;
  if (order.kind === 'product') {
    await startWorker({ ...order.config, log: pino({ level: 'silent' }) });
    return null;
  }
  installRuntimeLog(pino({ level: 'silent' }));
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: order.address }), namespace: NAMESPACE, taskQueue: order.queue,
    workflowBundle: { codePath: order.bundle }, activities: { act: () => Promise.resolve('acted') },
    maxCachedWorkflows: 3_000, workflowThreadPoolSize: 2,
  });
  worker.run().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
  return null;
}

const profiler = openProfiler();

async function setProfiling(on: boolean): Promise<Profiled> {
  if (!on) return { nodes: await profiler.stop() };
  await profiler.start();
  return { nodes: null };
}

process.on('message', (message: { readonly start?: ChildOrder; readonly memory?: true; readonly flood?: boolean; readonly profile?: boolean; readonly load?: LoadShare }) => {
  if (message.start !== undefined) {
    void start(message.start).then((url) => process.send?.({ url } satisfies Started));
  } else if (message.profile !== undefined) {
    void setProfiling(message.profile).then((profiled) => process.send?.(profiled));
  } else if (message.flood !== undefined) {
    void setFlood(message.flood).then(() => process.send?.({ flood: message.flood }));
  } else if (message.load !== undefined) {
    const { operations, concurrency } = message.load;
    const answer = (failure: string | null): void => void process.send?.({ failure });
    void load?.(operations, concurrency).then(() => answer(null), (error: unknown) => answer(String(error)));
  } else if (message.memory === true) {
    globalThis.gc?.();
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ memory: { rss, heap: heapUsed } satisfies MemoryReport });
  }
});
