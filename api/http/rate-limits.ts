/** How much one caller may ask for in a minute; the numbers are the policy's. Each tenant and agent has a budget of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { refusal } from '../../domain/errors';
import { createCounts } from './counts';

export interface RateLimits {
  /**
   * A caller who goes on asking in spite of refusals gets further ones late: whoever asks in a loop then costs the others nothing.
   *
   * @throws WingmanError RATE_LIMITED with `retry_after_seconds`
   */
  spend(what: string, who: string, perMinute: number): Promise<void>;
}

/** In a minute, by caller: so many refusals come at once, */
const PROMPT_REFUSALS = 10;
/** each further one after so many milliseconds, */
const HELD_MS = 1_000;
/** while no more than so many are held; the rest come at once again, since a call that is held costs memory. */
const MOST_HELD = 64;

export function createRateLimits(): RateLimits {
  const limiters = new Map<string, RateLimiterMemory>();
  const held = createCounts();

  const hold = async (caller: string): Promise<void> => {
    if (held.of(caller) >= MOST_HELD) return;
    held.add(caller);
    await sleep(HELD_MS, undefined, { ref: false });
    held.take(caller);
  };

  return {
    async spend(what, who, perMinute) {
      const key = `${what}:${String(perMinute)}`;
      const limiter = limiters.get(key) ?? new RateLimiterMemory({ points: perMinute, duration: 60, keyPrefix: what });
      limiters.set(key, limiter);
      try {
        await limiter.consume(who);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        if (error.consumedPoints > perMinute + PROMPT_REFUSALS) await hold(`${key}:${who}`);
        const retry_after_seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw refusal('RATE_LIMITED', `too many calls of this kind (${String(perMinute)} a minute); wait ${String(retry_after_seconds)} s`, { retry_after_seconds });
      }
    },
  };
}
