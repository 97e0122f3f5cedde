import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstOnPath } from '../../../../clients/cli/shim/install-shim';
import { runWingman } from '../run-wingman';

describe('wingman shim', () => {
  const fresh = () => mkdtempSync(join(tmpdir(), "wingman shim's "));

  it('installs an executable docker, once, and takes it away again', async () => {
    const dir = join(fresh(), 'bin');
    const file = join(dir, 'docker');
    const first = await runWingman(['shim', 'install', '--dir', dir]);
    expect([first.code, first.out]).toEqual([0, `installed ${file}\n`]);
    expect(first.err).toContain(`export PATH="${dir}:$PATH"`);
    expect(first.err).toContain('a key of kind agent');
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect((await runWingman(['shim', 'install', '--dir', dir])).out).toBe(`unchanged ${file}\n`);
    expect((await runWingman(['shim', 'remove', '--dir', dir])).out).toBe(`removed ${file}\n`);
    expect(existsSync(file)).toBe(false);
    expect((await runWingman(['shim', 'remove', '--dir', dir])).out).toBe(`there is no shim at ${file}\n`);
  });

  it('renews the one of another installation', async () => {
    const dir = fresh();
    writeFileSync(join(dir, 'docker'), '#!/bin/sh\n# wingman: docker shim\nexec /gone "$@"\n', { mode: 0o755 });
    expect((await runWingman(['shim', 'install', '--dir', dir])).out).toBe(`renewed ${join(dir, 'docker')}\n`);
    expect(readFileSync(join(dir, 'docker'), 'utf8')).not.toContain('/gone');
  });

  it('never touches a docker that is not its own', async () => {
    const dir = fresh();
    writeFileSync(join(dir, 'docker'), 'the real one', { mode: 0o755 });
    for (const verb of ['install', 'remove']) {
      const { code, err } = await runWingman(['shim', verb, '--dir', dir]);
      expect([code, err]).toEqual([2, expect.stringMatching(/is not Wingman’s shim|is not Wingman's shim/)]);
    }
    expect(readFileSync(join(dir, 'docker'), 'utf8')).toBe('the real one');
  });

  it('finds the docker that a shell would find', () => {
    const [one, two] = [fresh(), fresh()];
    writeFileSync(join(one, 'docker'), 'not executable', { mode: 0o644 });
    writeFileSync(join(two, 'docker'), 'x', { mode: 0o755 });
    expect(firstOnPath('docker', `:${one}:${two}`)).toBe(join(two, 'docker'));
    expect(firstOnPath('docker', one)).toBeNull();
  });
});
