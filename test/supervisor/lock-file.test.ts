import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock, lockHolder } from '../../supervisor/lock-file';
import { identityOf } from '../../supervisor/process-identity';

let dir: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-lock-'));
  file = join(dir, 'lock');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function otherProcess(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  return child.pid ?? 0;
}

it('is held by one process, and another is told by which', () => {
  const holder = otherProcess();
  acquireLock(file, holder);
  expect(lockHolder(file)?.pid).toBe(holder);
  expect(() => acquireLock(file)).toThrow(new RegExp(`already runs on this data directory \\(pid ${String(holder)}, .*Fix: `, 's'));
  expect(lockHolder(file)?.pid).toBe(holder);
});

it('is taken over from a holder that was killed', async () => {
  const holder = otherProcess();
  acquireLock(file, holder);
  const ended = new Promise((done) => children[0]?.once('exit', done));
  process.kill(holder, 'SIGKILL');
  await ended;
  expect(lockHolder(file)).toBeNull();
  acquireLock(file);
  expect(lockHolder(file)?.pid).toBe(process.pid);
});

it('is taken over when the pid was given to another process since', () => {
  writeFileSync(file, JSON.stringify({ pid: otherProcess(), started: 'another boot/1' }));
  acquireLock(file);
  expect(lockHolder(file)?.pid).toBe(process.pid);
});

it.each(['', '{', 'null', '{"pid":"1","started":"x"}', '{"pid":1}', '{"pid":-5,"started":"x"}'])('is taken over when it was cut off or is not ours: %p', (content) => {
  writeFileSync(file, content);
  acquireLock(file);
  expect(lockHolder(file)?.pid).toBe(process.pid);
});

it('is given back by its holder alone, and leaves nothing behind', () => {
  const lock = acquireLock(file);
  const own = readFileSync(file, 'utf8');
  writeFileSync(file, JSON.stringify(identityOf(otherProcess())));
  lock.release();
  expect(readFileSync(file, 'utf8')).not.toBe(own);
  writeFileSync(file, own);
  lock.release();
  expect(readdirSync(dir)).toEqual([]);
});
