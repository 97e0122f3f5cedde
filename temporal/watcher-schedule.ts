/** Sees to it that the watcher's schedule exists: made once, whoever comes first; a worker that starts later brings it up to date. */
import { Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from '../platform/log';
import { repeatUntilClosed } from '../platform/repeat-until-closed';
import type { Running } from '../platform/running';
import { openClientConnection } from './client-connection';
import { createDataConverter } from './data-converter';
import { CORE_QUEUE, SWEEP_WORKFLOW } from './names';

interface WatcherParts {
  readonly config: { readonly temporalAddress: string; readonly temporalNamespace: string; readonly taskQueue?: string };
  readonly codec: Parameters<typeof createDataConverter>[0];
  /** 0: no schedule is made, and one that is there is paused. */
  readonly seconds: number;
  readonly log: Logger;
}

const RETRY_MS = 5_000;
/** A round that hangs gives way: what it had verified stays, and the next one goes on after the cursor. */
const LONGEST_ROUND = '30 minutes';

export const watcherScheduleId = (taskQueue: string): string => `watcher:${taskQueue}`;

export function startWatcherSchedule({ config, codec, seconds, log }: WatcherParts): Running {
  const taskQueue = config.taskQueue ?? CORE_QUEUE;
  const direct = openClientConnection(config.temporalAddress);
  const client = new Client({ connection: direct.connection, namespace: config.temporalNamespace, dataConverter: createDataConverter(codec, 'refuse') });
  const scheduleId = watcherScheduleId(taskQueue);
  const spec = { intervals: [{ every: seconds * 1000 }] };
  // One round at a time: the next one reads what this one leaves.
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' } as const;
  const action = { type: 'startWorkflow', workflowType: SWEEP_WORKFLOW, taskQueue, workflowId: `sweep:${taskQueue}`, args: [], workflowExecutionTimeout: LONGEST_ROUND } as const;
  const state = { paused: false, note: 'reads claims after the cursor; see docs/truth.md' };

  const ensure = async (): Promise<void> => {
    if (seconds === 0) {
      await client.schedule.getHandle(scheduleId).pause('WINGMAN_SWEEP_SECONDS=0').catch((error: unknown) => {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      });
      return;
    }
    try {
      await client.schedule.create({ scheduleId, spec, policies, action, state });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(scheduleId).update((before) => ({ ...before, spec, policies: { ...before.policies, ...policies }, action, state: { ...before.state, ...state } }));
    }
  };

  const trying = repeatUntilClosed(RETRY_MS, () => ensure().then(() => true), (err) => log.warn({ err }, 'the schedule of the watcher could not be made yet'));
  return {
    async close() {
      await trying.close();
      await direct.close();
    },
  };
}
