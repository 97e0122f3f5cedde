/** Temporal's own log lines in the form of ours. The SDK has one runtime for a process, so the first to install it wins. */
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import type { Logger } from '../platform/log';

let installed = false;

const LEVELS: Readonly<Record<LogLevel, 'debug' | 'info' | 'warn' | 'error'>> = { TRACE: 'debug', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' };

export function installRuntimeLog(log: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      // True of every gateway and no news: it runs activities only.
      if (message.startsWith('No workflows registered')) return;
      // What an activity or workflow was given can hold an agent's text; which one it was is enough here.
      const { workflowId, activityType, error } = (meta ?? {}) as { workflowId?: unknown; activityType?: unknown; error?: unknown };
      log[LEVELS[level]]({ workflow_id: workflowId, activity: activityType, err: error }, message);
    }),
    telemetryOptions: { logging: { filter: 'temporalio_sdk_core=error', forward: {} } },
  });
}
