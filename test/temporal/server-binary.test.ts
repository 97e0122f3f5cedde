import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWingmanError } from '../../domain/errors';
import { isAlive } from '../../platform/postmaster-file';
import { binaryName, cacheDirectory, findTemporalBinary, serverRefusal, temporalOutlook } from '../../temporal/server-binary';
import { until } from '../support/until';

let dir: string;
const log = (): void => undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-binary-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** A program that says it is this server, and nothing else: only the look-up is under test. */
function program(name: string, server: string): string {
  const file = join(dir, name);
  writeFileSync(file, `#!/bin/sh\necho "temporal version 1.5.1 (Server ${server}, UI 2.42.1)"\n`);
  chmodSync(file, 0o755);
  return file;
}

async function codeAndMessage(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (isWingmanError(error)) return `${error.code}: ${error.message}`;
  }
  throw new Error('it was not refused');
}

describe('findTemporalBinary', () => {
  it('takes the one that WINGMAN_TEMPORAL_BIN names before the one on PATH', async () => {
    const ours = program('ours', '1.29.7');
    program('temporal', '1.30.4');
    expect(await findTemporalBinary({ log, cacheDir: dir, env: { WINGMAN_TEMPORAL_BIN: ours, PATH: dir } })).toBe(ours);
  });

  it('refuses a WINGMAN_TEMPORAL_BIN that does not serve instead of taking another', async () => {
    program('temporal', '1.30.4');
    const message = await codeAndMessage(findTemporalBinary({ log, cacheDir: dir, env: { WINGMAN_TEMPORAL_BIN: join(dir, 'absent'), PATH: dir } }));
    expect(message).toMatch(/^CONFIG_INVALID: WINGMAN_TEMPORAL_BIN=.*absent/);
  });

  it('takes the one on PATH when its server is new enough', async () => {
    const file = program('temporal', '1.30.4');
    expect(await findTemporalBinary({ log, cacheDir: dir, env: { PATH: `/nowhere:${dir}` } })).toBe(file);
  });

  it('passes over an old one on PATH for the cached one', async () => {
    program('temporal', '1.29.1');
    const cached = program(binaryName(), '1.29.7');
    expect(await findTemporalBinary({ log, cacheDir: dir, env: { PATH: dir } })).toBe(cached);
  });

  it('lists every try and its reason when nothing is found', async () => {
    copyFileSync(program('old', '1.29.1'), join(dir, 'temporal'));
    const message = await codeAndMessage(findTemporalBinary({ log, cacheDir: join(dir, 'cache'), env: { PATH: dir, WINGMAN_NO_DOWNLOAD: '1' } }));
    expect(message).toMatch(/^CONFIG_MISSING/);
    expect(message).toContain('WINGMAN_TEMPORAL_BIN: not set');
    expect(message).toMatch(/PATH: .*1\.29\.1 lacks security fixes/);
    expect(message).toMatch(/cache .*: empty/);
    expect(message).toContain('download: WINGMAN_NO_DOWNLOAD is set');
    expect(message).toMatch(/Go build: no `go` command/);
  });

  it('ends a build that nobody waits for any more', async () => {
    const pidFile = join(dir, 'build.pid');
    writeFileSync(join(dir, 'go'), `#!/bin/sh\nif [ "$1" = version ]; then echo "go version go1.26.1 linux/amd64"; else echo $$ > ${pidFile}; exec /bin/sleep 1000; fi\n`, { mode: 0o755 });
    const stop = new AbortController();
    const found = codeAndMessage(findTemporalBinary({ log, cacheDir: join(dir, 'empty'), env: { PATH: dir, WINGMAN_NO_DOWNLOAD: '1' }, signal: stop.signal }));
    const pid = await until('the build runs', () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
    stop.abort();
    expect(await found).toMatch(/^CONFIG_MISSING/);
    await until('it has ended', () => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });
});

describe('temporalOutlook', () => {
  it('finds what is there, and makes nothing', () => {
    const ours = program('ours', '1.29.7');
    expect(temporalOutlook({ WINGMAN_TEMPORAL_BIN: ours, PATH: dir })).toEqual({ kind: 'here', file: ours });
    expect(temporalOutlook({ PATH: dir, XDG_CACHE_HOME: join(dir, 'cache') }).kind).toBe('obtainable');
    expect(existsSync(join(dir, 'cache'))).toBe(false);
  });
});

describe('serverRefusal', () => {
  it.each([['1.29.7'], ['1.29.12'], ['1.30.3'], ['1.31.0'], ['2.0.0']])('accepts server %s', (version) => {
    expect(serverRefusal(`temporal version 1.5.1 (Server ${version}, UI 2.42.1)`)).toBeNull();
  });

  it.each([['1.22.4'], ['1.29.1'], ['1.29.6'], ['1.30.0'], ['1.30.2'], ['0.9.0']])('refuses server %s', (version) => {
    expect(serverRefusal(`temporal version 1.5.1 (Server ${version}, UI 2.42.1)`)).toContain('1.29.7 or later');
  });

  it('refuses a program that is something else', () => {
    expect(serverRefusal('temporal, a calendar')).toBe('its version does not name a server');
  });
});

describe('cacheDirectory', () => {
  it.each([
    [{ XDG_CACHE_HOME: '/x' }, '/x/wingman'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/wingman'],
    [{ HOME: '/h' }, '/h/.cache/wingman'],
  ])('of %p is %s', (env, expected) => {
    expect(cacheDirectory(env)).toBe(expected);
  });

  it('is beside the product for an account without a home', () => {
    expect(cacheDirectory({ HOME: '/nonexistent' })).toMatch(/\.wingman-cache$/);
    expect(cacheDirectory({ HOME: '' })).toMatch(/\.wingman-cache$/);
  });
});

it('the binary is named after both versions and the digest of go.sum', () => {
  expect(binaryName()).toMatch(/^temporal-1\.5\.1-server-1\.29\.7-\w+-\w+-[0-9a-f]{12}$/);
});
