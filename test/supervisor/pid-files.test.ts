import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPidFiles } from '../../supervisor/pid-files';
import { identityOf } from '../../supervisor/process-identity';

let dir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-pids-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A process that says when it has installed what it does about SIGTERM. */
async function leftOver(onTerm: string): Promise<{ readonly pid: number; readonly ended: Promise<string> }> {
  const child = spawn(process.execPath, ['-e', `process.on('SIGTERM', () => { ${onTerm} }); setInterval(() => {}, 1000); console.log('up')`], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const ended = new Promise<string>((done) => child.once('exit', (code, signal) => done(String(code ?? signal))));
  await new Promise((done) => child.stdout.once('data', done));
  return { pid: child.pid ?? 0, ended };
}

it('ends what was left over, gently', async () => {
  const { pid, ended } = await leftOver('process.exit(7)');
  createPidFiles(dir).record('gateway', pid);
  expect(await createPidFiles(dir).endOrphans()).toEqual(['gateway']);
  expect(await ended).toBe('7');
  expect(readdirSync(dir)).toEqual([]);
});

it('insists after its patience', async () => {
  const { pid, ended } = await leftOver('');
  createPidFiles(dir).record('gateway', pid);
  expect(await createPidFiles(dir).endOrphans(100)).toEqual(['gateway']);
  expect(await ended).toBe('SIGKILL');
});

it('leaves a process alone that got the pid later', async () => {
  const { pid } = await leftOver('process.exit(7)');
  writeFileSync(join(dir, 'api.pid'), JSON.stringify({ pid, started: 'another boot/1' }));
  expect(await createPidFiles(dir).endOrphans(100)).toEqual([]);
  expect(identityOf(pid)).not.toBeNull();
  expect(readdirSync(dir)).toEqual([]);
});

it('forgets a file that a crash cut off', async () => {
  writeFileSync(join(dir, 'api.pid'), '{"pi');
  expect(await createPidFiles(dir).endOrphans()).toEqual([]);
  expect(readdirSync(dir)).toEqual([]);
});

it('forgets a part that ended well', () => {
  const files = createPidFiles(dir);
  files.record('api', process.pid);
  files.forget('api');
  expect(readdirSync(dir)).toEqual([]);
});
