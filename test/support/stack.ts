/** The whole product in one test file: its own database, queues and keys; real Postgres, Temporal and (when asked) Docker. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { Pool } from 'pg';
import pino from 'pino';
import type { ModelConfig } from '../../activities/local-model';
import type { UiCodec } from '../../api/temporal/codec-endpoint';
import type { FollowerLimits } from '../../api/live/follower-places';
import { startApi, type RunningApi } from '../../api/start-api';
import { parsePolicyFile } from '../../contracts/policy-file';
import { startGateway } from '../../gateway/start-gateway';
import type { Running } from '../../platform/running';
import { loadApiKeys } from '../../security/keys/load';
import { openClientConnection } from '../../temporal/client-connection';
import { createDataConverter } from '../../temporal/data-converter';
import { createKeyFiles } from '../../security/keys/files';
import { bootstrapTenant, type Credentials } from '../../stores/bootstrap';
import type { LoginRole } from '../../stores/migrate';
import type { WebhookSettings } from '../../activities/send-webhook';
import { startWorker } from '../../workers/start-worker';
import { sharedServers } from './shared-servers';
import { createDatabase, type TestDatabase } from './stack-database';

export interface StackOptions {
  /** Environments with a gateway on the real engine; none by default. */
  readonly environments?: readonly string[];
  readonly policySource?: string;
  readonly dockerSocket?: string;
  readonly compose?: readonly string[];
  readonly model?: ModelConfig;
  readonly uiCodec?: UiCodec;
  /** Addresses by which the product reaches the servers; what the test itself asks goes straight to them. */
  readonly through?: { readonly temporalAddress: string; readonly postgresPort: number };
  /** Places for followers of the feed. */
  readonly followers?: FollowerLimits;
  /** The watcher's schedule; without it rounds are made by `sweep()`. */
  readonly sweepSeconds?: number;
  /** Names and waits of webhooks; the worker's own without it. */
  readonly webhooks?: WebhookSettings;
}

export interface Stack extends Credentials {
  readonly api: RunningApi;
  readonly database: TestDatabase;
  readonly keysDir: string;
  readonly taskQueue: string;
  readonly dataDir: string;
  /** Types of the events of a workflow's history, in order. */
  eventsOf(workflowId: string): Promise<readonly string[]>;
  readonly temporal: Client;
  /** Answers of the read model, past the API. */
  sql<T>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
  call(method: string, path: string, key: string | null, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** One round of the watcher, to its end. */
  sweep(): Promise<{ readonly read: number; readonly verified: number }>;
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  stopGateway(): Promise<void>;
  startGateway(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests assert on it member by member.
  readonly body: Record<string, any>;
}

export const DOCKER_SOCKET = process.env['WINGMAN_DOCKER_SOCKET'] ?? '/var/run/docker.sock';
export const DEFAULT_POLICY = readFileSync(join(__dirname, '..', '..', 'policy', 'default.yaml'), 'utf8');

const log = pino({ level: process.env['WINGMAN_TEST_LOG'] ?? 'silent' });

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { temporalAddress, bundle } = sharedServers();
  const database = await createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'wingman-stack-'));
  const keysDir = join(dataDir, 'keys');
  await createKeyFiles(keysDir);
  const taskQueue = `t-${randomBytes(5).toString('hex')}`;
  const policySource = options.policySource ?? DEFAULT_POLICY;
    const urlOf = (role: LoginRole): string => {
    const url = new URL(database.urlOf(role));
    if (options.through !== undefined) url.port = String(options.through.postgresPort);
    return url.toString();
  };
  const temporal = { temporalAddress: options.through?.temporalAddress ?? temporalAddress, temporalNamespace: 'default', taskQueue, log };

  const api = await startApi({ ...temporal, host: '127.0.0.1', port: 0, databaseUrl: urlOf('wingman_api'), keysDir: join(keysDir, 'api'), version: 'test', uiCodec: options.uiCodec ?? null, ...(options.followers === undefined ? {} : { followers: options.followers }) });
  const credentials = await bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir, policySource, policy: parsePolicyFile(policySource), url: api.url });
  const newWorker = (): Promise<Running> =>
    startWorker({
      ...temporal, databaseUrl: urlOf('wingman_worker'), keysDir: join(keysDir, 'worker'), workflowBundle: { codePath: bundle },
      checkpointFile: join(dataDir, 'checkpoints.log'), model: options.model ?? null, sweepSeconds: options.sweepSeconds ?? 0,
      ...(options.webhooks === undefined ? {} : { webhooks: options.webhooks }),
    });
  const newGateway = (): Promise<Running> =>
    startGateway({
      ...temporal, databaseUrl: urlOf('wingman_gateway'), keysDir: join(keysDir, 'gateway'), environments: options.environments ?? [],
      dockerSocket: options.dockerSocket ?? DOCKER_SOCKET, compose: options.compose ?? null, failpoint: null, stateDir: join(dataDir, 'gateway'), hostFile: join(dataDir, 'gateway.yaml'),
    });
  let worker: Running | null = await newWorker();
  let gateway: Running | null = options.environments === undefined ? null : await newGateway();

  const direct = openClientConnection(temporalAddress);
  const { connection } = direct;
  const client = new Client({ connection, namespace: 'default' });
  const reader = new Client({ connection, namespace: 'default', dataConverter: createDataConverter((await loadApiKeys(join(keysDir, 'api'))).codec, 'refuse') });
  const owner = new Pool({ connectionString: database.ownerUrl, max: 4 });
  owner.on('error', () => undefined);

  return {
    temporal: client,
    async eventsOf(workflowId) {
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      return (events ?? []).map(({ eventType }) => (proto.api.enums.v1.EventType[eventType ?? 0] ?? 'UNKNOWN').replace('EVENT_TYPE_', ''));
    },
    async sql<T>(text: string, values: readonly unknown[] = []) {
      return (await owner.query(text, [...values])).rows as T[];
    },
    ...credentials, api, database, keysDir, taskQueue, dataDir,
    call: (method, path, key, body, headers = {}) => callApi(api.url, method, path, key, body, headers),
    sweep: () => reader.workflow.execute('sweepClaims', { taskQueue, workflowId: `sweep:${taskQueue}` }),
    async stopWorker() {
      await worker?.close();
      worker = null;
    },
    async startWorker() {
      worker ??= await newWorker();
    },
    async stopGateway() {
      await gateway?.close();
      gateway = null;
    },
    async startGateway() {
      gateway ??= await newGateway();
    },
    async close() {
      await api.close();
      await gateway?.close();
      await worker?.close();
      await direct.close();
      await owner.end();
      await database.drop();
    },
  };
}

export async function callApi(url: string, method: string, path: string, key: string | null, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = text === '' ? {} : JSON.parse(text);
  } catch {
    parsed = { text };
  }
  return { status: response.status, headers: response.headers, body: parsed as Record<string, any> };
}
