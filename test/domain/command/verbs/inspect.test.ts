import { imageInspect } from '../../../../domain/command/verbs/image-inspect';
import { inspect } from '../../../../domain/command/verbs/inspect';
import { networkInspect } from '../../../../domain/command/verbs/network-inspect';
import { volumeInspect } from '../../../../domain/command/verbs/volume-inspect';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { refusedCode, registryWith, runVerb } from '../../../support/run-verb';

const PROTECTED = registryWith({
  protected: { containers: ['wingman-*'], networks: ['wingman_internal'], volumes: ['wingman_*'] },
});

let world: DockerWorld;
let web: { id: string; name: string };
beforeAll(async () => {
  world = await openDockerWorld();
  web = await world.createContainer({
    name: world.name('web'),
    cmd: ['sleep', '600'],
    env: ['SECRET=canary-env-9137'],
    labels: { team: 'core', password: 'canary-label-9137' },
  });
});
afterAll(() => world.close());

test('a container is shown in full, without the values of its environment', async () => {
  const { exit_code, output } = await runVerb(world, inspect, [web.name]);
  expect(exit_code).toBe(0);
  const [container] = JSON.parse(output) as [{ Id: string; Name: string; Config: { Env: string[]; Labels: object } }];
  expect(container).toMatchObject({ Id: web.id, Name: `/${web.name}` });
  expect(container.Config.Env).toContain('SECRET=[REDACTED]');
  expect(container.Config.Labels).toMatchObject({ team: 'core', password: '[REDACTED]' });
  expect(output).not.toContain('canary');
});

test.each([
  ['--format={{.State.Status}}', 'running'],
  ['--format={{.State.Status}} {{.RestartCount}}', 'running 0'],
  ['--format={{json .HostConfig.NetworkMode}}', '"none"'],
  ['--format={{.Config.Labels.team}}', 'core'],
  ['--format={{.Config.Labels.password}}', '[REDACTED]'],
])('%s prints %s', async (format, expected) => {
  expect(await runVerb(world, inspect, [format, web.name])).toEqual({ exit_code: 0, output: `${expected}\n` });
});

test('a field that is not there is a failure that names it', async () => {
  expect(await runVerb(world, inspect, ['-f', '{{.State.Health.Status}}', web.name])).toEqual({
    exit_code: 1,
    output: 'template: there is no .State.Health.Status\n',
  });
});

test('two containers come in the order of the command', async () => {
  const other = await world.createContainer({ cmd: ['true'], start: false });
  const { output } = await runVerb(world, inspect, ['--format', '{{.Name}}', other.name, web.id.slice(0, 12)]);
  expect(output).toBe(`/${other.name}\n/${web.name}\n`);
});

test('what has the form of an image reference is an image', async () => {
  const { output } = await runVerb(world, inspect, ['--format', '{{json .RepoTags}}', world.image]);
  expect(output).toBe(`["${world.image}"]\n`);
  expect((await runVerb(world, imageInspect, [world.image])).output).toContain('"sha256:');
});

test('networks and volumes are shown', async () => {
  const network = await world.createNetwork('seen');
  const volume = await world.createVolume('seen');
  expect((await runVerb(world, networkInspect, ['--format', '{{.Id}} {{.Internal}}', network.name])).output).toBe(
    `${network.id} true\n`,
  );
  expect((await runVerb(world, volumeInspect, [volume.name])).output).toContain(`"Name": "${volume.name}"`);
  expect((await runVerb(world, volumeInspect, ['--format', '{{json .}}', volume.name])).output).toContain(
    `"Name":"${volume.name}"`,
  );
  expect((await runVerb(world, inspect, ['--type', 'network', '--format', '{{.Id}}', network.name])).output).toBe(
    `${network.id}\n`,
  );
});

test('a container that is not there is not resolved', async () => {
  await expect(runVerb(world, inspect, [world.name('absent')])).rejects.toMatchObject({ code: 'TARGET_UNRESOLVED' });
});

test.each<[readonly string[], string]>([
  [[], 'COMMAND_ARGUMENTS'],
  [['--unknown', 'web'], 'COMMAND_UNKNOWN_FLAG'],
  [['--format', '{{json .Config.Env}}', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--format', '{{.Config}}', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--format', '{{json .}}', 'web'], 'COMMAND_FLAG_VALUE'],
  [['-f', 'json', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--format', '{{range .Config.Env}}{{println .}}{{end}}', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--format', '{{index .Config "Env"}}', 'web'], 'COMMAND_FLAG_VALUE'],
  [['--type', 'plugin', 'x'], 'COMMAND_FLAG_VALUE'],
  [['wingman-gateway'], 'COMMAND_TARGET_PROTECTED'],
  [['web', 'wingman-gateway'], 'COMMAND_TARGET_PROTECTED'],
  [['--type', 'network', 'wingman_internal'], 'COMMAND_TARGET_PROTECTED'],
  [['../etc'], 'COMMAND_TARGET_NAME'],
  [['we b'], 'COMMAND_TARGET_NAME'],
])('inspect %j is refused with %s', (words, code) => {
  expect(refusedCode(() => inspect.parse(words, PROTECTED))).toBe(code);
});

test('protected networks and volumes are not shown', () => {
  expect(refusedCode(() => networkInspect.parse(['wingman_internal'], PROTECTED))).toBe('COMMAND_TARGET_PROTECTED');
  expect(refusedCode(() => volumeInspect.parse(['wingman_pg'], PROTECTED))).toBe('COMMAND_TARGET_PROTECTED');
});
