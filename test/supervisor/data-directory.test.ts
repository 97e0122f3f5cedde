import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWingmanError } from '../../domain/errors';
import { prepareDataDirectory } from '../../supervisor/data-directory';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-data-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isWingmanError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}

it('is made for its owner alone', () => {
  const paths = prepareDataDirectory(join(dir, 'deep', 'data'));
  for (const path of [paths.root, paths.logs, paths.pids, paths.temporal, paths.checkpoints, paths.telegram]) expect(statSync(path).mode & 0o777).toBe(0o700);
});

it('is closed to others when it was left open', () => {
  chmodSync(dir, 0o755);
  prepareDataDirectory(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

it('refuses a file in its place, with a fix', () => {
  writeFileSync(join(dir, 'file'), '');
  for (const path of [join(dir, 'file'), join(dir, 'file', 'below')]) expect(refusalOf(() => prepareDataDirectory(path))).toMatch(/^CONFIG_INVALID .* is not a directory\.\n {2}Fix: .*WINGMAN_DATA_DIR/);
});

it('refuses a directory below which nothing can be made, with a fix', () => {
  // Not even root makes directories in /proc, so this holds for every user.
  expect(refusalOf(() => prepareDataDirectory('/proc/wingman'))).toMatch(/^CONFIG_INVALID the data directory \/proc\/wingman cannot be written to .*\n {2}Fix: /);
});

it('refuses a disk that is nearly full, with a fix', () => {
  mkdirSync(join(dir, 'data'));
  expect(refusalOf(() => prepareDataDirectory(join(dir, 'data'), 1e9))).toMatch(/^CONFIG_INVALID only \d+ MB are free at .*; 1000000000 MB are needed\.\n {2}Fix: free some space/);
});
