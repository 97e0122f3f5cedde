/** How much one caller may ask for in a minute; the numbers are the policy's. Each tenant and agent has a budget of its own. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { refusal } from '../domain/errors';

export interface RateLimits {
  /** @throws WingmanError RATE_LIMITED with `retry_after_seconds` */
  spend(what: string, who: string, perMinute: number): Promise<void>;
}

export function createRateLimits(): RateLimits {
  const limiters = new Map<string, RateLimiterMemory>();
  return {
    async spend(what, who, perMinute) {
      const key = `${what}:${String(perMinute)}`;
      const limiter = limiters.get(key) ?? new RateLimiterMemory({ points: perMinute, duration: 60, keyPrefix: what });
      limiters.set(key, limiter);
      try {
        await limiter.consume(who);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retry_after_seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw refusal('RATE_LIMITED', `too many calls of this kind (${String(perMinute)} a minute); wait ${String(retry_after_seconds)} s`, { retry_after_seconds });
      }
    },
  };
}
