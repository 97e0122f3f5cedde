/** Wingman as it runs, in this process: API, worker and, where a row needs it, the gateway on the real engine. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { startApi, type ApiConfig } from '../api/start-api';
import { parsePolicyFile } from '../contracts/policy-file';
import { startGateway } from '../gateway/start-gateway';
import type { Running } from '../platform/running';
import { createKeyFiles } from '../security/keys/files';
import { loadApiKeys } from '../security/keys/load';
import { bootstrapTenant, type Credentials } from '../stores/bootstrap';
import { createPool } from '../stores/pool';
import { openClientConnection } from '../temporal/client-connection';
import { createDataConverter } from '../temporal/data-converter';
import { refreshUpdate } from '../workflows/messages';
import { startWorker, type WorkerConfig } from '../workers/start-worker';
import { caller } from './caller';
import { NAMESPACE } from './floor';
import { policySource, type Database, type World } from './world';

export interface Product extends Credentials {
  readonly dir: string;
  readonly url: string;
  readonly database: Database;
  readonly queue: string;
  readonly workerConfig: Omit<WorkerConfig, 'log'>;
  readonly apiConfig: Omit<ApiConfig, 'log'>;
  call<T>(method: string, path: string, key: string | null, body?: unknown): Promise<T>;
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** Asks for what policy allows by itself; a new request each time. */
  askAuto(): Promise<void>;
  /** Asks for what a person has to decide; a new request each time. @returns its id */
  askPending(execute?: boolean, command?: string): Promise<string>;
  approve(id: string): Promise<void>;
  /** A message that only a worker that holds this workflow can answer, and that changes nothing. */
  refresh(id: string): Promise<void>;
  /** A second tenant on the same processes, with the limits that every tenant has. */
  addTenant(tenant: string): Promise<Credentials>;
}

export interface ProductOptions {
  readonly gateway?: boolean;
  readonly worker?: boolean;
}

/** The limits are for people and agents, not for a bench. */
const unlimited = (text: string): string => text.replace(/^(\s+\w+_per_\w+): \d+$/gm, '$1: 100000');

export async function openProduct(world: World, options: ProductOptions = {}): Promise<Product> {
  const id = randomBytes(4).toString('hex');
  const dir = join(world.dir, `product-${id}`);
  mkdirSync(dir);
  const keysDir = join(dir, 'keys');
  await createKeyFiles(keysDir);
  const database = await world.createDatabase();
  const queue = `bench-${id}`;
  const temporal = { temporalAddress: world.temporalAddress, temporalNamespace: NAMESPACE, taskQueue: queue, log: world.log };
  const { log, ...shared } = temporal;
  const apiConfig = { ...shared, host: '127.0.0.1', port: 0, databaseUrl: database.urlOf('wingman_api'), keysDir: join(keysDir, 'api'), version: 'bench' };
  const api = world.keep(await startApi({ ...apiConfig, log }));
  const source = policySource(world.root, unlimited);
  const credentials = await bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir: dir, policySource: source, policy: parsePolicyFile(source), url: api.url });
  const workerConfig = { ...shared, databaseUrl: database.urlOf('wingman_worker'), keysDir: join(keysDir, 'worker'), workflowBundle: { codePath: world.bundle }, checkpointFile: null, model: null };
  let worker: Running | null = options.worker === false ? null : await startWorker({ ...workerConfig, log: world.log });
  world.keep({ close: async () => worker?.close() });
  if (options.gateway === true) {
    world.keep(await startGateway({
      ...temporal, databaseUrl: database.urlOf('wingman_gateway'), keysDir: join(keysDir, 'gateway'), environments: ['dev'],
      dockerSocket: process.env['WINGMAN_DOCKER_SOCKET'] ?? '/var/run/docker.sock', compose: null, failpoint: null, stateDir: join(dir, 'gateway'),
    }));
  }
  const call = caller(api.url);
  const owner = createPool(database.ownerUrl, { max: 4 });
  world.keep({ close: () => owner.end() });
  const keys = await loadApiKeys(join(keysDir, 'api'));
  const direct = openClientConnection(world.temporalAddress);
  world.keep(direct);
  const { connection } = direct;
  const temporalClient = new Client({ connection, namespace: NAMESPACE, dataConverter: createDataConverter(keys.codec, 'refuse') });
  let count = 0;
  const ask = (commands: readonly string[], execute: boolean) =>
    call<{ status: string; request: { request_id: string } }>('POST', '/approvals/request', credentials.agent_key, {
      worker_id: 'agent-1', task_name: `task ${String((count += 1))}`, instruction: 'Do what the commands say.', commands, execute, deployment_env: 'dev',
    });
  return {
    ...credentials, dir, url: api.url, database, queue, workerConfig, apiConfig, call,
    async stopWorker() {
      await worker?.close();
      worker = null;
    },
    async startWorker() {
      worker ??= await startWorker({ ...workerConfig, log: world.log });
    },
    async askAuto() {
      const { status } = await ask(['docker ps'], false);
      if (status !== 'AUTO_APPROVED') throw new Error(`expected AUTO_APPROVED, got ${status}`);
    },
    async askPending(execute = false, command = 'docker volume create bench') {
      const { status, request } = await ask([command], execute);
      if (status !== 'PENDING') throw new Error(`expected PENDING, got ${status}`);
      return request.request_id;
    },
    async refresh(request) {
      const [row] = (await owner.query<{ workflow_id: string; run_id: string | null }>('select workflow_id from wingman.approvals where request_id = $1', [request])).rows;
      await temporalClient.workflow.getHandle(row?.workflow_id ?? '').executeUpdate(refreshUpdate);
    },
    async addTenant(tenant) {
      const other = join(dir, tenant);
      mkdirSync(other);
      const limited = policySource(world.root);
      return bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir: other, keysDir, tenant, policySource: limited, policy: parsePolicyFile(limited), url: api.url });
    },
    async approve(request) {
      await call('POST', `/approvals/${request}/approve`, credentials.reviewer_key, {});
    },
  };
}
