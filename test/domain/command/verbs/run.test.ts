import { run } from '../../../../domain/command/verbs/run';
import type { Registry } from '../../../../domain/command/registry';
import { eventually, openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { registryWith, runVerb } from '../../../support/run-verb';

let world: DockerWorld;
let registry: Registry;
let volume: string;
let network: { id: string; name: string };
beforeAll(async () => {
  world = await openDockerWorld();
  volume = (await world.createVolume('data')).name;
  network = await world.createNetwork('net');
  registry = registryWith({
    images: [world.image],
    run_env: { MODE: 'test mode' },
    run_networks: [network.name],
    run_volumes: [volume],
  });
});
afterAll(() => world.close());

const containers = async (name: string): Promise<unknown[]> =>
  (await world.get('/containers/json', { all: true, filters: JSON.stringify({ name: [name] }) })) as unknown[];
const details = (id: string) =>
  world.get(`/containers/${id.trim()}/json`) as Promise<{
    HostConfig: Record<string, unknown>;
    Config: Record<string, unknown>;
    State: Record<string, unknown>;
    Id: string;
  }>;

test('a command in the foreground gives its output and exit code, and --rm leaves nothing', async () => {
  const name = world.name('fore');
  const result = await runVerb(
    world,
    run,
    ['--rm', '--name', name, world.image, 'sh', '-c', 'echo out; sleep 0.1; echo err >&2; sleep 0.1; echo end; exit 5'],
    registry,
  );
  expect(result).toEqual({ exit_code: 5, output: 'out\nerr\nend\n' });
  expect(await containers(name)).toEqual([]);
});

test('without --rm the container stays for a look', async () => {
  const name = world.name('stays');
  expect(await runVerb(world, run, ['--name', name, world.image, 'echo', 'hi'], registry)).toEqual({
    exit_code: 0,
    output: 'hi\n',
  });
  expect(await containers(name)).toHaveLength(1);
});

test('the words after the image are the container’s, verbatim', async () => {
  const result = await runVerb(
    world,
    run,
    ['--rm', world.image, 'echo', '--privileged', '-v', '/:/h', '$HOME', 'a  b', '*'],
    registry,
  );
  expect(result.output).toBe('--privileged -v /:/h $HOME a  b *\n');
});

test('in the background the id is printed, and the container is fenced in whatever was not said', async () => {
  const { exit_code, output } = await runVerb(
    world,
    run,
    ['-d', '--name', world.name('back'), world.image, 'sleep', '600'],
    registry,
  );
  expect(exit_code).toBe(0);
  expect(output).toMatch(/^[0-9a-f]{64}\n$/);
  const { HostConfig: host, State: state } = await details(output);
  expect(state['Running']).toBe(true);
  expect(host).toMatchObject({
    Privileged: false,
    CapAdd: [],
    SecurityOpt: ['no-new-privileges'],
    PidMode: '',
    IpcMode: 'private',
    Binds: null,
    PidsLimit: 512,
    RestartPolicy: { Name: 'no' },
    AutoRemove: false,
  });
});

test('limits, environment, ports, network, mounts and hardening arrive as they were said', async () => {
  const { output } = await runVerb(
    world,
    run,
    [
      '-d',
      '--rm',
      '--memory',
      '64m',
      '--cpus=0.5',
      '--env',
      'MODE',
      '-p',
      '18931:80',
      '--publish=127.0.0.1:18932:53/udp',
      '--network',
      network.name,
      '--mount',
      `type=volume,src=${volume},dst=/data,readonly`,
      '-v',
      `${volume}:/other`,
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      '--read-only',
      '--user',
      '1000:1000',
      world.image,
      'sleep',
      '600',
    ],
    registry,
  );
  const { HostConfig: host, Config: config } = await details(output);
  expect(host).toMatchObject({
    Memory: 64 * 1024 * 1024,
    NanoCpus: 5e8,
    NetworkMode: network.id,
    CapDrop: ['ALL'],
    ReadonlyRootfs: true,
    AutoRemove: true,
    PortBindings: {
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '18931' }],
      '53/udp': [{ HostIp: '127.0.0.1', HostPort: '18932' }],
    },
    Mounts: [
      { Type: 'volume', Source: volume, Target: '/other' },
      { Type: 'volume', Source: volume, Target: '/data', ReadOnly: true },
    ],
  });
  expect(config).toMatchObject({ User: '1000:1000', Env: expect.arrayContaining(['MODE=test mode']) });
});

test('a container that cannot be started is not left behind', async () => {
  const name = world.name('fails');
  await expect(runVerb(world, run, ['--name', name, world.image, 'no-such-program'], registry)).rejects.toMatchObject({
    code: 'ENGINE_ERROR',
  });
  expect(await containers(name)).toEqual([]);
});

test.each([
  [[] as string[], 0, 'exited'],
  [['--rm'], undefined, undefined],
])('at its deadline a container in the foreground is ended (%j)', async (flags, _code, state) => {
  const name = world.name(`late${String(flags.length)}`);
  const running = runVerb(
    world,
    run,
    [...flags, '--name', name, world.image, 'sleep', '600'],
    registry,
    AbortSignal.timeout(1500),
  );
  await expect(running).rejects.toMatchObject({ code: 'TIMED_OUT' });
  await eventually(
    'the end of the container',
    async () => ((await containers(name)) as { State: string }[])[0]?.State !== 'running',
  );
  expect(((await containers(name)) as { State: string }[])[0]?.State).toBe(state);
});

test('an image that is another one than was approved is not started', async () => {
  const name = world.name('swapped');
  const args = run.parse(['-d', '--name', name, world.image, 'sleep', '600'], registry);
  const calls = run.run(args, new Map([[`image:${world.image}`, `sha256:${'0'.repeat(64)}`]]));
  const seen: string[] = [];
  let next = calls.next();
  await expect(
    (async () => {
      while (next.done !== true) {
        seen.push(`${next.value.method} ${next.value.path.replace(/[0-9a-f]{64}/, 'ID')}`);
        next = calls.next(await world.engine.call(next.value, { signal: AbortSignal.timeout(10_000) }));
      }
    })(),
  ).rejects.toMatchObject({ code: 'TARGET_CHANGED' });
  expect(seen).toEqual(['POST /containers/create', 'GET /containers/ID/json', 'DELETE /containers/ID']);
  expect(await containers(name)).toEqual([]);
});

test('an image that is not there is said on the card, and fetched', async () => {
  const registry = registryWith({ images: ['wingman.test/absent:1'] });
  const args = run.parse(['--rm', 'wingman.test/absent:1', 'true'], registry);
  expect(run.render(args, { as_of: '', containers: [], images: [], networks: [], volumes: [] })).toContain('(not here: it is fetched)');
  // There is no such registry: the engine says so.
  await expect(runVerb(world, run, ['--rm', 'wingman.test/absent:1', 'true'], registry)).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
});
