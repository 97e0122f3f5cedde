/** `--since` and `--until`: a time, or how long ago. */
import { refusal } from '../../errors';
import { parseUtc } from '../../text/utc-time';

export type Moment =
  | { readonly kind: 'at'; readonly seconds: number; readonly nanos: number }
  | { readonly kind: 'ago'; readonly seconds: number };

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/**
 * A length (`10m`, `1h30m`), an RFC 3339 time (UTC where no zone is given; docker's own client takes that of its machine) or
 * unix seconds. @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parseMoment(text: string): Moment {
  if (/^(?:\d{1,9}[hms])+$/.test(text)) {
    const parts = text.match(/\d+[hms]/g) ?? [];
    return {
      kind: 'ago',
      seconds: parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * (UNITS[part.slice(-1)] ?? 0), 0),
    };
  }
  if (/^\d{1,11}$/.test(text)) return { kind: 'at', seconds: Number(text), nanos: 0 };
  const at = parseUtc(text);
  if (at !== null) return { kind: 'at', ...at };
  throw refusal('COMMAND_FLAG_VALUE', `${text} is neither a time (2026-01-10T00:00:00Z) nor a length (10m, 1h30m)`, {
    part: text,
  });
}

/** As the engine takes it: unix seconds with nanoseconds behind a point. */
export function toUnixTime(moment: Moment, now: number): string {
  if (moment.kind === 'ago') return Math.max(0, now - moment.seconds).toFixed(3);
  return `${String(moment.seconds)}.${String(moment.nanos).padStart(9, '0')}`;
}
