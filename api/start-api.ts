/** The front door as an object that starts and closes. */
import { createServer, type Server } from 'node:http';
import { Client } from '@temporalio/client';
import { WingmanError } from '../domain/errors';
import { armFailpoint } from '../platform/failpoint';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import { forgetfulVersions } from '../platform/seen-versions';
import { activeKey } from '../security/keys/keyset';
import { loadApiKeys } from '../security/keys/load';
import { createLedger } from '../stores/ledger';
import { readReport } from '../stores/part-reports';
import { trustPolicies } from '../stores/policy-trust';
import { createPool } from '../stores/pool';
import { openClientConnection } from '../temporal/client-connection';
import { createDataConverter } from '../temporal/data-converter';
import { createPayloadCodec } from '../temporal/payload-codec';
import { CORE_QUEUE } from '../temporal/names';
import { createApp } from './app';
import { createApprovalWorkflows } from './temporal/approval-workflows';
import { mountCodecEndpoint, type UiCodec } from './temporal/codec-endpoint';
import { createCommitted } from './live/committed';
import { createEventHub } from './live/event-hub';
import { createExecutions } from './calls/executions';
import { createExpressMessages } from './http/messages';
import { createFollowerPlaces, type FollowerLimits } from './live/follower-places';
import { createFeed } from '../stores/feed';
import { startNudging } from './live/nudge';
import { startRecoveryRound } from './temporal/recovery-round';
import { createRecoveryWorkflows } from './temporal/recovery-workflows';
import { createRemedies, startRemedies } from './calls/remedies';
import { createRateLimits } from './http/rate-limits';
import { createVerifications } from './temporal/verifications';

export interface ApiConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly keysDir: string;
  readonly taskQueue?: string;
  readonly version: string;
  /** Lets Temporal's UI decode what it shows; null: it shows ciphertext. */
  readonly uiCodec?: UiCodec | null;
  /** How many may follow the feed at once. */
  readonly followers?: FollowerLimits;
  /** For tests of crashes. */
  readonly failpoint?: string | null;
  readonly log: Logger;
}

export interface RunningApi extends Running {
  readonly url: string;
}

/** @throws WingmanError CONFIG_MISSING, CONFIG_INVALID (keys, port), DATABASE_UNAVAILABLE: no database, no start */
export async function startApi(config: ApiConfig): Promise<RunningApi> {
  const { log } = config;
  armFailpoint(config.failpoint ?? null);
  const keys = await loadApiKeys(config.keysDir);
  const pool = createPool(config.databaseUrl, { max: 20, onError: (err) => log.warn({ err }, 'a database connection broke') });
  await pool.query('select 1').catch((cause: unknown) => {
    throw new WingmanError('DATABASE_UNAVAILABLE', 'the database cannot be reached; the API does not start without it', {}, { cause });
  });
  trustPolicies(pool, { keyset: keys.keyset, versions: forgetfulVersions(), now: Date.now });
  // Lazy: reading, rejecting and locking work while Temporal is away.
  const temporal = openClientConnection(config.temporalAddress);
  const { connection } = temporal;
  const client = new Client({ connection, namespace: config.temporalNamespace, dataConverter: createDataConverter(keys.codec, 'refuse') });
  const taskQueue = config.taskQueue ?? CORE_QUEUE;
  const feed = createFeed(config.databaseUrl, log);
  const workflows = createApprovalWorkflows({ client, taskQueue });
  const gatewaySeal = activeKey(keys.keyset, 'seal', config.keysDir).jwk;
  const messages = createExpressMessages();
  const server = createServer({ ...messages.options, connectionsCheckingInterval: 1_000, maxHeaderSize: 24_576 });
  harden(server);
  await listen(server, config);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const url = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${String(port)}`;
  const ledger = createLedger(pool);
  const recovery = createRecoveryWorkflows({ client, taskQueue });
  const remedies = createRemedies({ pool, ledger, workflows });
  const app = createApp({
    pool, feed, committed: createCommitted({ pool, feed }), hub: createEventHub({ pool, feed, now: Date.now }), followers: createFollowerPlaces(config.followers), workflows, gatewaySeal, log, ledger, remedies, recovery,
    executions: createExecutions({ client, taskQueue, gatewaySeal }),
    verifications: createVerifications({ client, taskQueue }),
    limits: createRateLimits(),
    attestation: keys.attestation,
    webhookSeal: keys.webhookSeal,
    keyset: keys.keyset,
    now: Date.now,
    publicUrl: url,
    version: config.version,
    async verifiers() {
      const report = await readReport(pool, 'worker').catch(() => null);
      return { simple: report !== null, enhanced: report?.['enhanced'] === true };
    },
    temporalIsUp: () =>
      connection.withDeadline(Date.now() + 2_000, () => connection.healthService.check({})).then(
        () => true,
        () => false,
      ),
  }, messages, (extended) => {
    if (config.uiCodec) mountCodecEndpoint(extended, createPayloadCodec(keys.codec, 'refuse'), config.uiCodec);
  });
  server.on('request', app);
  const nudging = startNudging({ pool, workflows, log });
  const recovering = startRecoveryRound({ pool, recovery, log });
  const remedying = startRemedies({ pool, remedies, client, taskQueue, log });
  return {
    url,
    async close() {
      await Promise.all([nudging.close(), remedying.close(), recovering.close()]);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      });
      await feed.close();
      await temporal.close();
      await pool.end();
    },
  };
}

/** A sender that drips one byte at a time is cut off; headers are bounded. */
function harden(server: Server): void {
  server.headersTimeout = 5_000;
  server.requestTimeout = 15_000;
  server.keepAliveTimeout = 30_000;
  server.maxHeadersCount = 100;
  server.setMaxListeners(20);
}

function listen(server: Server, { host, port }: ApiConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new WingmanError('CONFIG_INVALID', `port ${String(port)} is taken; set WINGMAN_PORT to a free one`, { port }) : error);
    });
    server.listen(port, host, () => resolve());
  });
}
