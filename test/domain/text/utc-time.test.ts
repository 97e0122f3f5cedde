import { formatUtc, parseUtc } from '../../../domain/text/utc-time';

test.each([
  ['2026-01-10T00:00:00Z', 0],
  ['2026-01-10', 0],
  ['2026-01-10T12:30', 0],
  ['2024-02-29T23:59:59.123456789Z', 123_456_789],
  ['2026-01-10T00:00:00+02:00', 0],
  ['1970-01-01T00:00:00Z', 0],
  ['1969-12-31T23:59:59Z', 0],
  ['2000-02-29T00:00:00-05:30', 0],
])('%p is the time that it says', (text, nanos) => {
  const withZone = /Z|[+-]\d\d:\d\d$/.test(text) ? text : text.includes('T') ? `${text}Z` : text;
  expect(parseUtc(text)).toEqual({ seconds: Math.floor(Date.parse(withZone) / 1000), nanos });
});

test.each([
  '2026-02-30',
  '2023-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-1-1',
  '2026-01-10T24:00:00Z',
  '2026-01-10 00:00',
  'yesterday',
  '',
  '2026-01-10T00:00:00+25:00',
])('%p is no time', (text) => {
  expect(parseUtc(text)).toBeNull();
});

test('every day of five centuries is the day that the platform says', () => {
  const first = Date.UTC(1700, 0, 1) / 1000;
  for (let day = 0; day < 500 * 366; day += 17) {
    const seconds = first + day * 86_400 + (day % 86_400);
    const expected = new Date(seconds * 1000).toISOString();
    expect(formatUtc(seconds)).toBe(`${expected.slice(0, 10)} ${expected.slice(11, 19)} +0000 UTC`);
    expect(parseUtc(expected)?.seconds).toBe(seconds);
  }
});
