import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTerminal, runWingman } from '../run-wingman';

describe('wingman hook install', () => {
  const fresh = () => mkdtempSync(join(tmpdir(), "wingman hook's "));
  const MINE = '{\n  "model": "x"\n}\n';

  it('shows the change, keeps what was there, and takes itself out again', async () => {
    const dir = fresh();
    const file = join(dir, 'settings.json');
    writeFileSync(file, MINE, { mode: 0o640 });
    const { code, out, err } = await runWingman(['hook', 'install', '--settings', file, '--wait', '100', '--programs', 'systemctl', '--yes']);
    expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^written ${file}\nbefore {2}${file}.*\\.bak\n$`))]);
    expect(err).toContain('+   "hooks": {');
    const [group] = JSON.parse(readFileSync(file, 'utf8')).hooks.PreToolUse;
    expect(group).toMatchObject({ matcher: 'Bash|PowerShell|Monitor', hooks: [{ type: 'command', timeout: 160, onFailure: 'block', command: expect.stringMatching(/clients\/cli\/main\.js' hook --wait 100 --programs systemctl \|\| exit 2$/) }] });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const backups = readdirSync(dir).filter((name) => name.endsWith('.bak'));
    expect(backups.map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual([MINE]);

    expect((await runWingman(['hook', 'install', '--settings', file, '--wait', '100', '--programs', 'systemctl', '--yes'])).out).toBe(`${file} is so already\n`);
    expect((await runWingman(['hook', 'remove', '--settings', file, '--yes'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(MINE);
    expect((await runWingman(['hook', 'remove', '--settings', file, '--yes'])).out).toBe(`${file} is so already\n`);
  });

  it('makes the file where there is none, and prints it without writing when asked to', async () => {
    const file = join(fresh(), 'deep', 'settings.json');
    const printed = await runWingman(['hook', 'install', '--settings', file, '--print']);
    expect([printed.code, JSON.parse(printed.out).hooks.PreToolUse]).toEqual([0, [expect.objectContaining({ matcher: 'Bash|PowerShell|Monitor' })]]);
    const home = fresh();
    expect((await runWingman(['hook', 'install', '--yes'], { env: { CLAUDE_CONFIG_DIR: home } })).out).toContain(join(home, 'settings.json'));
    expect(readdirSync(home)).toEqual(['settings.json']);
  });

  it('asks, and writes nothing without a yes', async () => {
    const file = join(fresh(), 'settings.json');
    writeFileSync(file, MINE);
    const silent = await runWingman(['hook', 'install', '--settings', file]);
    expect([silent.code, silent.err]).toEqual([1, expect.stringContaining('no terminal to ask on; say --yes')]);
    const no = await onTerminal(['hook', 'install', '--settings', file], {}, [['Write this?', 'n\n']]);
    expect([no.code, no.out]).toEqual([1, expect.stringContaining('nothing was changed')]);
    expect(readFileSync(file, 'utf8')).toBe(MINE);
    const yes = await onTerminal(['hook', 'install', '--settings', file], {}, [['Write this?', 'y\n']]);
    expect([yes.code, yes.out]).toEqual([0, expect.stringContaining(`written ${file}`)]);
  });

  it('follows a link and leaves it one, and refuses a file that it does not understand', async () => {
    const dir = fresh();
    mkdirSync(join(dir, 'dotfiles'));
    const real = join(dir, 'dotfiles', 'settings.json');
    writeFileSync(real, MINE);
    symlinkSync(real, join(dir, 'settings.json'));
    await runWingman(['hook', 'install', '--settings', join(dir, 'settings.json'), '--yes']);
    expect(lstatSync(join(dir, 'settings.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain("main.js' hook");
    writeFileSync(real, '{ // mine\n}');
    const { code, err } = await runWingman(['hook', 'install', '--settings', real, '--yes']);
    expect([code, err]).toEqual([2, expect.stringMatching(/settings\.json: it is not plain JSON.*Nothing was changed/)]);
    expect(readFileSync(real, 'utf8')).toBe('{ // mine\n}');
  });

  it('writes a command that denies also when Wingman itself is gone', async () => {
    const file = join(fresh(), 'settings.json');
    await runWingman(['hook', 'install', '--settings', file, '--yes']);
    const { command } = JSON.parse(readFileSync(file, 'utf8')).hooks.PreToolUse[0].hooks[0] as { command: string };
    const codeOf = (line: string): number => {
      try {
        execFileSync('sh', ['-c', line], { input: '{}', stdio: ['pipe', 'ignore', 'ignore'] });
        return 0;
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    expect(codeOf(command.replace('cli/main.js', 'cli/gone.js'))).toBe(2);
    expect(codeOf(command.replace(/'[^']*node'/, "'/gone/node'"))).toBe(2);
    expect(codeOf(command.replace('--wait', '--no-such-option'))).toBe(2);
  });

  it.each([['a;b'], ['$(id)'], ['/usr/bin/x']])('refuses %s as the name of a program', async (name) => {
    const { code, err } = await runWingman(['hook', 'install', '--settings', join(fresh(), 's.json'), '--programs', name, '--yes']);
    expect([code, err]).toEqual([2, expect.stringContaining('is no name of a program')]);
  });
});
