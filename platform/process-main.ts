/** What every process does around its one object: read the environment, start, say so, and close once when told. */
import { createLog, type Logger } from './log';
import type { Env } from './required-env';
import type { Running } from './running';

const CLOSE_MS = 25_000;

/** A process that cannot start says in one line why, and ends with 1; the supervisor shows that line. */
export function runProcessMain(name: string, start: (env: Env, log: Logger) => Promise<Running>): void {
  const log = createLog(name, process.env['WINGMAN_LOG_LEVEL'] ?? 'info');
  void start(process.env, log).then(
    (running) => {
      log.info({ event: 'ready', ...('url' in running ? { url: running.url } : {}) }, `${name} is ready`);
      let closing = false;
      const close = (signal: string): void => {
        if (closing) return;
        closing = true;
        log.info({ event: 'closing', signal }, `${name} is closing`);
        setTimeout(() => process.exit(1), CLOSE_MS).unref();
        running.close().then(
          () => process.exit(0),
          (err: unknown) => {
            log.error({ err }, `${name} did not close well`);
            process.exit(1);
          },
        );
      };
      process.on('SIGTERM', () => close('SIGTERM'));
      process.on('SIGINT', () => close('SIGINT'));
      // The supervisor's end of the channel is gone: nobody is left to stop this process.
      process.on('disconnect', () => close('disconnect'));
    },
    (err: unknown) => {
      log.error({ event: 'failed', err, code: typeof err === 'object' && err !== null && 'code' in err ? err.code : undefined }, err instanceof Error ? err.message : `${name} could not start`);
      process.exitCode = 1;
      setTimeout(() => process.exit(1), 200).unref();
    },
  );
}
