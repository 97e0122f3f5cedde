import { logs } from '../../../../domain/command/verbs/logs';
import { EMPTY_REGISTRY } from '../../../../domain/command/registry';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { readVerb, refusedCode, registryWith, runVerb } from '../../../support/run-verb';

let world: DockerWorld;
let web: string;
beforeAll(async () => {
  world = await openDockerWorld();
  web = await ended({
    cmd: ['sh', '-c', 'for i in 1 2 3; do echo out$i; sleep 0.05; echo err$i >&2; sleep 0.05; done'],
  });
});
afterAll(() => world.close());

async function ended(options: { cmd: string[]; tty?: boolean }): Promise<string> {
  const { id, name } = await world.createContainer(options);
  await world.call({ method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] });
  return name;
}
const run = async (...words: string[]): Promise<string> => (await runVerb(world, logs, words)).output;

test('stdout and stderr come in the order in which they were written', async () => {
  expect(await run(web)).toBe('out1\nerr1\nout2\nerr2\nout3\nerr3\n');
});

test('the last lines alone', async () => {
  expect(await run('--tail', '2', web)).toBe('out3\nerr3\n');
  expect(await run('-n', '0', web)).toBe('');
  expect(await run('--tail=all', web)).toContain('out1');
});

test('timestamps are shown when they were asked for', async () => {
  const lines = (await run('-t', '--tail', '1', web)).split('\n');
  expect(lines[0]).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z err3$/);
});

test('since and until are counted by the clock of the engine', async () => {
  expect(await run('--since', '10m', web)).toContain('out1');
  expect(await run('--since', '0s', web)).toBe('');
  expect(await run('--until', '10m', web)).toBe('');
  expect(await run('--since', '2026-01-10T00:00:00Z', '--until', '2100-01-01', web)).toContain('err3');
  expect(await run('--until', '2026-01-10T00:00:00Z', web)).toBe('');
});

test('a container with a terminal has one stream', async () => {
  const name = await ended({ cmd: ['sh', '-c', 'echo a; echo b >&2'], tty: true });
  expect(await run(name)).toBe('a\r\nb\r\n');
});

test.each<[readonly string[], string]>([
  [['-f', 'web'], 'COMMAND_UNKNOWN_FLAG'],
  [['--follow', 'web'], 'COMMAND_UNKNOWN_FLAG'],
  [['-tf', 'web'], 'COMMAND_UNKNOWN_FLAG'],
  [[], 'COMMAND_ARGUMENTS'],
  [['web', 'db'], 'COMMAND_ARGUMENTS'],
  [['--tail', '-5', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--tail', 'many', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--since', 'yesterday', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--since', '2026-02-30T00:00:00Z', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--until', '', 'web'], 'COMMAND_FLAG_VALUE'],
])('%j is refused with %s', (words, code) => {
  expect(refusedCode(() => readVerb(logs, words, EMPTY_REGISTRY))).toBe(code);
});

test('a protected container keeps its logs', () => {
  const registry = registryWith({ protected: { containers: ['wingman-*'], networks: [], volumes: [] } });
  expect(refusedCode(() => logs.parse(['wingman-api'], registry))).toBe('COMMAND_TARGET_PROTECTED');
});

test('the card says how much is shown', () => {
  const args = logs.parse(['--tail', '100', '--since', '10m', 'web'], EMPTY_REGISTRY);
  expect(logs.render(args, null)).toBe('shows the logs of container web, last 100 lines, since 10m');
});
