/** The worker process: the only file of it that touches `process`. */
import { runProcessMain } from '../platform/process-main';
import { optional, queueOf, required } from '../platform/required-env';
import { WingmanError } from '../domain/errors';
import { startWorker } from './start-worker';

runProcessMain('worker', async (env, log) => {
  const host = optional(env, 'WINGMAN_OLLAMA_HOST');
  return startWorker({
    databaseUrl: required(env, 'WINGMAN_DATABASE_URL'),
    temporalAddress: required(env, 'WINGMAN_TEMPORAL_ADDRESS'),
    temporalNamespace: required(env, 'WINGMAN_TEMPORAL_NAMESPACE'),
    keysDir: required(env, 'WINGMAN_KEYS_DIR'),
    workflowBundle: { codePath: required(env, 'WINGMAN_WORKFLOW_BUNDLE') },
    checkpointFile: optional(env, 'WINGMAN_CHECKPOINT_FILE'),
    model: host === null ? null : { host, model: required(env, 'WINGMAN_OLLAMA_MODEL') },
    defaultHost: optional(env, 'WINGMAN_DEFAULT_HOST') ?? undefined,
    sweepSeconds: secondsOf(optional(env, 'WINGMAN_SWEEP_SECONDS')),
    failpoint: optional(env, 'WINGMAN_FAILPOINT'),
    ...queueOf(env),
    log,
  });
});

function secondsOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^[0-9]{1,5}$/.test(text)) throw new WingmanError('CONFIG_INVALID', 'WINGMAN_SWEEP_SECONDS is a whole number of seconds; 0 turns the schedule off', { name: 'WINGMAN_SWEEP_SECONDS' });
  return Number(text);
}
