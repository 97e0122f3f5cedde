import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepResult } from '../../domain/command/action';
import { parseAction } from '../../domain/command/parse-action';
import { EMPTY_REGISTRY, type Registry } from '../../domain/command/registry';
import type { Engine } from '../../gateway/engine';
import { runAction } from '../../gateway/run-action';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-compose-')));
// Suites that run beside this one leave their copies elsewhere.
process.env['TMPDIR'] = dir;
const CONTENT = 'services: { web: { image: nginx:1.27 } }\n';
/** Prints what compose would be given: its words, its environment, and the files it would read. */
const program = join(dir, 'print');
writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\n/usr/bin/env | /usr/bin/sort\nfor word in "$@"; do case "$word" in *.yaml) echo "FILE $(/bin/cat "$word")";; esac; done\n');
chmodSync(program, 0o755);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const registryOf = (content: string, env: Readonly<Record<string, string>> = {}): Registry => ({
  ...EMPTY_REGISTRY,
  compose: {
    shop: { dir, files: [{ name: 'compose.yaml', sha256: sha256(content) }], env_files: Object.entries(env).map(([name, text]) => ({ name, sha256: sha256(text) })), services: ['web'], default: true },
  },
});
const run = (registry: Registry): Promise<StepResult> =>
  runAction(
    { engine: {} as Engine, dockerSocket: '/run/none.sock', compose: [program], stepTimeoutMs: 10_000, maxOutputBytes: 10_000 },
    { action: parseAction('docker compose ps', registry), targets: new Map(), registry },
  );
const ps = (content = CONTENT, env: Readonly<Record<string, string>> = {}): Promise<StepResult> => {
  writeFileSync(join(dir, 'compose.yaml'), content);
  return run(registryOf(content, env));
};
const readBy = ({ output }: StepResult): Record<string, any> => JSON.parse(/^FILE (.*)$/m.exec(output)?.[1] ?? 'null') as Record<string, any>;

beforeEach(() => rmSync(join(dir, '.env'), { force: true }));
afterAll(() => rmSync(dir, { recursive: true }));

