/** The API process: the only file of it that touches `process`. */
import { runProcessMain } from '../platform/process-main';
import { optional, queueOf, required, requiredPort } from '../platform/required-env';
import type { UiCodec } from './temporal/codec-endpoint';
import { startApi } from './start-api';

runProcessMain('api', async (env, log) =>
  startApi({
    host: optional(env, 'WINGMAN_HOST') ?? '127.0.0.1',
    port: requiredPort(env, 'WINGMAN_PORT'),
    databaseUrl: required(env, 'WINGMAN_DATABASE_URL'),
    temporalAddress: required(env, 'WINGMAN_TEMPORAL_ADDRESS'),
    temporalNamespace: required(env, 'WINGMAN_TEMPORAL_NAMESPACE'),
    keysDir: required(env, 'WINGMAN_KEYS_DIR'),
    version: optional(env, 'WINGMAN_VERSION') ?? '0.1.0',
    failpoint: optional(env, 'WINGMAN_FAILPOINT'),
    uiCodec: uiCodecOf(env),
    ...queueOf(env),
    log,
  }),
);

function uiCodecOf(env: Parameters<typeof optional>[0]): UiCodec | null {
  const secret = optional(env, 'WINGMAN_UI_CODEC_SECRET');
  return secret === null ? null : { secret, origins: required(env, 'WINGMAN_UI_ORIGINS').split(',') };
}
