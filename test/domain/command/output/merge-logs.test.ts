import { mergeLogs } from '../../../../domain/command/output/merge-logs';

const at = (second: number): string => `2026-01-10T00:00:0${String(second)}.000000000Z`;

test('lines of both streams are put in order by their times', () => {
  const stdout = `${at(1)} one\n${at(3)} three\n`;
  const stderr = `${at(2)} two\n${at(4)} four`;
  expect(mergeLogs(stdout, stderr, false)).toBe('one\ntwo\nthree\nfour');
  expect(mergeLogs(stdout, stderr, true)).toBe(`${at(1)} one\n${at(2)} two\n${at(3)} three\n${at(4)} four`);
});

test('lines without a time stay behind the line before them', () => {
  expect(mergeLogs(`${at(1)} one\n[output cut]\n`, `${at(2)} two\n`, true)).toBe(
    `${at(1)} one\n[output cut]\n${at(2)} two\n`,
  );
});

test('empty lines and empty streams', () => {
  expect(mergeLogs('', '', false)).toBe('');
  expect(mergeLogs(`${at(1)} \n${at(2)} x\n`, '', false)).toBe('\nx\n');
});
