import { spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { candidates } from '../../../clients/cli/completion/candidates';
import { createProgram } from '../../../clients/cli/program';
import { runWingman } from './run-wingman';

const WINGMAN = join(__dirname, '..', '..', '..', 'scripts', 'wingman.mjs');
const nothing = () => Promise.resolve([]);

interface Offer {
  readonly path: readonly string[];
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

/** What help tells of a command is what its completion must offer. */
function offersOf(command: Command, path: readonly string[] = []): readonly Offer[] {
  const help = command.createHelp();
  const own = help.visibleCommands(command);
  const inner = own.filter((one) => one.name() !== 'help').flatMap((one) => offersOf(one, [...path, one.name()]));
  return [{ path, commands: own.map((one) => one.name()), options: help.visibleOptions(command).flatMap(({ long }) => long ?? []) }, ...inner];
}

describe('completion', () => {
  const home = mkdtempSync(join(tmpdir(), 'wingman-completion-'));
  symlinkSync(WINGMAN, join(home, 'wingman'));
  // A data directory without a set-up: no server is known.
  const env = { PATH: `${home}:${process.env['PATH'] ?? ''}`, WINGMAN_DATA_DIR: home };

  it('offers every command and option of the tree', async () => {
    const offers = offersOf(createProgram());
    expect(offers.length).toBeGreaterThan(50);
    for (const { path, commands, options } of offers) {
      expect(await candidates(createProgram(), [...path, ''], nothing)).toEqual(expect.arrayContaining([...commands]));
      expect(await candidates(createProgram(), [...path, '--'], nothing)).toEqual(expect.arrayContaining([...options]));
    }
  });

  it('knows values, and what stands before', async () => {
    const lookup = (path: readonly string[]) => Promise.resolve(path.join(' ') === 'approve' ? ['3f2a', '9c11'] : []);
    const offered = (...words: readonly string[]) => candidates(createProgram(), words, lookup);
    expect(await offered('approve', '')).toEqual(['3f2a', '9c11']);
    expect(await offered('--url', 'approve', 'approve', '--note', 'fine', '3')).toEqual(['3f2a']);
    expect(await offered('approve', '3f2a', '')).toEqual([]);
    expect(await offered('approve', '--note', '')).toEqual([]);
    expect(await offered('completion', '')).toEqual(['bash', 'fish', 'zsh']);
    expect(await offered('keys', 'issue', 'op')).toEqual(['operator']);
    expect(await offered('__')).toEqual([]);
  });

  it('completes in a real bash, in silence, also when no server runs', async () => {
    const { code, out } = await runWingman(['completion', 'bash']);
    expect(code).toBe(0);
    writeFileSync(join(home, 'completion.bash'), out);
    const offers = offersOf(createProgram()).filter(({ path }) => path.length < 2 && ['', 'policy', 'init'].includes(path.join(' ')));
    expect(offers).toHaveLength(3);
    const complete = (...words: readonly string[]): readonly string[] => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const script = `source '${home}/completion.bash'; set -- $(complete -p wingman); COMP_WORDS=(wingman ${quoted}); COMP_CWORD=${String(words.length)}; _wingman wingman; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const ran = spawnSync('bash', ['--norc', '-c', script], { env, encoding: 'utf8' });
      expect([ran.status, ran.stderr]).toEqual([0, '']);
      return ran.stdout.split('\n');
    };
    for (const { path, commands, options } of offers) {
      expect(complete(...path, '')).toEqual(expect.arrayContaining([...commands]));
      expect(complete(...path, '--')).toEqual(expect.arrayContaining([...options]));
    }
    expect(complete('approve', '')).toEqual(['', '']);
    // A server that is not there, and one that takes the connection and says nothing, are both nothing to tell.
    const gone = await runWingman(['__complete', '--', 'approve', ''], { env: { ...env, WINGMAN_URL: 'http://127.0.0.1:9', WINGMAN_KEY: 'wm_r_x' } });
    expect(gone).toEqual({ code: 0, out: '', err: '' });
  }, 120_000);

  it.each(['zsh', 'fish'])('has a script that %s can read', async (shell) => {
    const { out } = await runWingman(['completion', shell]);
    expect(out).toContain('__complete -- ');
    const file = join(home, `completion.${shell}`);
    writeFileSync(file, out);
    const ran = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    if (ran.error !== undefined) {
      process.stderr.write(`\nNOT CHECKED: ${shell} is not installed here, so nothing has read its completion script\n`);
      return;
    }
    expect([ran.status, ran.stderr]).toEqual([0, '']);
  });
});
