/** Times in which nothing may be changed. Asked when a request comes, and again before it is executed. */
import type { FreezeWindow, Policy } from './policy';

const MINUTE = 60_000;
const WEEK_MINUTES = 7 * 24 * 60;
/** 1970-01-01 was a Thursday: three days after a Monday. */
const EPOCH_MINUTES_INTO_WEEK = 3 * 24 * 60;

/** The window that holds at `now` (milliseconds since 1970 UTC), or null. An environment that is unknown has none. */
export function freezeAt(policy: Policy, environment: string, now: number): FreezeWindow | null {
  const known = Object.hasOwn(policy.environments, environment) ? policy.environments[environment] : undefined;
  return known?.freeze.find((window) => isFrozen(window, now)) ?? null;
}

/** The start belongs to the window, the end does not. */
export function isFrozen(window: FreezeWindow, now: number): boolean {
  if (window.kind === 'once') return window.from <= now && now < window.until;
  const minute = minuteOfWeek(now, window.offset_minutes);
  if (window.from < window.until) return window.from <= minute && minute < window.until;
  return minute >= window.from || minute < window.until;
}

/** Minutes since Monday 00:00 local time, with the part of the minute behind the point. */
function minuteOfWeek(now: number, offsetMinutes: number): number {
  const minutes = now / MINUTE + EPOCH_MINUTES_INTO_WEEK + offsetMinutes;
  return ((minutes % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
}
