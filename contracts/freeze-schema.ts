/** Freeze windows as people write them, into the numbers that `domain/policy/freeze.ts` compares. */
import { z } from 'zod';
import type { FreezeWindow } from '../domain/policy/policy';

const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_MINUTES = 24 * 60;

const weekMoment = z
  .string()
  .regex(/^(?:mon|tue|wed|thu|fri|sat|sun) (?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a day and a time, such as `fri 17:00`')
  .transform((text) => DAYS.indexOf(text.slice(0, 3)) * DAY_MINUTES + minutesOf(text.slice(4)));
/** With its zone said: a local time would mean another instant on another machine. */
const instant = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, such as `2030-12-24T00:00:00Z`' })
  .transform((text) => Date.parse(text))
  .refine(Number.isFinite, 'is no time of the calendar');
const offset = z
  .string()
  .regex(/^(?:UTC|[+-](?:0\d|1[0-4]):[0-5]\d)$/, 'must be UTC or an offset such as `+02:00`')
  .transform((text) => (text === 'UTC' ? 0 : (text.startsWith('-') ? -1 : 1) * minutesOf(text.slice(1))));

const reason = z.string().min(1).max(200);

export const freezeSchema = z.union(
  [
    z
      .strictObject({
        reason,
        weekly: z.strictObject({ from: weekMoment, until: weekMoment }),
        timezone: offset.prefault('UTC'),
      })
      .refine(({ weekly }) => weekly.from !== weekly.until, 'begins when it ends: leave it out, or refuse by a rule')
      .transform(({ reason: why, weekly, timezone }): FreezeWindow => ({
        kind: 'weekly',
        reason: why,
        ...weekly,
        offset_minutes: timezone,
      })),
    z
      .strictObject({ reason, from: instant, until: instant })
      .refine(({ from, until }) => from < until, 'ends before it begins')
      .transform((window): FreezeWindow => ({ kind: 'once', ...window })),
  ],
  'must be `{ reason, weekly: { from, until }, timezone }` or `{ reason, from, until }`',
);

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}
