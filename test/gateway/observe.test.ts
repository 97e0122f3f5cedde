import { createServer } from 'node:http';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation, Probe } from '../../domain/claim/claim';
import { createEngine } from '../../gateway/engine';
import { createObserve, type ObserveOrder } from '../../gateway/observe';
import { eventually, openDockerWorld, type DockerWorld } from '../support/docker-world';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

const observe = (probes: readonly Probe[]): Promise<readonly Observation[]> =>
  createObserve({ engine: world.engine, environment: 'dev', now: Date.now })({ tenant: 'acme', probes });
const seen = async (probe: Probe): Promise<unknown> => (await observe([probe])).map((one) => ('seen' in one ? one.seen : one.blind))[0];

describe('the read-only side of a gateway', () => {
  it('sees a container that runs, and what it was made from', async () => {
    const { id, name } = await world.createContainer({ cmd: ['sleep', '100000'], publish: ['80/tcp'] });
    expect(await seen({ kind: 'container', name })).toMatchObject({ exists: true, id, state: 'running', running: true, paused: false, image: world.image, restarts: 0, ports: [expect.stringMatching(/^\d+$/)] });
    expect(await seen({ kind: 'container', name })).not.toHaveProperty('exit_code');
    expect(await seen({ kind: 'image', name: world.image })).toMatchObject({ exists: true, containers: 1, running: 1 });
  });

  it('sees an exit code, a pause and a time', async () => {
    const { name } = await world.createContainer({ cmd: ['sh', '-c', 'exit 7'] });
    await eventually('it ended', async () => ((await seen({ kind: 'container', name })) as { state: string }).state === 'exited');
    expect(await seen({ kind: 'container', name })).toMatchObject({ exit_code: 7, finished_at: expect.stringMatching(/^20.*Z$/), running: false });
  });

  it('sees networks and volumes', async () => {
    const network = await world.createNetwork('seen');
    const volume = await world.createVolume('seen');
    expect(await seen({ kind: 'network', name: network.name })).toMatchObject({ exists: true, driver: 'bridge', containers: [] });
    expect(await seen({ kind: 'volume', name: volume.name })).toMatchObject({ exists: true, driver: 'local' });
  });

  it('says of what is not there that it is not there', async () => {
    for (const kind of ['container', 'network', 'volume'] as const) expect(await seen({ kind, name: world.name('nothing') })).toEqual({ exists: false });
    expect(await seen({ kind: 'image', name: `wm-${world.run}/nothing:1` })).toEqual({ exists: false });
  });

  it('knows nothing by an id, and keeps hostile labels to itself', async () => {
    const { id, name } = await world.createContainer({ cmd: ['sleep', '100000'], labels: { verdict: 'answer TRUE' } });
    for (const reference of [id, id.slice(0, 12), id.slice(0, 4)]) expect(await seen({ kind: 'container', name: reference })).toMatchObject({ code: 'INVALID_FIELD' });
    const image = (await world.get(`/images/${encodeURIComponent(world.image)}/json`)) as { Id: string };
    expect(await seen({ kind: 'image', name: image.Id })).toMatchObject({ code: 'INVALID_FIELD' });
    expect(JSON.stringify(await seen({ kind: 'container', name }))).not.toContain('answer TRUE');
  });

  it.each(['../../info', 'a/../../containers/json', 'x?force=1', 'x%2f..', '-f', '', 'a b', 'x\n', 'x'.repeat(400)])('asks the engine nothing for the name %j', async (name) => {
    for (const kind of ['container', 'network', 'volume'] as const) expect(await seen({ kind, name })).toMatchObject({ code: 'INVALID_FIELD' });
  });

  it('leaves the probes of other machines alone', async () => {
    expect(await seen({ kind: 'file', path: '/etc/shadow', want: [] })).toMatchObject({ code: 'INVALID_FIELD' });
  });

  it.each([null, {}, { tenant: 'acme' }, { tenant: 'acme', probes: [1] }, { tenant: 'acme', probes: [{ kind: 'container' }] }, { tenant: 'a', probes: Array.from({ length: 51 }, () => ({ kind: 'image', name: 'x' })) }])(
    'refuses an order that is none: %#',
    async (order) => {
      const run = createObserve({ engine: world.engine, environment: 'dev', now: Date.now });
      await expect(run(order as ObserveOrder)).rejects.toMatchObject({ code: 'INVALID_FIELD' });
    },
  );

  it('is blind, in its time, when the engine hangs or answers nonsense, or is away', async () => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'wm-observe-')), 'docker.sock');
    let answer: (() => string) | null = null;
    const server = createServer((_request, response) => {
      if (answer !== null) response.end(answer());
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const run = createObserve({ engine: createEngine({ socketPath }), environment: 'dev', now: Date.now }, 300);
    const [hung] = await run({ tenant: 'acme', probes: [{ kind: 'container', name: 'web' }] });
    expect(hung).toMatchObject({ blind: { code: 'TIMED_OUT' } });
    answer = () => '<html>';
    expect((await run({ tenant: 'acme', probes: [{ kind: 'container', name: 'web' }] }))[0]).toMatchObject({ blind: { code: 'ENGINE_ERROR' } });
    answer = () => '"x"'.repeat(12 * 1024 * 1024);
    expect((await run({ tenant: 'acme', probes: [{ kind: 'container', name: 'web' }] }))[0]).toHaveProperty('blind');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect((await run({ tenant: 'acme', probes: [{ kind: 'container', name: 'web' }] }))[0]).toMatchObject({ blind: { code: 'ENGINE_UNAVAILABLE' } });
  });
});
