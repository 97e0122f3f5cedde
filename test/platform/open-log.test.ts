import { closeSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '../../platform/open-log';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-open-log-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function write(text: string): void {
  const log = openLog(join(dir, 'server.log'), 10);
  writeSync(log, text);
  closeSync(log);
}

it('goes on where the last server stopped, for its owner alone', () => {
  write('one\n');
  write('two\n');
  expect(readFileSync(join(dir, 'server.log'), 'utf8')).toBe('one\ntwo\n');
  expect(statSync(join(dir, 'server.log')).mode & 0o777).toBe(0o600);
});

it('puts a large one aside, over the one before', () => {
  writeFileSync(join(dir, 'server.log.1'), 'oldest');
  write('more than ten bytes');
  write('new');
  expect(readdirSync(dir).sort()).toEqual(['server.log', 'server.log.1']);
  expect(readFileSync(join(dir, 'server.log.1'), 'utf8')).toBe('more than ten bytes');
  expect(readFileSync(join(dir, 'server.log'), 'utf8')).toBe('new');
});
