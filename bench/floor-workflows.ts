/** The floors' workflows: as little as does what the subject's do, and nothing of ours. */
import { allHandlersFinished, condition, defineSignal, defineUpdate, proxyActivities, proxyLocalActivities, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../temporal/names';

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

const { look } = proxyLocalActivities<{ look(text: string): Promise<string> }>({ scheduleToCloseTimeout: '5 seconds', startToCloseTimeout: '4 seconds' });

/** {@link noop} with what an approval has to have of the engine: its row is written by a local activity, before it answers. */
export async function equippedNoop(): Promise<string> {
  let done = false;
  setHandler(submit, async (text) => {
    const seen = await look(text);
    done = true;
    return seen;
  });
  await condition(() => done);
  await condition(allHandlersFinished);
  return 'done';
}

/** {@link waiting}, equipped like that; its end is to be found by its status. */
export async function equippedWaiting(): Promise<string> {
  let done = false;
  setHandler(submit, (text) => text);
  setHandler(decide, async () => {
    const seen = await look('decided');
    done = true;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: 'APPROVED' }]);
    return seen;
  });
  await condition(() => done, '1 day');
  await condition(allHandlersFinished);
  return 'done';
}
