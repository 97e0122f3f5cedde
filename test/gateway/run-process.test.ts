import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WingmanError } from '../../domain/errors';
import { runProcess, type ProcessOptions } from '../../gateway/run-process';
import { StepFailure } from '../../gateway/step-failure';
import { eventually } from '../support/docker-world';

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'wm-process-')));
const run = (argv: readonly string[], options: Partial<ProcessOptions> = {}) =>
  runProcess({
    argv,
    cwd,
    env: {},
    user: null,
    timeoutMs: 10_000,
    maxOutputBytes: 10_000,
    signal: new AbortController().signal,
    ...options,
  });
const sh = (script: string, options: Partial<ProcessOptions> = {}) => run(['/bin/sh', '-c', script], options);
const failure = (promise: Promise<unknown>): Promise<StepFailure> =>
  promise.then(
    () => {
      throw new Error('it was expected to fail');
    },
    (error: unknown) => error as StepFailure,
  );
const isRunning = (marker: string): boolean =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(marker);
/** A number of seconds that no other sleep of this machine has. */
const unusual = (): string => `3600.${String(Math.floor(Math.random() * 1e9))}`;

test('a program gets its arguments exactly, without a shell in between', async () => {
  expect(await run(['/bin/echo', '$HOME', '*', 'a  b', ';', 'id'])).toEqual({
    exit_code: 0,
    output: '$HOME * a  b ; id\n',
  });
});

test('it sees its own environment and nothing of the gateway’s', async () => {
  process.env['WINGMAN_TEST_CANARY'] = 'canary-2f1c';
  const { output } = await run(['/usr/bin/env'], { env: { ONLY: 'this' } });
  expect(output).toBe('ONLY=this\n');
});

test('it runs in its directory', async () => {
  expect((await run(['/bin/pwd'])).output).toBe(`${cwd}\n`);
});

test('its input is empty', async () => {
  expect(await run(['/bin/cat'])).toEqual({ exit_code: 0, output: '' });
});

test('stdout and stderr come back in the order in which they were written', async () => {
  expect((await sh('echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three')).output).toBe('one\ntwo\nthree\n');
});

test.each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
])('%p ends with exit code %p', async (script, exitCode) => {
  expect((await sh(script)).exit_code).toBe(exitCode);
});

test('output beyond the limit is dropped and said to be, and the program is not stopped by it', async () => {
  const { exit_code, output } = await sh('head -c 5000000 /dev/zero | tr "\\0" x; exit 3', {
    maxOutputBytes: 1000,
    env: { PATH: '/usr/bin:/bin' },
  });
  expect(exit_code).toBe(3);
  expect(output).toBe(`${'x'.repeat(1000)}\n[output cut: more than 1000 bytes]\n`);
});

test('a character that the limit cuts in two is left out', async () => {
  const { output } = await run(['/bin/echo', '-n', 'aäöü'], { maxOutputBytes: 4 });
  expect(output).toBe('aä\n[output cut: more than 4 bytes]\n');
});

test('at its deadline a program and its children are ended, and what they printed is kept', async () => {
  const marker = unusual();
  const error = await failure(
    sh(`echo begun; sleep ${marker} & sleep ${marker}`, { timeoutMs: 300, env: { PATH: '/usr/bin:/bin' } }),
  );
  expect(error).toBeInstanceOf(StepFailure);
  expect(error.code).toBe('TIMED_OUT');
  expect(error.output).toBe('begun\n');
  await eventually('the end of the children', () => !isRunning(marker));
});

test('a program that ignores SIGTERM is killed two seconds later', async () => {
  const started = Date.now();
  const error = await failure(
    sh('trap "" TERM; while :; do sleep 0.1; done', { timeoutMs: 200, env: { PATH: '/usr/bin:/bin' } }),
  );
  expect(error.code).toBe('TIMED_OUT');
  expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('a signal with a reason of its own is what the caller learns', async () => {
  const controller = new AbortController();
  const running = failure(sh('sleep 60', { signal: controller.signal, env: { PATH: '/usr/bin:/bin' } }));
  setTimeout(() => controller.abort(new WingmanError('LOCKED', 'the environment was locked')), 100);
  expect((await running).code).toBe('LOCKED');
});

test('with a signal that has fired nothing is started', async () => {
  const error = await failure(run(['/bin/touch', join(cwd, 'started')], { signal: AbortSignal.abort() }));
  expect(error.code).toBe('TIMED_OUT');
  expect((await sh('ls', { env: { PATH: '/usr/bin:/bin' } })).output).not.toContain('started');
});

test('a child that is left behind does not hold the gateway, and does not live on', async () => {
  const marker = unusual();
  const started = Date.now();
  const result = await sh(`sleep ${marker} & echo done`, { env: { PATH: '/usr/bin:/bin' } });
  expect(result).toEqual({ exit_code: 0, output: 'done\n' });
  expect(Date.now() - started).toBeLessThan(3_000);
  await eventually('the end of the child', () => !isRunning(marker));
});

test.each<[string, readonly string[], Partial<ProcessOptions>, RegExp]>([
  ['a program that is not there', ['/nonexistent/tool'], {}, /\/nonexistent\/tool is not there/],
  ['a program that may not be executed', ['/etc/passwd'], {}, /may not be executed/],
  ['a program without an absolute path', ['echo'], {}, /absolute/],
  ['no program', [], {}, /absolute/],
  ['a directory that is not there', ['/bin/true'], { cwd: '/nonexistent' }, /directory \/nonexistent is not there/],
  ['a file as directory', ['/bin/true'], { cwd: '/etc/passwd' }, /is no directory/],
  ['a user that is not there', ['/bin/true'], { user: 'nobody-of-that-name' }, /no user nobody-of-that-name/],
])('%s is a mistake of the configuration', async (_what, argv, options, message) => {
  const error = await failure(run(argv, options));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(message);
});

const asRoot = process.getuid?.() === 0;
test('a registered user is who it runs as; a gateway that is not root says that it cannot', async () => {
  const attempt = run(['/usr/bin/id'], { user: 'nobody', cwd: '/' });
  if (asRoot) expect((await attempt).output).toMatch(/^uid=\d+\(nobody\) gid=\d+\(nogroup\) groups=\d+\(nogroup\)\n$/);
  else expect((await failure(attempt)).message).toMatch(/may not run programs as nobody/);
});
