import { mkdtempSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inventory } from '../../domain/command/action';
import { createEngine } from '../../gateway/engine';
import { watchInventory, type WatchOptions } from '../../gateway/watch-inventory';
import { DOCKER_SOCKET, eventually, openDockerWorld, type DockerWorld } from '../support/docker-world';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

/** A wire to the real engine that can be cut and mended. */
async function wire(): Promise<{
  socketPath: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}> {
  const socketPath = join(mkdtempSync(join(tmpdir(), 'wm-wire-')), 'engine.sock');
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const mend = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(DOCKER_SOCKET);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    sockets.forEach((socket) => socket.destroy());
    await closed;
  };
  await mend();
  return { socketPath, cut, mend, close: cut };
}

function watch(socketPath: string, options: WatchOptions = {}) {
  const seen: (Inventory | null)[] = [];
  const stop = new AbortController();
  const ended = watchInventory(createEngine({ socketPath }), (inventory) => void seen.push(inventory), stop.signal, {
    coalesceMs: 50,
    refreshMs: 60_000,
    backoffMs: { first: 20, longest: 100 },
    ...options,
  });
  return { seen, last: () => seen.at(-1), close: () => (stop.abort(), ended) };
}

test('a container that comes, ends and goes is seen each time', async () => {
  const watched = watch(DOCKER_SOCKET);
  await eventually('the first inventory', () => watched.last());
  const { id, name } = await world.createContainer({ cmd: ['sleep', '60'] });
  const state = (): string | undefined => watched.last()?.containers.find((row) => row.id === id)?.state;
  await eventually('the running container', () => state() === 'running');
  await world.call({ method: 'POST', path: `/containers/${name}/kill`, answer: 'none', expect: [204] });
  await eventually('the dead container', () => state() === 'exited');
  await world.removeContainer(id);
  await eventually('its end', () => state() === undefined);
  await watched.close();
});

test('whoever knows of a change has it read again, although the engine tells of none', async () => {
  let readAgain: () => void = () => undefined;
  const watched = watch(DOCKER_SOCKET, { onWatching: (act) => (readAgain = act) });
  const first = await eventually('the first inventory', () => watched.last() ?? undefined);
  readAgain();
  const second = await eventually('a younger one', () => watched.seen.find((one) => one !== null && one.as_of > first.as_of) ?? undefined);
  expect(second.as_of > first.as_of).toBe(true);
  await watched.close();
});

test('networks, volumes and tags are followed too', async () => {
  const watched = watch(DOCKER_SOCKET);
  await eventually('the first inventory', () => watched.last());
  const network = await world.createNetwork('watched');
  const volume = await world.createVolume('watched');
  await world.call({
    method: 'POST',
    path: `/images/${encodeURIComponent(world.image)}/tag`,
    query: { repo: `wm-${world.run}/other`, tag: '2' },
    answer: 'none',
    expect: [201],
  });
  await eventually('all three', () => {
    const last = watched.last();
    return (
      last?.networks.some(({ id }) => id === network.id) === true &&
      last.volumes.some(({ name }) => name === volume.name) &&
      last.images.some(({ tags }) => tags.includes(`wm-${world.run}/other:2`))
    );
  });
  await watched.close();
});

test('a burst of changes is read a few times, not once each', async () => {
  const watched = watch(DOCKER_SOCKET, { coalesceMs: 500 });
  await eventually('the first inventory', () => watched.last());
  const before = watched.seen.length;
  const made = await Promise.all(
    Array.from({ length: 12 }, () => world.createContainer({ cmd: ['true'], start: false })),
  );
  await eventually('all of them', () =>
    made.every(({ id }) => watched.last()?.containers.some((row) => row.id === id) === true),
  );
  expect(watched.seen.length - before).toBeLessThanOrEqual(4);
  await watched.close();
});

test('without changes it is read again after a while', async () => {
  const watched = watch(DOCKER_SOCKET, { refreshMs: 100 });
  await eventually('three readings', () => watched.seen.length >= 3);
  await watched.close();
});

test('an engine that goes away is told once, and its return is noticed', async () => {
  const line = await wire();
  const watched = watch(line.socketPath);
  await eventually('the first inventory', () => watched.last());
  await line.cut();
  await eventually('the absence', () => watched.last() === null);
  const absent = watched.seen.length;
  const { id } = await world.createContainer({ cmd: ['true'], start: false });
  await line.mend();
  await eventually('the return', () => watched.last()?.containers.some((row) => row.id === id) === true);
  expect(watched.seen.slice(0, absent).filter((inventory) => inventory === null)).toHaveLength(1);
  await watched.close();
  await line.close();
});

test('an engine that was never there is told once', async () => {
  const watched = watch('/nonexistent/wingman.sock');
  await eventually('the absence', () => watched.last() === null);
  await watched.close();
  expect(watched.seen).toEqual([null]);
});

test('it ends at once when its signal fires', async () => {
  const watched = watch(DOCKER_SOCKET);
  await eventually('the first inventory', () => watched.last());
  await expect(watched.close()).resolves.toBeUndefined();
});

test('a callback that fails ends it with that failure', async () => {
  const failing = watchInventory(
    createEngine({ socketPath: DOCKER_SOCKET }),
    () => Promise.reject(new Error('no database')),
    new AbortController().signal,
  );
  await expect(failing).rejects.toThrow('no database');
});
