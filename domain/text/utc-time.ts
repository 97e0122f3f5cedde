/** UTC times without the Date global: `domain/` reads no clock, and a rule that could is one slip away from doing so. */

const DAY = 86_400;
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Unix seconds and the nanoseconds beyond of an RFC 3339 time, or of its shorter forms that docker takes (`2026-01-10`,
 * `2026-01-10T12:00`); without a zone it is UTC. Null for anything else, such as 30 February.
 */
export function parseUtc(text: string): { readonly seconds: number; readonly nanos: number } | null {
  const match = RFC3339.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
    return null;
  const zone = zoneSeconds(match[8]);
  if (zone === null) return null;
  const seconds = daysFromCivil(year, month, day) * DAY + hour * 3600 + minute * 60 + second - zone;
  return { seconds, nanos: Number((match[7] ?? '').padEnd(9, '0')) };
}

/** As docker prints a creation time: `2026-01-10 12:00:00 +0000 UTC`. */
export function formatUtc(unixSeconds: number): string {
  const days = Math.floor(unixSeconds / DAY);
  const rest = Math.floor(unixSeconds - days * DAY);
  const [year, month, day] = civilFromDays(days);
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${clock} +0000 UTC`;
}

function zoneSeconds(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (hours * 3600 + minutes * 60) * (zone.startsWith('-') ? -1 : 1);
}

const two = (value: number): string => String(value).padStart(2, '0');

function daysInMonth(year: number, month: number): number {
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return daysFromCivil(nextYear, nextMonth, 1) - daysFromCivil(year, month, 1);
}

/** Days since 1970-01-01 of the proleptic Gregorian calendar (H. Hinnant, chrono-compatible date algorithms). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function civilFromDays(days: number): readonly [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [year, month, dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1];
}
