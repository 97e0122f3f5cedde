import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInventory, resolveTarget } from '../../gateway/engine-inventory';
import { createEngine } from '../../gateway/engine';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

test('an inventory holds containers, images, networks and volumes as they are', async () => {
  const container = await world.createContainer({ cmd: ['sleep', '60'] });
  const stopped = await world.createContainer({ cmd: ['true'], start: false });
  const network = await world.createNetwork('net');
  const volume = await world.createVolume('vol');

  const inventory = await readInventory(world.engine, new Date('2026-01-10T12:00:00Z'));

  expect(inventory.as_of).toBe('2026-01-10T12:00:00.000Z');
  expect(inventory.containers).toContainEqual({
    ...container,
    image: world.image,
    state: 'running',
    status: expect.stringMatching(/^Up /),
    ports: [],
    image_id: expect.stringMatching(/^sha256:/),
    networks: ['none'],
    volumes: [],
    labels: { 'wingman.test.run': world.run },
  });
  expect(inventory.containers).toContainEqual(expect.objectContaining({ id: stopped.id, state: 'created' }));
  expect(inventory.images).toContainEqual({ id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), tags: [world.image], digests: [] });
  expect(inventory.networks).toContainEqual(network);
  expect(inventory.volumes).toContainEqual({
    name: volume.name,
    id: expect.stringMatching(new RegExp(`^${volume.name}@2\\d{3}-`)),
  });
});

test('published ports are listed as docker writes them', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'], publish: ['80/tcp'] });
  const inventory = await readInventory(world.engine, new Date());
  expect(inventory.containers.find((row) => row.id === id)?.ports).toEqual([
    expect.stringMatching(/^127\.0\.0\.1:\d+->80\/tcp$/),
  ]);
});

test('a container is found by its name, its id and a prefix of its id, and always with its real name', async () => {
  const { id, name } = await world.createContainer({ cmd: ['true'], start: false });
  for (const asked of [name, id, id.slice(0, 12)]) {
    expect(await resolveTarget(world.engine, { kind: 'container', name: asked })).toMatchObject({ id, name, container: { id, name, image: world.image } });
  }
});

test('an image, a network and a volume are found by what they are called', async () => {
  const network = await world.createNetwork('resolve');
  const volume = await world.createVolume('resolve');
  expect(await resolveTarget(world.engine, { kind: 'image', name: world.image })).toEqual({
    id: expect.stringMatching(/^sha256:/),
    name: world.image,
  });
  expect(await resolveTarget(world.engine, { kind: 'network', name: network.name })).toEqual(network);
  expect(await resolveTarget(world.engine, { kind: 'volume', name: volume.name })).toEqual({
    id: expect.stringMatching(new RegExp(`^${volume.name}@`)),
    name: volume.name,
  });
});

test('a volume that is made again under its name is another volume', async () => {
  const { name } = await world.createVolume('again');
  const first = await resolveTarget(world.engine, { kind: 'volume', name });
  await world.call({ method: 'DELETE', path: `/volumes/${name}`, answer: 'none', expect: [204] });
  // CreatedAt counts whole seconds: the next one has to have begun, by the clock of the file system, which is a few milliseconds behind.
  const created = Date.parse(first?.id.split('@')[1] ?? '');
  await until('another second', () => {
    const made = mkdtempSync(join(tmpdir(), 'wingman-second-'));
    const { ctimeMs } = statSync(made);
    rmdirSync(made);
    return ctimeMs >= created + 1_000;
  });
  await world.createVolume('again');
  expect((await resolveTarget(world.engine, { kind: 'volume', name }))?.id).not.toBe(first?.id);
});

test.each(['container', 'image', 'network', 'volume'] as const)('a %s that does not exist is null', async (kind) => {
  expect(await resolveTarget(world.engine, { kind, name: world.name('absent') })).toBeNull();
});

test.each(['..', '../info', 'a/../b', 'web?force=1', 'web%2f..', '-web', ''])(
  'the name %p is nothing, and the engine is not asked',
  async (name) => {
    const engine = { call: jest.fn() };
    expect(await resolveTarget(engine, { kind: 'container', name })).toBeNull();
    expect(engine.call).not.toHaveBeenCalled();
  },
);

test('without an engine there is neither inventory nor resolution', async () => {
  const engine = createEngine({ socketPath: '/nonexistent/wingman.sock' });
  await expect(readInventory(engine, new Date())).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(resolveTarget(engine, { kind: 'container', name: 'web' })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
});
