import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAction } from '../../domain/parse-action';
import { EMPTY_REGISTRY, type Registry } from '../../domain/registry';
import type { Engine } from '../../gateway/engine';
import { runAction } from '../../gateway/run-action';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-compose-')));
const CONTENT = 'services: { web: { image: nginx:1.27 } }\n';
/** Prints what compose would be given. */
const program = join(dir, 'print');
writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\n/usr/bin/env | /usr/bin/sort\n');
chmodSync(program, 0o755);

const registry: Registry = {
  ...EMPTY_REGISTRY,
  compose: { shop: { dir, files: [{ name: 'compose.yaml', sha256: createHash('sha256').update(CONTENT).digest('hex') }], services: ['web'], default: true } },
};
const up = () =>
  runAction(
    { engine: {} as Engine, dockerSocket: '/run/none.sock', compose: [program], stepTimeoutMs: 10_000, maxOutputBytes: 10_000 },
    { action: parseAction('docker compose ps', registry), targets: new Map(), registry },
  );

beforeEach(() => {
  writeFileSync(join(dir, 'compose.yaml'), CONTENT);
  rmSync(join(dir, '.env'), { force: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('a compose step', () => {
  it('gets an environment that nobody else has written', async () => {
    process.env['WM_CANARY'] = 'of the gateway';
    const { exit_code, output } = await up();
    delete process.env['WM_CANARY'];
    expect(exit_code).toBe(0);
    expect(output).toContain(`--project-directory\n${dir}\n-p\nshop\n-f\n${dir}/compose.yaml\n`);
    const names = output.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual(['COMPOSE_INTERACTIVE_NO_CLI', 'DOCKER_HOST', 'HOME', 'LC_ALL', 'PATH']);
  });

  it('is refused where compose would read a .env that no hash pins', async () => {
    writeFileSync(join(dir, '.env'), 'IMAGE=evil.example/x:1\n');
    await expect(up()).rejects.toMatchObject({ code: 'COMMAND_COMPOSE', message: expect.stringContaining(`${dir}/.env`) });
  });

  it('is refused for a .env that is a link, also one that leads nowhere yet', async () => {
    symlinkSync(join(dir, 'not-there-yet'), join(dir, '.env'));
    await expect(up()).rejects.toMatchObject({ code: 'COMMAND_COMPOSE' });
  });

  it('is refused when a registered file is another one', async () => {
    writeFileSync(join(dir, 'compose.yaml'), `${CONTENT}# changed\n`);
    await expect(up()).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });
});
