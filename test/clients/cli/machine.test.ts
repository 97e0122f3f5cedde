import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePort } from '../../../platform/free-port';
import { loadGatewayKeys, loadWorkerKeys } from '../../../security/keys/load';
import { until } from '../../support/until';
import { onTerminal, runWingman, startWingman } from './run-wingman';

jest.setTimeout(180_000);

describe('the wingman command on this machine', () => {
  const newDir = (): string => mkdtempSync(join(tmpdir(), 'wingman-machine-'));
  const on = (dir: string) => ({ WINGMAN_DATA_DIR: dir });

  it('makes the signing keys, and makes none twice', async () => {
    const dir = newDir();
    const made = await runWingman(['keys', 'create'], { env: on(dir) });
    expect([made.code, made.out]).toEqual([0, `the keys in ${join(dir, 'keys')} are complete\n`]);
    const before = readFileSync(join(dir, 'keys', 'keyset.json'), 'utf8');
    expect((await runWingman(['keys', 'create'], { env: on(dir) })).code).toBe(0);
    expect(readFileSync(join(dir, 'keys', 'keyset.json'), 'utf8')).toBe(before);
  });

  it('rotates a signing key, and says what to restart in which order', async () => {
    const dir = newDir();
    const none = await runWingman(['keys', 'rotate', 'mint'], { env: on(dir) });
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^CONFIG_MISSING: .*wingman keys create/)]);
    await runWingman(['keys', 'create'], { env: on(dir) });
    const old = (await loadWorkerKeys(join(dir, 'keys', 'worker'))).mint.kid;
    const { code, out, err } = await runWingman(['--json', 'keys', 'rotate', 'mint'], { env: on(dir) });
    const { kid, restart } = JSON.parse(out) as { kid: string; restart: readonly string[] };
    expect([code, restart, err]).toEqual([0, ['gateway', 'worker'], expect.stringContaining('npm start')]);
    expect((await loadWorkerKeys(join(dir, 'keys', 'worker'))).mint.kid).toBe(kid);
    expect((await loadGatewayKeys(join(dir, 'keys', 'gateway'))).keyset.get(old)).toMatchObject({ status: 'overlap' });
  });

  it('revokes the old key only when somebody agrees', async () => {
    const dir = newDir();
    await runWingman(['keys', 'create'], { env: on(dir) });
    const old = (await loadWorkerKeys(join(dir, 'keys', 'worker'))).mint.kid;
    const statusOfOld = async () => (await loadGatewayKeys(join(dir, 'keys', 'gateway'))).keyset.get(old)?.status;
    const args = ['keys', 'rotate', 'mint', '--revoke-old'];
    const unasked = await runWingman(args, { env: on(dir) });
    expect([unasked.code, unasked.err, await statusOfOld()]).toEqual([1, expect.stringContaining('say --yes'), 'active']);
    const no = await onTerminal(args, on(dir), [['Revoke it?', 'n\r']]);
    expect([no.code, await statusOfOld()]).toEqual([1, 'active']);
    const yes = await onTerminal(args, on(dir), [['Revoke it?', 'y\r']]);
    expect([yes.code, yes.out, await statusOfOld()]).toEqual([0, expect.stringContaining('restart, in this order: gateway, worker'), 'revoked']);
  });

  it('looks at the machine', async () => {
    const { code, out } = await runWingman(['--json', 'doctor'], { env: { ...on(newDir()), WINGMAN_TELEGRAM_TOKEN: '' } });
    const { checks, ok } = JSON.parse(out) as { checks: readonly { name: string; state: string; fix: string | null }[]; ok: boolean };
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['Node', 'Postgres', 'Data directory', 'Docker']));
    expect(checks.every(({ state, fix }) => state === 'ok' || fix !== null)).toBe(true);
    expect(code).toBe(ok ? 0 : 1);
    const broken = await runWingman(['doctor'], { env: { ...on(newDir()), WINGMAN_PORT: 'many' } });
    expect([broken.code, broken.out]).toEqual([1, expect.stringMatching(/Settings\s+failed\s+WINGMAN_PORT=many is not a port/)]);
  });

  const used = (): string => {
    const dir = newDir();
    mkdirSync(join(dir, 'keys'));
    writeFileSync(join(dir, 'credentials.json'), '{}');
    writeFileSync(join(dir, 'notes-of-somebody.txt'), 'mine');
    return dir;
  };

  it('forgets everything of its own once the directory’s name is typed, and nothing else', async () => {
    const dir = used();
    const unasked = await runWingman(['reset'], { env: on(dir) });
    expect([unasked.code, unasked.err]).toEqual([1, expect.stringContaining('there is no terminal to ask on; say --yes')]);
    const question = `Type the directory’s name (${basename(dir)})`;
    const wrong = await onTerminal(['reset'], on(dir), [[question, 'yes\r']]);
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('nothing was removed')]);
    const interrupted = await onTerminal(['reset'], on(dir), [[question, '\u0003']]);
    expect([interrupted.code, readdirSync(dir).sort()]).toEqual([130, ['credentials.json', 'keys', 'notes-of-somebody.txt']]);
    const right = await onTerminal(['reset'], on(dir), [[question, `${basename(dir)}\r`]]);
    expect([right.code, right.out]).toEqual([0, expect.stringContaining('removed credentials.json, keys')]);
    expect(readdirSync(dir)).toEqual(['notes-of-somebody.txt']);
  });

  it('does not ask with --yes, and says when there is nothing', async () => {
    const dir = used();
    expect(JSON.parse((await runWingman(['reset', '--yes', '--json'], { env: on(dir) })).out)).toEqual({ kind: 'removed', entries: ['credentials.json', 'keys'] });
    expect((await runWingman(['reset', '--yes'], { env: on(dir) })).out).toBe(`nothing is there: ${dir}\n`);
  });

  it('ends `up` as the supervisor ends', async () => {
    const dir = newDir();
    const settings = await runWingman(['up'], { env: { ...on(dir), WINGMAN_PORT: 'many' } });
    expect([settings.code, settings.err]).toEqual([1, expect.stringContaining('WINGMAN_PORT=many is not a port.')]);
    const taken = createServer().listen(0, '127.0.0.1');
    await until('the port is taken', () => taken.listening);
    const blocked = await runWingman(['up'], { env: { ...ownEnv(), ...on(dir), WINGMAN_PORT: String((taken.address() as AddressInfo).port) } });
    taken.close();
    expect([blocked.code, blocked.err]).toEqual([1, expect.stringContaining('Fix: ')]);
  });

  it('brings everything up, serves the other commands, and stops it in order when it is told to', async () => {
    const dir = newDir();
    const up = startWingman(['up'], { env: { ...ownEnv(), ...on(dir), WINGMAN_PORT: String(await freePort()) } });
    let code: number | null | undefined;
    void up.ended.then((ended) => (code = ended.code));
    await until('it is up', () => {
      if (code !== undefined) throw new Error(`it ended with ${String(code)}: ${up.out()}${up.err()}`);
      return up.out().includes('Stop: Ctrl-C');
    }, 120_000);
    expect((await runWingman(['pending'], { env: on(dir) })).out).toBe('nothing is waiting\n');
    expect((await runWingman(['ledger', 'verify'], { env: on(dir) })).out).toMatch(/^OK: /);
    const reset = await runWingman(['reset', '--yes'], { env: on(dir) });
    expect([reset.code, reset.err]).toEqual([1, expect.stringContaining('CONFIG_INVALID')]);
    up.child.kill('SIGTERM');
    expect((await up.ended).code).toBe(0);
    expect(up.out()).toContain('stopped');
    expect((await runWingman(['reset', '--yes'], { env: on(dir) })).code).toBe(0);
    expect(existsSync(join(dir, 'postgres'))).toBe(false);
  });
});

function ownEnv(): Readonly<Record<string, string>> {
  const { HOME = '', XDG_CACHE_HOME = '', WINGMAN_TEMPORAL_BIN = '' } = process.env;
  return { HOME, XDG_CACHE_HOME, WINGMAN_TEMPORAL_BIN };
}
