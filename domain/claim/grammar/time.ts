/** When something is said to have happened, as a span of UTC. Written times are as fine as they were written, and no finer. */
import { formatUtc, parseUtc } from '../../text/utc-time';
import { phrases } from './cursor';
import { takeDuration, takeNumber } from './quantity';
import type { Cursor } from './cursor';

export interface Span {
  readonly from: string;
  readonly to: string;
}

const DAY = 86_400;
/** "just" and "just now". */
const JUST = 900;

const SINCE = phrases<'from' | 'to'>({ 'since|after': 'from', 'before|until': 'to' });
const WITHIN = phrases<true>({
  'within the last|within the past|in the last|in the past|during the last|during the past|over the last|over the past': true,
});
const DAYS = phrases<number>({ 'today|earlier today': 0, yesterday: 1 });

/**
 * A time expression here, or null. One that is there but says no time on this clock (no zone, still to come) is refused with TIME,
 * and the clause with it.
 */
export function takeTime(cursor: Cursor): Span | null {
  return cursor.attempt(() => {
    const now = cursor.now;
    if (now === undefined) return cursor.refuse('TIME', 'the time of the claim is not known');
    return takeAgo(cursor, now) ?? takeWithin(cursor, now) ?? takeSince(cursor, now) ?? takeMoment(cursor, now);
  });
}

/** "5 minutes ago", "about an hour ago": half a unit to either side, at least a minute. */
function takeAgo(cursor: Cursor, now: number): Span | null {
  return cursor.attempt(() => {
    if (cursor.take('just')) return cursor.take('now') ? span(now - JUST, now) : null;
    cursor.take('about', 'around', 'approximately', 'roughly', 'some');
    const length = takeDuration(cursor);
    if (length === null || !cursor.take('ago', 'earlier')) return null;
    const slack = Math.max(60, length.grain / 2, length.value * 0.05);
    return span(now - length.value - slack, Math.min(now, now - length.value + slack));
  });
}

function takeWithin(cursor: Cursor, now: number): Span | null {
  return cursor.attempt(() => {
    if (cursor.phrase(WITHIN) === undefined) return null;
    const unit = cursor.peekWord();
    const length =
      unit === 'hour' || unit === 'minute' || unit === 'day' || unit === 'week'
        ? wholeUnit(cursor, unit)
        : takeDuration(cursor)?.value;
    return length === undefined ? null : span(now - length, now);
  });
}

function wholeUnit(cursor: Cursor, unit: string): number {
  cursor.at += 1;
  return { minute: 60, hour: 3600, day: DAY, week: 7 * DAY }[unit] ?? 0;
}

function takeSince(cursor: Cursor, now: number): Span | null {
  return cursor.attempt(() => {
    if (cursor.take('between')) {
      const first = takePoint(cursor, now);
      if (first === null || !cursor.take('and')) return null;
      const second = takePoint(cursor, now);
      return second === null || second[1] < first[0] ? null : span(first[0], second[1]);
    }
    const side = cursor.phrase(SINCE);
    if (side === undefined) return null;
    const point = takePoint(cursor, now);
    if (point === null) return null;
    return side === 'from' ? span(point[0], now) : span(0, point[1]);
  });
}

function takeMoment(cursor: Cursor, now: number): Span | null {
  return cursor.attempt(() => {
    const preposition = cursor.take('at', 'on', 'around');
    const point = takePoint(cursor, now);
    // A bare clock time is a time only after "at": "14:05" alone may be a name, a port mapping or a line number.
    if (point === null || (!preposition && point[2])) return null;
    return span(point[0], Math.min(point[1], now));
  });
}

/** From, to, and whether it needs a preposition before it. */
function takePoint(cursor: Cursor, now: number): readonly [number, number, boolean] | null {
  return cursor.attempt(() => {
    const midnight = now - (now % DAY);
    const days = cursor.phrase(DAYS);
    if (days !== undefined) {
      const clock = cursor.attempt(() => (cursor.take('at') ? takeClock(cursor, midnight - days * DAY, now) : null));
      return clock ?? ([midnight - days * DAY, midnight - days * DAY + DAY - 1, false] as const);
    }
    const date = takeDate(cursor, now);
    return date ?? takeClock(cursor, midnight, now);
  });
}

/** 2026-11-23, 2026-11-23T14:05:00Z, 2026-11-23 14:05 UTC. */
function takeDate(cursor: Cursor, now: number): readonly [number, number, boolean] | null {
  return cursor.attempt(() => {
    const written = cursor.peek()?.text.toUpperCase();
    if (written === undefined || !/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(written)) return null;
    const parsed = parseUtc(written);
    if (parsed === null) return cursor.refuse('TIME', 'there is no such date');
    cursor.at += 1;
    if (parsed.seconds > now) return cursor.refuse('TIME', 'that time is still to come');
    if (written.length === 10) {
      const clock = cursor.attempt(() => {
        cursor.take('at');
        return takeClock(cursor, parsed.seconds, now);
      });
      return clock ?? ([parsed.seconds, parsed.seconds + DAY - 1, false] as const);
    }
    if (!/(?:Z|[+-]\d{2}:\d{2})$/.test(written)) return cursor.refuse('TIME', 'the time has no zone: say UTC');
    return [parsed.seconds - 60, parsed.seconds + 60, false] as const;
  });
}

/** 14:05 UTC. Without a zone it is somebody's wall clock, and nobody knows whose. */
function takeClock(cursor: Cursor, midnight: number, now: number): readonly [number, number, boolean] | null {
  return cursor.attempt(() => {
    const match = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(z|utc)?$/.exec(cursor.peekWord() ?? '');
    if (match === null) return null;
    cursor.at += 1;
    if (match[4] === undefined && !cursor.take('utc', 'gmt', 'z'))
      return cursor.refuse('TIME', 'the time has no zone: say UTC');
    const at = midnight + Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
    if (at > now) return cursor.refuse('TIME', 'that time is still to come: name the day');
    return [at - 60, at + (match[3] === undefined ? 119 : 60), true] as const;
  });
}

/** "3 times", "once", "twice". */
export function takeTimes(cursor: Cursor): number | null {
  return cursor.attempt(() => {
    if (cursor.take('once')) return 1;
    if (cursor.take('twice')) return 2;
    const number = takeNumber(cursor);
    return number !== null && number.attached === undefined && cursor.take('times', 'time') ? number.value : null;
  });
}

/** The last 15 minutes: what "just" before a verb means. */
export function justNow(cursor: Cursor): Span | null {
  const now = cursor.now;
  return now === undefined ? null : span(now - JUST, now);
}

/** From so many seconds ago until now. */
export function lasting(cursor: Cursor, seconds: number): Span | null {
  const now = cursor.now;
  return now === undefined ? null : span(now - seconds, now);
}

function span(from: number, to: number): Span {
  return { from: iso(Math.max(0, Math.floor(from))), to: iso(Math.ceil(to)) };
}

function iso(seconds: number): string {
  const text = formatUtc(seconds);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}Z`;
}
