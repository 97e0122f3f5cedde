import { parseMoment, toUnixTime } from '../../../../domain/command/output/moment';

test.each([
  ['10m', 1000, '400.000'],
  ['1h30m', 10_000.5, '4600.500'],
  ['90s', 50, '0.000'],
  ['1767225600', 0, '1767225600.000000000'],
  ['2026-01-01T00:00:00Z', 0, '1767225600.000000000'],
  ['2026-01-01', 0, '1767225600.000000000'],
  ['2026-01-01T01:00:00.5+01:00', 0, '1767225600.500000000'],
])('%p at %p is %p', (text, now, expected) => {
  expect(toUnixTime(parseMoment(text), now)).toBe(expected);
});

test.each(['', 'now', '-5m', '1d', '10 m', '1h-30m', '1e9', '2026-1-1', '2026-02-30', '９m'])(
  '%p is refused',
  (text) => {
    expect(() => parseMoment(text)).toThrow(expect.objectContaining({ code: 'COMMAND_FLAG_VALUE' }));
  },
);
