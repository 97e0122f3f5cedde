import { formatDuration, formatMemory, formatSize } from '../../../../domain/command/output/format-amount';

const HOUR = 3600;
test.each([
  [-5, 'Less than a second'],
  [0.4, 'Less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, 'About a minute'],
  [119, 'About a minute'],
  [120, '2 minutes'],
  [59 * 60, '59 minutes'],
  [HOUR, 'About an hour'],
  [1.6 * HOUR, '2 hours'],
  [47 * HOUR, '47 hours'],
  [48 * HOUR, '2 days'],
  [13 * 24 * HOUR, '13 days'],
  [14 * 24 * HOUR, '2 weeks'],
  [60 * 24 * HOUR, '2 months'],
  [730 * 24 * HOUR, '2 years'],
])('%p seconds are %p', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [0, '0B'],
  [999, '999B'],
  [1000, '1kB'],
  [1_982_256, '1.98MB'],
  [5_000_000_000, '5GB'],
  [12_345, '12.3kB'],
])('%p bytes are %p', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [0, '0B'],
  [552_960, '540KiB'],
  [25_276_502_016, '23.54GiB'],
])('%p bytes of memory are %p', (bytes, text) => {
  expect(formatMemory(bytes)).toBe(text);
});
