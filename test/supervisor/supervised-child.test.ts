import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPidFiles } from '../../supervisor/pid-files';
import type { Part } from '../../supervisor/part';
import { createRotatingLog } from '../../supervisor/rotating-log';
import { createScreen } from '../../supervisor/screen';
import { createSupervisedChild } from '../../supervisor/supervised-child';
import { until } from '../support/until';

let dir: string;
let shown: string;
const started: Part[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-child-'));
  shown = '';
});

afterEach(async () => {
  for (const part of started.splice(0)) await part.stop();
  rmSync(dir, { recursive: true, force: true });
});

const READY = `console.log(JSON.stringify({ level: 'info', event: 'ready' }));`;
const STAY = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`;

/** A stand-in for a part: a few lines that behave as a part may. */
function child(source: string, options: { readonly env?: Readonly<Record<string, string>>; readonly readyMs?: number; readonly stopMs?: number } = {}): Part {
  const script = join(dir, 'part.js');
  writeFileSync(script, source);
  const part = createSupervisedChild({
    name: 'part', script,
    env: options.env ?? {},
    log: createRotatingLog(join(dir, 'part.log')),
    screen: createScreen({ write: (text) => (shown += text), isColoured: false }),
    pidFiles: createPidFiles(join(dir, 'pids')),
    firstBackoffMs: 10,
    ...(options.readyMs === undefined ? {} : { readyMs: options.readyMs }),
    ...(options.stopMs === undefined ? {} : { stopMs: options.stopMs }),
  });
  started.push(part);
  return part;
}

function pidOf(part: Part): number {
  const state = part.state();
  if (state.kind !== 'ready') throw new Error(`the part is ${state.kind}`);
  return state.pid;
}

const log = (): string => readFileSync(join(dir, 'part.log'), 'utf8');

it('is ready when the child says so, and gives it nothing but its own environment', async () => {
  const part = child(`console.log(JSON.stringify(process.env)); ${READY} ${STAY}`, { env: { ONLY: 'this' } });
  await part.start();
  expect(part.state().kind).toBe('ready');
  const seen = JSON.parse(log().split('\n')[0] ?? '') as Record<string, string>;
  expect(Object.keys(seen).filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual(['ONLY']);
});

it('starts a crashed child again and says so', async () => {
  const part = child(`${READY} ${STAY}`);
  await part.start();
  const first = pidOf(part);
  process.kill(first, 'SIGKILL');
  await until('the part is ready with another pid', () => part.state().kind === 'ready' && pidOf(part) !== first);
  expect(shown).toContain('part ended (ended with SIGKILL); it is started again in 0.0 s');
  await until('the screen says so', () => shown.includes('part: ready again'));
});

it('gives up a first start after three tries, with the last words of the child and its log', async () => {
  const part = child(`console.log(JSON.stringify({ level: 'error', message: 'no keys in /keys' })); process.exit(1);`);
  await expect(part.start()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/^part does not start: no keys in \/keys\n {2}Its log: .*part\.log$/) as unknown });
  expect(log().trim().split('\n')).toHaveLength(3);
});

it('takes an exception of the child as its last words', async () => {
  const part = child(`throw new TypeError('the bundle is missing');`);
  await expect(part.start()).rejects.toThrow(/does not start: .*part\.js|the bundle is missing/);
});

it('ends a child that never becomes ready', async () => {
  const part = child(STAY, { readyMs: 300 });
  await expect(part.start()).rejects.toThrow('not ready after 0.3 s');
});

it('lets the child drain before it stops', async () => {
  const part = child(`process.on('SIGTERM', () => setTimeout(() => { console.log('drained'); process.exit(0); }, 100)); ${READY} setInterval(() => {}, 1000);`);
  await part.start();
  await part.stop();
  expect(log()).toContain('drained');
  expect(part.state().kind).toBe('stopped');
});

it('insists when the child does not stop', async () => {
  const part = child(`process.on('SIGTERM', () => console.log('no')); ${READY} setInterval(() => {}, 1000);`, { stopMs: 200 });
  await part.start();
  const pid = pidOf(part);
  await part.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

it('does not start a child again that was stopped while it waited for its restart', async () => {
  const part = child(`${READY} setTimeout(() => process.exit(3), 20);`);
  await part.start();
  await until('the part waits for its restart', () => part.state().kind === 'restarting');
  await part.stop();
  expect(part.state().kind).toBe('stopped');
});

it('shows warnings and errors on the screen, once, and no escape sequences', async () => {
  const warning = JSON.stringify({ level: 'warn', message: 'slow \u001b[31mdatabase' });
  const part = child(`for (let n = 0; n < 5; n++) console.log(${JSON.stringify(warning)}); ${READY} ${STAY}`);
  await part.start();
  expect(shown.match(/part: slow {1,2}\[31mdatabase/g)).toHaveLength(1);
});
