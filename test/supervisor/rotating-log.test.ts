import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRotatingLog } from '../../supervisor/rotating-log';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-log-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

it('never grows beyond twice its size, and keeps the newest lines', () => {
  const log = createRotatingLog(join(dir, 'api.log'), 100);
  for (let n = 0; n < 1_000; n++) log.write(`line ${String(n)}`);
  log.close();
  expect(readdirSync(dir).sort()).toEqual(['api.log', 'api.log.1']);
  const kept = readFileSync(join(dir, 'api.log.1'), 'utf8') + readFileSync(join(dir, 'api.log'), 'utf8');
  expect(kept.length).toBeLessThanOrEqual(200);
  expect(kept.trim().split('\n').at(-1)).toBe('line 999');
});

it('goes on where the last start stopped, readable by its owner alone', () => {
  const file = join(dir, 'api.log');
  writeFileSync(file, 'before\n', { mode: 0o600 });
  const log = createRotatingLog(file, 100);
  log.write('after');
  log.close();
  log.write('too late');
  expect(readFileSync(file, 'utf8')).toBe('before\nafter\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
