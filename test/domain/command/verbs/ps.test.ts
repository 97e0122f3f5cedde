import { ps } from '../../../../domain/command/verbs/ps';
import { EMPTY_REGISTRY } from '../../../../domain/command/registry';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { refusedCode, runVerb } from '../../../support/run-verb';

let world: DockerWorld;
let web: { id: string; name: string };
beforeAll(async () => {
  world = await openDockerWorld();
  web = await world.createContainer({
    name: world.name('web'),
    cmd: ['sleep', '600'],
    publish: ['80/tcp'],
    labels: { team: 'core', 'api.token': 'canary-ps' },
    env: ['KEY=canary-ps'],
  });
  const batch = await world.createContainer({ name: world.name('batch'), cmd: ['sh', '-c', 'exit 3'] });
  await world.call({ method: 'POST', path: `/containers/${batch.id}/wait`, answer: 'json', expect: [200] });
});
afterAll(() => world.close());

const here = (): string[] => ['--filter', `name=${world.run}`];
const run = async (...words: string[]): Promise<string> => (await runVerb(world, ps, words)).output;

test('running containers are listed as docker does', async () => {
  const lines = (await run(...here())).split('\n');
  expect(lines[0]).toMatch(/^CONTAINER ID {3}IMAGE {2,}COMMAND {2,}CREATED {2,}STATUS {2,}PORTS {2,}NAMES$/);
  expect(lines[1]).toMatch(
    new RegExp(
      `^${web.id.slice(0, 12)}   ${world.image}   "sleep 600" +.* ago +Up .*127\\.0\\.0\\.1:\\d+->80/tcp +${web.name}$`,
    ),
  );
  expect(lines).toHaveLength(3);
});

test('all containers are listed with -a, the newest first', async () => {
  expect(await run('-a', '--format', '{{.Names}} {{.State}}', ...here())).toBe(
    `${world.name('batch')} exited\n${web.name} running\n`,
  );
});

test.each([[['-q']], [['--quiet']]])('%j prints ids alone', async (words) => {
  expect(await run(...words, ...here())).toBe(`${web.id.slice(0, 12)}\n`);
});

test('ids are whole with --no-trunc', async () => {
  expect(await run('--no-trunc', '-q', ...here())).toBe(`${web.id}\n`);
});

test('filters of one key are alternatives and keys go together', async () => {
  const names = ['--format', '{{.Names}}'];
  expect(await run('-a', '--filter', 'status=exited', ...here(), ...names)).toBe(`${world.name('batch')}\n`);
  expect(await run('-a', '--filter', `name=^/${web.name}$`, ...names)).toBe(`${web.name}\n`);
  expect(await run('-a', '--filter', 'label=team=core', '--filter', 'status=exited', ...here(), ...names)).toBe('');
});

test('the newest so many are listed, running or not', async () => {
  expect(await run('-n', '1', '--format', '{{.Names}}', ...here())).toBe(`${world.name('batch')}\n`);
  expect(await run('--latest', '--format', '{{.Names}}', ...here())).toBe(`${world.name('batch')}\n`);
});

test('a table template has headers and columns', async () => {
  const lines = (await run('--format', 'table {{.Names}}\\t{{.Status}}', ...here())).split('\n');
  expect(lines[0]).toMatch(/^NAMES +STATUS$/);
  expect(lines[1]).toMatch(new RegExp(`^${web.name}   Up `));
});

test('no field prints an environment or the value of a secret label', async () => {
  const output = `${await run('-a', '--format', 'json', ...here())}${await run('-a', '-s', '--no-trunc', ...here())}`;
  expect(output).toContain('team=core');
  expect(output).toContain('api.token=[REDACTED]');
  expect(output).not.toContain('canary-ps');
});

test('a filter value that the engine refuses ends the step', async () => {
  await expect(run('--filter', 'status=no-such-status')).rejects.toMatchObject({
    code: 'ENGINE_ERROR',
    details: { status: 400 },
  });
});

test.each([
  [['--unknown'], 'COMMAND_UNKNOWN_FLAG'],
  [['-z'], 'COMMAND_UNKNOWN_FLAG'],
  [['web'], 'COMMAND_ARGUMENTS'],
  [['--filter', 'evil=1'], 'COMMAND_FLAG_VALUE'],
  [['--filter', 'name'], 'COMMAND_FLAG_VALUE'],
  [['--filter', 'name='], 'COMMAND_FLAG_VALUE'],
  [['--filter', 'constructor=1'], 'COMMAND_FLAG_VALUE'],
  [['--format', '{{.Env}}'], 'COMMAND_FLAG_VALUE'],
  [['--format'], 'COMMAND_FLAG_VALUE'],
  [['-n', '-1'], 'COMMAND_FLAG_VALUE'],
  [['-n', '1e3'], 'COMMAND_FLAG_VALUE'],
  [['-n', '99999999999'], 'COMMAND_FLAG_VALUE'],
])('%j is refused with %s', (words, code) => {
  expect(refusedCode(() => ps.parse(words, EMPTY_REGISTRY))).toBe(code);
});

test('the card says what is listed', () => {
  expect(ps.render(ps.parse(['-a', '--filter', 'status=exited'], EMPTY_REGISTRY), null)).toBe(
    'lists all containers where status=exited',
  );
});
