import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, type ProcessIdentity } from '../../supervisor/process-identity';
import { createTestRun, removeDeadRuns } from './test-run';

let parent: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'wingman-runs-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

function otherProcess(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  return child.pid ?? 0;
}

async function kill(pid: number): Promise<void> {
  const child = children.find((candidate) => candidate.pid === pid);
  const ended = new Promise((done) => child?.once('exit', done));
  process.kill(pid, 'SIGKILL');
  await ended;
}

it('a run that was killed is removed by the next, with its servers', async () => {
  const [owner, server] = [otherProcess(), otherProcess()];
  const run = createTestRun(parent, owner);
  run.record(server);
  await kill(owner);
  await removeDeadRuns(parent);
  expect(existsSync(run.dir)).toBe(false);
  expect(identityOf(server)).toBeNull();
});

it('a run that goes on is left alone, and so is what says nothing about its owner', async () => {
  const server = otherProcess();
  const run = createTestRun(parent);
  run.record(server);
  const unknown = join(parent, 'wingman-test-unknown');
  mkdirSync(unknown);
  await removeDeadRuns(parent);
  expect(existsSync(run.dir)).toBe(true);
  expect(existsSync(unknown)).toBe(true);
  expect(identityOf(server)).not.toBeNull();
});

it('a process that got the pid of a server later is not ended', async () => {
  const owner = otherProcess();
  const run = createTestRun(parent, owner);
  const later = otherProcess();
  const servers: readonly ProcessIdentity[] = [{ pid: later, started: 'another boot/1' }];
  writeFileSync(join(run.dir, 'run.json'), JSON.stringify({ owner: identityOf(owner), servers }));
  await kill(owner);
  await removeDeadRuns(parent);
  expect(existsSync(run.dir)).toBe(false);
  expect(identityOf(later)).not.toBeNull();
});