describe('a compose step', () => {
  it('gets an environment that nobody else has written', async () => {
    process.env['WM_CANARY'] = 'of the gateway';
    const { exit_code, output } = await ps();
    delete process.env['WM_CANARY'];
    expect(exit_code).toBe(0);
    expect(output).toMatch(new RegExp(`--project-directory\n${dir}\n--env-file\n(/.*)/empty\n-p\nshop\n-f\n\\1/0\\.yaml\nps\n`));
    const names = output.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual(['COMPOSE_INTERACTIVE_NO_CLI', 'DOCKER_HOST', 'HOME', 'LC_ALL', 'PATH']);
  });

  it('reads a copy of ours with the content that was checked, and leaves none behind', async () => {
    const before = copies();
    const result = await ps('x-note: 1\nservices:\n  web: { image: "nginx:1.27", ports: ["22:22"], labels: { on: yes }, x-own: 2 }\nvolumes: { data: {} }\n');
    expect(readBy(result)).toEqual({ services: { web: { image: 'nginx:1.27', ports: ['22:22'], labels: { on: 'yes' } } }, volumes: { data: {} } });
    await expect(ps('services: [')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(copies()).toEqual(before);
  });

  it('is refused where compose would read a .env that no hash pins', async () => {
    writeFileSync(join(dir, '.env'), 'IMAGE=evil.example/x:1\n');
    await expect(ps()).rejects.toMatchObject({ code: 'COMMAND_COMPOSE', message: expect.stringContaining(`${dir}/.env`) });
  });

  it('is refused for a .env that is a link, also one that leads nowhere yet', async () => {
    symlinkSync(join(dir, 'not-there-yet'), join(dir, '.env'));
    await expect(ps()).rejects.toMatchObject({ code: 'COMMAND_COMPOSE' });
  });

  it('is refused when a registered file is another one', async () => {
    writeFileSync(join(dir, 'compose.yaml'), `${CONTENT}# changed\n`);
    await expect(run(registryOf(CONTENT))).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('reads aliases and merges as what they stand for', async () => {
    const content = 'x-a: &a { image: nginx:1.27, restart: always }\nservices: { web: { <<: *a, restart: "no" } }\n';
    expect(readBy(await ps(content))['services'].web).toEqual({ image: 'nginx:1.27', restart: 'no' });
  });

  it('reads a .env that is pinned like every other file', async () => {
    writeFileSync(join(dir, '.env'), 'TAG=1.27\n');
    const { output } = await ps('services: { web: { image: "nginx:${TAG}" } }\n', { '.env': 'TAG=1.27\n' });
    expect(output).toMatch(/--env-file\n\/.*\/0\.env\n/);
  });

  it('reads files of variables that are pinned, from a copy as well, and no others', async () => {
    const content = 'services: { web: { image: nginx:1.27, env_file: [./web.env, { path: more.env, required: true }] } }\n';
    writeFileSync(join(dir, 'web.env'), 'A=1\n');
    writeFileSync(join(dir, 'more.env'), 'B=2\n');
    const read = readBy(await ps(content, { 'web.env': 'A=1\n', 'more.env': 'B=2\n' }));
    expect(read['services'].web.env_file).toEqual([expect.stringMatching(/\/wingman-compose-[^/]+\/0\.env$/), expect.stringMatching(/\/1\.env$/)]);
    await expect(ps(content, { 'web.env': 'A=1\n' })).rejects.toMatchObject({ code: 'COMMAND_COMPOSE', message: expect.stringContaining('more.env, which is not pinned') });
    writeFileSync(join(dir, 'more.env'), 'B=3\n');
    await expect(ps(content, { 'web.env': 'A=1\n', 'more.env': 'B=2\n' })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('says of pinned variables in the plan, so that who approves has approved them', () => {
    const registry = registryOf(CONTENT, { 'web.env': 'A=1\n' });
    expect(parseAction('docker compose ps', registry).args).toMatchObject({ env_files: [{ name: 'web.env', sha256: sha256('A=1\n') }] });
    expect(parseAction('docker compose ps', registryOf(CONTENT)).args).not.toHaveProperty('env_files');
  });

  it.each<readonly [string, string, RegExp]>([
    ['include of a file', 'include: [other.yaml]\nservices: {}\n', /include/],
    ['include of a list with an env_file', 'include: [{ path: other.yaml, env_file: .x }]\nservices: {}\n', /include/],
    ['include of a repository', 'include: ["git@example.com:x/y.git"]\nservices: {}\n', /include/],
    ['include of an artifact', 'include: ["oci://registry.example/x"]\nservices: {}\n', /include/],
    ['extends of another file', 'services: { web: { extends: { file: other.yaml, service: web } } }\n', /extends/],
    ['a file of variables', 'services: { web: { image: x, env_file: web2.env } }\n', /not pinned/],
    ['a file of variables elsewhere', 'services: { web: { image: x, env_file: /etc/shadow } }\n', /not pinned/],
    ['a file of variables above', 'services: { web: { image: x, env_file: [../secret.env] } }\n', /not pinned/],
    ['a file of variables by interpolation', 'services: { web: { image: x, env_file: "${HOME}/x" } }\n', /not pinned/],
    ['a file of variables in a form of tomorrow', 'services: { web: { image: x, env_file: { glob: "*.env" } } }\n', /env_file/],
    ['a file of labels', 'services: { web: { image: x, label_file: labels } }\n', /label_file/],
    ['a credential specification in a file', 'services: { web: { image: x, credential_spec: { file: c.json } } }\n', /credential_spec/],
    ['a secret in a file', 'services: { web: { image: x, secrets: [s] } }\nsecrets: { s: { file: ./s } }\n', /file/],
    ['a config in a file', 'services: { web: { image: x, configs: [c] } }\nconfigs: { c: { file: /etc/passwd } }\n', /file/],
    ['a provider', 'services: { web: { provider: { type: /bin/sh } } }\n', /provider/],
    ['a watch', 'services: { web: { image: x, develop: { watch: [{ path: ., action: rebuild }] } } }\n', /develop/],
    ['models', 'services: { web: { image: x, models: [m] } }\nmodels: { m: { model: y } }\n', /models/],
    ['a key of a service that nobody knows', 'services: { web: { image: x, from_file: y } }\n', /from_file/],
    ['a key of the file that nobody knows', 'services: { web: { image: x } }\nimports: [y]\n', /imports/],
    ['a service that is not registered', 'services: { web: { image: x }, miner: { image: y } }\n', /miner/],
    ['the same key twice', 'services: { web: { image: x, image: y } }\n', /unique/i],
    ['the same service twice', 'services:\n  web: { image: x }\n  web: { image: y }\n', /unique/i],
    ['a tag that resets', 'services: { web: { image: x, ports: !reset [] } }\n', /tag/i],
    ['a tag that makes an object', 'services: { web: { image: !!python/object/apply:os.system ["id"] } }\n', /tag/i],
    ['aliases that blow up', `x-a: &a [x, x, x, x, x, x, x, x, x]\nx-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nx-c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nservices: { web: { image: x, labels: { a: [*c, *c, *c, *c] } } }\n`, /alias/],
    ['two documents', 'services: { web: { image: x } }\n---\nservices: { web: { image: y } }\n', /document/],
    ['a prototype', 'services: { __proto__: { image: x } }\n', /__proto__/],
    ['no services but a list', 'services: [web]\n', /services/],
    ['no YAML', 'services: { web: {\n', /./],
    ['nothing but a text', 'TRUE\n', /./],
  ])('is refused for %s, whatever its hash', async (_, content, why) => {
    await expect(ps(content)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:CONFIG_INVALID|COMMAND_COMPOSE)$/), message: expect.stringMatching(why) });
  });
});

const copies = (): readonly string[] => readdirSync(dir).filter((name) => name.startsWith('wingman-compose-'));
