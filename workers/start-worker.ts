/** The core worker: workflows and the activities that write the ledger and mint tokens. It holds no Docker socket. */
import { NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities';
import { createSendWebhook, type WebhookSettings } from '../activities/send-webhook';
import type { ModelConfig } from '../activities/local-model';
import { armFailpoint } from '../platform/failpoint';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import { forgetfulVersions } from '../platform/seen-versions';
import { loadWorkerKeys } from '../security/keys/load';
import { createLedger } from '../stores/ledger';
import { trustPolicies } from '../stores/policy-trust';
import { createPool } from '../stores/pool';
import { createDataConverter } from '../temporal/data-converter';
import { CORE_QUEUE, LOCAL_HOST, webhookQueue } from '../temporal/names';
import { installRuntimeLog } from '../temporal/runtime-log';
import { createWebhookStarter } from '../temporal/webhook-starter';
import { startCheckpoints } from './checkpoints';
import { startDispatcher } from './dispatch-webhooks';
import { startReporting } from './reporting';
import { startWatcherSchedule } from '../temporal/watcher-schedule';

export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly keysDir: string;
  /** Path of the built bundle, or the bundle itself. */
  readonly workflowBundle: WorkflowBundle | { readonly codePath: string };
  readonly checkpointFile: string | null;
  readonly taskQueue?: string;
  readonly model: ModelConfig | null;
  /** The host of claims that name none; `local` unless told otherwise. */
  readonly defaultHost?: string | undefined;
  /** How often new claims are looked for; 0: never by itself. */
  readonly sweepSeconds?: number | undefined;
  /** For tests: other names, shorter waits. */
  readonly webhooks?: WebhookSettings;
  /** For tests of crashes. */
  readonly failpoint?: string | null;
  readonly log: Logger;
}

const SWEEP_SECONDS = 30;
/** Sent at once, of all endpoints together. */
const WEBHOOKS_ABREAST = 20;

export async function startWorker(config: WorkerConfig): Promise<Running> {
  const { log } = config;
  installRuntimeLog(log);
  armFailpoint(config.failpoint ?? null);
  const keys = await loadWorkerKeys(config.keysDir);
  const pool = createPool(config.databaseUrl, { max: 20, onError: (err) => log.warn({ err }, 'a database connection broke') });
  await pool.query('select 1');
  trustPolicies(pool, { keyset: keys.keyset, versions: forgetfulVersions(), now: Date.now });
  const ledger = createLedger(pool);
  const connection = await NativeConnection.connect({ address: config.temporalAddress });
  const worker = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: config.taskQueue ?? CORE_QUEUE,
    workflowBundle: config.workflowBundle,
    activities: createActivities({ pool, ledger, keys, model: config.model, now: Date.now, defaultHost: config.defaultHost ?? LOCAL_HOST }),
    // `blank`: a message that somebody sent past our codec must be refused by the workflow, not wedge its task for ever.
    dataConverter: createDataConverter(keys.codec, 'blank'),
    maxCachedWorkflows: 3_000,
    workflowThreadPoolSize: 2,
    shutdownGraceTime: '5 seconds',
  });
  const dispatcher = startDispatcher({ pool, databaseUrl: config.databaseUrl, starter: createWebhookStarter(config, keys.codec), log });
  const sender = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: webhookQueue(config.taskQueue),
    activities: { sendWebhook: createSendWebhook({ pool, ledger, keys: keys.webhooks, settings: config.webhooks ?? {}, now: Date.now, settled: () => dispatcher.wake() }) },
    dataConverter: createDataConverter(keys.codec, 'refuse'),
    maxConcurrentActivityTaskExecutions: WEBHOOKS_ABREAST,
    // An attempt takes no longer, and is not made again for nothing.
    shutdownGraceTime: '12 seconds',
  });
  const checkpoints = startCheckpoints({ pool, key: keys.checkpoint, keyset: keys.keyset, file: config.checkpointFile, log });
  const schedule = startWatcherSchedule({ config, codec: keys.codec, seconds: config.sweepSeconds ?? SWEEP_SECONDS, log });
  const reporting = startReporting({ pool, model: config.model, log });
  const run = Promise.all([worker.run(), sender.run()]);
  run.catch((err: unknown) => log.error({ err }, 'the worker stopped'));
  return {
    async close() {
      await Promise.all([schedule.close(), reporting.close(), dispatcher.close()]);
      for (const one of [worker, sender]) if (one.getState() === 'RUNNING') one.shutdown();
      await run;
      await checkpoints.close();
      await connection.close();
      await pool.end();
    },
  };
}
