import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Part } from '../../supervisor/part';
import { createPidFiles } from '../../supervisor/pid-files';
import { identityOf } from '../../supervisor/process-identity';
import { createScreen } from '../../supervisor/screen';
import { createSupervisedServer } from '../../supervisor/supervised-server';
import { until } from '../support/until';

let dir: string;
let shown: string;
const running = new Set<ChildProcess>();
const parts: Part[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-server-'));
  shown = '';
});

afterEach(async () => {
  for (const part of parts.splice(0)) await part.stop();
  for (const child of running) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A server that only has a pid; `failures` tries fail before it starts. */
function server(failures = 0): { readonly part: Part; readonly launches: () => number } {
  let launches = 0;
  const part = createSupervisedServer({
    name: 'stand-in',
    screen: createScreen({ write: (text) => (shown += text), isColoured: false }),
    pidFiles: createPidFiles(dir),
    watchMs: 10,
    launch: async (onSpawn) => {
      launches++;
      if (launches <= failures) throw new Error(`try ${String(launches)} failed`);
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      running.add(child);
      onSpawn(child.pid ?? 0);
      const ended = new Promise<void>((done) => child.once('exit', () => done()));
      return { pid: child.pid ?? 0, stop: async () => void (child.kill('SIGTERM') && (await ended)) };
    },
  });
  parts.push(part);
  return { part, launches: () => launches };
}

function pidOf(part: Part): number | null {
  const state = part.state();
  return state.kind === 'ready' ? state.pid : null;
}

it('starts a server again that ended, and says so', async () => {
  const { part } = server();
  await part.start();
  const first = pidOf(part) ?? 0;
  process.kill(first, 'SIGKILL');
  await until('another one runs', () => pidOf(part) !== null && pidOf(part) !== first);
  expect(shown).toContain('stand-in ended; it is started again');
  expect(shown).toContain('stand-in: ready again');
});

it('tries a first start three times, and not a fourth', async () => {
  const twice = server(2);
  await twice.part.start();
  expect(twice.launches()).toBe(3);
  const always = server(9);
  await expect(always.part.start()).rejects.toThrow('try 3 failed');
  expect(always.part.state().kind).toBe('stopped');
});

it('is not started again when it was stopped, and leaves no pid file', async () => {
  const { part, launches } = server();
  await part.start();
  expect(readdirSync(dir)).toEqual(['stand-in.pid']);
  await part.stop();
  expect(part.state().kind).toBe('stopped');
  expect(readdirSync(dir)).toEqual([]);
  expect(launches()).toBe(1);
});

it('has a name for the next start before it serves', async () => {
  let pid = 0;
  const part = createSupervisedServer({
    name: 'slow', watchMs: 10,
    screen: createScreen({ write: () => undefined, isColoured: false }),
    pidFiles: createPidFiles(dir),
    launch: (onSpawn) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      running.add(child);
      pid = child.pid ?? 0;
      onSpawn(pid);
      // It never serves: the supervisor is killed while it waits.
      return new Promise(() => undefined);
    },
  });
  void part.start();
  expect(readdirSync(dir)).toEqual(['slow.pid']);
  expect(await createPidFiles(dir).endOrphans()).toEqual(['slow']);
  expect(identityOf(pid)).toBeNull();
});

it('is not started again when it was stopped while it waited for its restart', async () => {
  const { part, launches } = server();
  await part.start();
  process.kill(pidOf(part) ?? 0, 'SIGKILL');
  await until('it waits for its restart', () => part.state().kind === 'restarting');
  await part.stop();
  expect(part.state().kind).toBe('stopped');
  expect(launches()).toBe(1);
});
