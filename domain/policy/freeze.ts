/** Times in which nothing may be changed. Asked when a request comes, and again before it is executed. */
import type { Action } from '../command/action';
import { refusal } from '../errors';
import { actionReversibility } from '../command/parse-action';
import type { FreezeWindow, Policy } from './policy';
import { formatUtc } from '../text/utc-time';

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

/** When the window that holds at `now` is over, in milliseconds since 1970 UTC. */
export function freezeEnd(window: FreezeWindow, now: number): number {
  if (window.kind === 'once') return window.until;
  const minutes = window.until - minuteOfWeek(now, window.offset_minutes);
  return now + (minutes > 0 ? minutes : minutes + WEEK_MINUTES) * MINUTE;
}

/** For people: what is frozen, until when, and why. */
export function freezeMessage(environment: string, window: FreezeWindow, now: number): string {
  return `${environment} is frozen now, until ${formatUtc(freezeEnd(window, now) / 1000)}: ${window.reason}`;
}

/**
 * An approval from before a window does not reach into it. Asked before a token is minted and again by the gateway just before
 * the act; reading is never frozen.
 *
 * @throws WingmanError FREEZE_WINDOW
 */
export function requireNoFreeze(policy: Policy, environment: string, action: Action, now: number): void {
  if (actionReversibility(action) === 'READ_ONLY') return;
  const window = freezeAt(policy, environment, now);
  if (window === null) return;
  const until = formatUtc(freezeEnd(window, now) / 1000);
  throw refusal('FREEZE_WINDOW', `${freezeMessage(environment, window, now)}; execute it afterwards, or ask again if the approval has lapsed by then`, { until });
}

/** Minutes since Monday 00:00 local time, with the part of the minute behind the point. */
function minuteOfWeek(now: number, offsetMinutes: number): number {
  const minutes = now / MINUTE + EPOCH_MINUTES_INTO_WEEK + offsetMinutes;
  return ((minutes % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
}
