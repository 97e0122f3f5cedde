/** The gateway process: the only file of it that touches `process`. */
import { runProcessMain } from '../platform/process-main';
import { optional, queueOf, required } from '../platform/required-env';
import { startGateway } from './start-gateway';

runProcessMain('gateway', async (env, log) =>
  startGateway({
    databaseUrl: required(env, 'WINGMAN_DATABASE_URL'),
    temporalAddress: required(env, 'WINGMAN_TEMPORAL_ADDRESS'),
    temporalNamespace: required(env, 'WINGMAN_TEMPORAL_NAMESPACE'),
    keysDir: required(env, 'WINGMAN_KEYS_DIR'),
    environments: required(env, 'WINGMAN_ENVIRONMENTS').split(',').map((name) => name.trim()),
    dockerSocket: required(env, 'WINGMAN_DOCKER_SOCKET'),
    stateDir: required(env, 'WINGMAN_STATE_DIR'),
    hostFile: optional(env, 'WINGMAN_GATEWAY_CONFIG'),
    compose: optional(env, 'WINGMAN_COMPOSE_BIN')?.split(' ') ?? null,
    failpoint: optional(env, 'WINGMAN_FAILPOINT'),
    ...queueOf(env),
    log,
  }),
);
