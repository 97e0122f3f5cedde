/** The prober process: the only file of it that touches `process`, beside looker-main. */
import { join } from 'node:path';
import { runProcessMain } from '../../platform/process-main';
import { queueOf, required } from '../../platform/required-env';
import { startProber } from './start-prober';

runProcessMain('prober', async (env, log) =>
  startProber({
    temporalAddress: required(env, 'WINGMAN_TEMPORAL_ADDRESS'),
    temporalNamespace: required(env, 'WINGMAN_TEMPORAL_NAMESPACE'),
    keysDir: required(env, 'WINGMAN_KEYS_DIR'),
    host: required(env, 'WINGMAN_PROBER_HOST'),
    configFile: required(env, 'WINGMAN_PROBER_CONFIG'),
    lookerScript: join(__dirname, 'looker-main.js'),
    ...queueOf(env),
    log,
  }),
);
