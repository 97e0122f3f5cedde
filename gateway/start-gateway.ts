/** The gateway: the one process with the Docker socket. One activity worker for each environment that it serves. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { toEnvironment } from '../domain/ids';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';
import { openSeenVersions } from '../platform/seen-versions';
import { loadGatewayKeys } from '../security/keys/load';
import { writeInventory } from '../stores/inventories';
import { createLedger } from '../stores/ledger';
import { trustPolicies } from '../stores/policy-trust';
import { createPool } from '../stores/pool';
import { createDataConverter } from '../temporal/data-converter';
import { CORE_QUEUE, gatewayQueue } from '../temporal/names';
import { createEngine } from './engine';
import { createExecuteStep } from './execute-step';
import { createObserve } from './observe';
import { readHostFile } from './host-file';
import { armFailpoint } from '../platform/failpoint';
import { installRuntimeLog } from '../temporal/runtime-log';
import { claimBoot, settleOrphans } from './recover';
import { watchEngine } from './watch-engine';
import { watchInventory } from './watch-inventory';

export interface GatewayConfig {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly keysDir: string;
  readonly environments: readonly string[];
  readonly dockerSocket: string;
  readonly compose: readonly string[] | null;
  /** Of its own, where no database reaches: which policies were in force. */
  readonly stateDir: string;
  /** `gateway.yaml`: what the owner of this host says himself; null or not there: nothing. */
  readonly hostFile?: string | null;
  readonly taskQueue?: string;
  readonly name?: string;
  readonly stepTimeoutMs?: number;
  readonly failpoint: string | null;
  readonly log: Logger;
}

const STEP_TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 256 * 1024;
const SETTLE_EVERY_MS = 15_000;

export async function startGateway(config: GatewayConfig): Promise<Running> {
  const { log } = config;
  installRuntimeLog(log);
  armFailpoint(config.failpoint);
  const keys = await loadGatewayKeys(config.keysDir);
  const environments = config.environments.map(toEnvironment);
  const pool = createPool(config.databaseUrl, { max: 15, onError: (err) => log.warn({ err }, 'a database connection broke') });
  trustPolicies(pool, { keyset: keys.keyset, versions: openSeenVersions(join(config.stateDir, 'policy-versions.json')), now: Date.now });
  const ledger = createLedger(pool);
  const boot = await claimBoot(pool);
  const settle = async (): Promise<void> => {
    for (const environment of environments) {
      const settled = await settleOrphans({ pool, ledger, environment });
      if (settled > 0) log.warn({ environment, settled }, 'executions of a gateway that died were settled as UNKNOWN; resolve them with `wingman executions resolve`');
    }
  };
  await settle();
  const hostReads = readHostFile(config.hostFile ?? null);
  const engine = createEngine({ socketPath: config.dockerSocket });
  const gone = new AbortController();
  let readAgain: () => void = () => undefined;
  const watching = watchInventory(
    engine,
    async (inventory) => {
      for (const environment of environments) {
        await writeInventory(pool, environment, inventory === null ? null : { ...inventory, host_reads: hostReads }, new Date()).catch((err: unknown) => log.warn({ err }, 'the inventory could not be written'));
      }
    },
    gone.signal,
    { onWatching: (act) => (readAgain = act) },
  ).catch((err: unknown) => log.error({ err }, 'the inventory is no longer followed'));
  const host = config.name ?? `gateway-${hostname()}`.slice(0, 64);
  const followed = environments.map((environment) => watchEngine({ pool, ledger, engine, environment, host, log }, gone.signal));
  const connection = await NativeConnection.connect({ address: config.temporalAddress });
  const workers = await Promise.all(
    environments.map((environment) =>
      Worker.create({
        connection,
        namespace: config.temporalNamespace,
        taskQueue: gatewayQueue(environment, config.taskQueue ?? CORE_QUEUE),
        dataConverter: createDataConverter(keys.codec, 'refuse'),
        shutdownGraceTime: '20 seconds',
        activities: {
          executeStep: createExecuteStep({
            pool, ledger, keys, engine, environment, log, hostReads,
            gateway: host,
            // What the engine told of this act may have been read before its row was written: then nothing shows that the inventory is younger.
            onOutcome: () => readAgain(),
            boot: boot.boot,
            now: Date.now,
            dockerSocket: config.dockerSocket,
            compose: config.compose,
            stepTimeoutMs: config.stepTimeoutMs ?? STEP_TIMEOUT_MS,
            maxOutputBytes: MAX_OUTPUT_BYTES,
          }),
          observe: createObserve({ engine, environment, now: Date.now }),
        },
      }),
    ),
  );
  const runs = workers.map((worker) => worker.run());
  for (const run of runs) run.catch((err: unknown) => log.error({ err }, 'a gateway worker stopped'));
  const settling = setInterval(() => void settle().catch((err: unknown) => log.warn({ err }, 'orphans could not be settled')), SETTLE_EVERY_MS);
  return {
    async close() {
      clearInterval(settling);
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(runs);
      gone.abort();
      await Promise.all([watching, ...followed]);
      await connection.close();
      boot.close();
      await pool.end();
    },
  };
}
