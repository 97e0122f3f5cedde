/** Temporal's own server, for one machine, with the settings that keep it from waiting (docs/decisions). */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { WingmanError } from '../domain/errors';
import { freePort } from '../platform/free-port';
import { openLog } from '../platform/open-log';
import { SEARCH_ATTRIBUTES } from './names';

export interface TemporalServerOptions {
  readonly binary: string;
  /** Holds the server's SQLite file and its log. */
  readonly dir: string;
  readonly namespace: string;
  readonly port?: number;
  readonly uiPort?: number;
  /** Where the UI has what it shows decoded (api/temporal/codec-endpoint.ts). */
  readonly uiCodecEndpoint?: string;
  /** False: nothing is kept, for tests. */
  readonly persistent?: boolean;
  /** Told before it serves, so that whoever is killed meanwhile leaves a name for it. */
  readonly onSpawn?: (pid: number) => void;
}

export interface RunningTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * A dev server has one history shard, which by default reads its transfer queue at most 20 times a second: from the fifth
 * request on everything waits for the next 50 ms tick. Measured: an update-with-start 50.5 -> 14.1 ms with these values. One
 * partition, since a task in another one waits two seconds when it may not be forwarded (docs/decisions/0014).
 */
export const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.transferProcessorMaxPollHostRPS=10000',
  'history.visibilityProcessorMaxPollRPS=200',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
] as const;

const READY_MS = 60_000;

/** @throws WingmanError TEMPORAL_UNAVAILABLE when it does not serve within a minute */
export async function startTemporalServer(options: TemporalServerOptions): Promise<RunningTemporal> {
  mkdirSync(options.dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  const httpPort = await freePort();
  const metricsPort = await freePort();
  const log = openLog(join(options.dir, 'server.log'));
  const child = spawn(
    options.binary,
    [
      'server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1', '--log-level', 'warn',
      '--port', String(port), '--ui-port', String(uiPort), '--http-port', String(httpPort), '--metrics-port', String(metricsPort),
      '--namespace', options.namespace,
      ...(options.uiCodecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.uiCodecEndpoint]),
      ...(options.persistent === false ? [] : ['--db-filename', join(options.dir, 'temporal.db')]),
      ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
      ...Object.values(SEARCH_ATTRIBUTES).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
    ],
    { stdio: ['ignore', log, log], detached: true, env: { PATH: process.env['PATH'], HOME: options.dir } },
  );
  closeSync(log);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const address = `127.0.0.1:${String(port)}`;
  await untilServing(child, address, options);
  return { address, uiUrl: `http://127.0.0.1:${String(uiPort)}`, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function untilServing(child: ChildProcess, address: string, { dir, namespace, binary }: TemporalServerOptions): Promise<void> {
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = String(code ?? signal)));
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (ended !== null) throw new WingmanError('TEMPORAL_UNAVAILABLE', `${binary} ended at its start (${String(ended)}); see ${join(dir, 'server.log')}`);
    if (await isServing(address, namespace)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill('SIGKILL');
  throw new WingmanError('TEMPORAL_UNAVAILABLE', `the Temporal server does not answer at ${address}; see ${join(dir, 'server.log')}`);
}

async function isServing(address: string, namespace: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace });
      await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1, query: `${SEARCH_ATTRIBUTES.tenant.name} = 'x'` });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    // Not yet: the port is closed, the namespace is being made, or its search attributes are.
    return false;
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(late);
      done();
    });
    child.kill('SIGTERM');
  });
}
