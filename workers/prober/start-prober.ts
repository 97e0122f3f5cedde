/** The prober of one host: looks at what is registered for a tenant, and can do nothing else. It holds the payload codec's keys only. */
import { readFile } from 'node:fs/promises';
import type { LookupAddress } from 'node:dns';
import { NativeConnection, Worker } from '@temporalio/worker';
import { parseProberFile, type ProberFile } from '../../contracts/prober-file';
import { WingmanError } from '../../domain/errors';
import { toProberHost } from '../../domain/claim/prober-host';
import type { Logger } from '../../platform/log';
import type { Running } from '../../platform/running';
import { loadProberKeys } from '../../security/keys/load';
import { createDataConverter } from '../../temporal/data-converter';
import { CORE_QUEUE, proberQueue } from '../../temporal/names';
import { installRuntimeLog } from '../../temporal/runtime-log';
import { createProbe } from './create-probe';
import { systemLookup } from '../../platform/guarded-request';
import { createLookers } from './lookers';
import type { ProberActivities } from './prober-activities';

export interface ProberConfig {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly keysDir: string;
  /** The name that claims know this host by. */
  readonly host: string;
  /** prober.yaml; read once, at the start. */
  readonly configFile: string;
  /** The compiled looker-main. */
  readonly lookerScript: string;
  readonly taskQueue?: string;
  /** Names to addresses; the system's own where none is given. */
  readonly lookup?: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** Where processes, services and packages are looked for; `/`. */
  readonly system?: string;
  readonly log: Logger;
}

/** Each call holds few sockets and at most half of the lookers. */
const MAX_CALLS = 8;

/** @throws WingmanError CONFIG_MISSING, CONFIG_INVALID, INVALID_FIELD for the host's name */
export async function startProber(config: ProberConfig): Promise<Running> {
  const { log } = config;
  installRuntimeLog(log);
  const host = toProberHost(config.host);
  const { codec } = await loadProberKeys(config.keysDir);
  const { tenants } = await readProberFile(config.configFile);
  const connection = await NativeConnection.connect({ address: config.temporalAddress });
  const lookers = createLookers({ script: config.lookerScript });
  const activities: ProberActivities = {
    probe: createProbe({ host, tenants, lookers, lookup: config.lookup ?? systemLookup, now: Date.now, log, system: config.system ?? '/' }),
  };
  const worker = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: proberQueue(host, config.taskQueue ?? CORE_QUEUE),
    dataConverter: createDataConverter(codec, 'refuse'),
    activities,
    maxConcurrentActivityTaskExecutions: MAX_CALLS,
    shutdownGraceTime: '12 seconds',
  });
  const run = worker.run();
  run.catch((err: unknown) => log.error({ err }, 'the prober stopped'));
  return {
    async close() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
      await lookers.close();
      await connection.close();
    },
  };
}

async function readProberFile(file: string): Promise<ProberFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new WingmanError('CONFIG_MISSING', `${file} cannot be read: \`npm start\` writes a first one; see docs/prober.md`, { file }, { cause });
  }
  return parseProberFile(text);
}
