/** The floors' workflows: as little as does what the subject's do, and nothing of ours. */
import { condition, defineSignal, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

export const submit = defineUpdate<string, [string]>('submit');
export const touch = defineUpdate<string>('touch');
export const decide = defineUpdate<string>('decide');
export const end = defineSignal('end');

/** Answers and ends: seven events. */
export async function noop(): Promise<string> {
  let done = false;
  setHandler(submit, (text) => {
    done = true;
    return text;
  });
  await condition(() => done);
  return 'done';
}

/** Waits for a decision, as a pending approval does, with a durable timer. */
export async function waiting(): Promise<string> {
  let done = false;
  setHandler(submit, (text) => text);
  setHandler(touch, () => 'touched');
  setHandler(decide, () => {
    done = true;
    return 'decided';
  });
  setHandler(end, () => {
    done = true;
  });
  await condition(() => done, '1 day');
  return 'done';
}

const { act } = proxyActivities<{ act(): Promise<string> }>({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } });

export async function oneActivity(): Promise<string> {
  return act();
}
