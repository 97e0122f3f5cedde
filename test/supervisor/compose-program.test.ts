import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findComposeProgram } from '../../supervisor/compose-program';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-compose-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function program(name: string, script: string, mode = 0o755): string {
  const file = join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, mode);
  return file;
}

it('prefers docker-compose to the plugin', () => {
  program('docker', 'exit 0');
  const file = program('docker-compose', 'exit 0');
  expect(findComposeProgram(`/nowhere:${dir}`)).toBe(file);
});

it('takes docker where its plugin answers', () => {
  const file = program('docker', '[ "$*" = "compose version" ]');
  expect(findComposeProgram(dir)).toBe(`${file} compose`);
});

it('finds none where docker has no plugin, where nothing may be run, and on no PATH', () => {
  program('docker', 'exit 1');
  program('docker-compose', 'exit 0', 0o644);
  expect(findComposeProgram(dir)).toBeNull();
  expect(findComposeProgram('relative:')).toBeNull();
  expect(findComposeProgram(undefined)).toBeNull();
});

it('passes over a directory whose name would be split', () => {
  mkdirSync(join(dir, 'a b'));
  const file = join(dir, 'a b', 'docker-compose');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  expect(findComposeProgram(join(dir, 'a b'))).toBeNull();
});
