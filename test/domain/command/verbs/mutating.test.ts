/** The verbs that change something, on the real engine: what each leaves behind, and what it prints. */
import { exec } from '../../../../domain/command/verbs/exec';
import { kill } from '../../../../domain/command/verbs/kill';
import { restart, start, stop } from '../../../../domain/command/verbs/lifecycle';
import { networkCreate } from '../../../../domain/command/verbs/network-create';
import { networkRm } from '../../../../domain/command/verbs/network-rm';
import { pause, unpause } from '../../../../domain/command/verbs/pause';
import { pull } from '../../../../domain/command/verbs/pull';
import { rename } from '../../../../domain/command/verbs/rename';
import { rm } from '../../../../domain/command/verbs/rm';
import { rmi } from '../../../../domain/command/verbs/rmi';
import { tag } from '../../../../domain/command/verbs/tag';
import { update } from '../../../../domain/command/verbs/update';
import { volumeCreate } from '../../../../domain/command/verbs/volume-create';
import { volumeRm } from '../../../../domain/command/verbs/volume-rm';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { registryWith, runVerb } from '../../../support/run-verb';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string; readonly StartedAt: string; readonly ExitCode: number };
  readonly HostConfig: { readonly Memory: number; readonly NanoCpus: number };
}
const inspected = async (id: string) => (await world.get(`/containers/${id}/json`)) as Inspected;
const sleeping = (name?: string) =>
  world.createContainer({ cmd: ['sleep', '600'], ...(name === undefined ? {} : { name }) });

describe('containers', () => {
  it('are stopped, started and restarted', async () => {
    const [one, two] = [await sleeping(), await sleeping()];
    expect(await runVerb(world, stop, ['-t', '0', one.name, two.name])).toEqual({
      exit_code: 0,
      output: `${one.name}\n${two.name}\n`,
    });
    expect((await inspected(one.id)).State.Status).toBe('exited');
    expect((await inspected(two.id)).State.Status).toBe('exited');
    expect((await runVerb(world, stop, [one.name])).exit_code).toBe(0);
    await runVerb(world, start, [one.name]);
    const before = await inspected(one.id);
    expect(before.State.Status).toBe('running');
    await runVerb(world, restart, ['--time=0', one.name]);
    expect((await inspected(one.id)).State.StartedAt).not.toBe(before.State.StartedAt);
  });

  it('are paused, resumed and killed', async () => {
    const { id, name } = await sleeping();
    await runVerb(world, pause, [name]);
    expect((await inspected(id)).State.Status).toBe('paused');
    await runVerb(world, unpause, [name]);
    expect((await inspected(id)).State.Status).toBe('running');
    expect(await runVerb(world, kill, ['--signal', 'KILL', name])).toEqual({ exit_code: 0, output: `${name}\n` });
    expect((await inspected(id)).State.ExitCode).toBe(137);
    await expect(runVerb(world, kill, [name])).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
  });

  it('are renamed and given other limits', async () => {
    const { id, name } = await sleeping();
    const other = world.name('renamed');
    await runVerb(world, rename, [name, other]);
    expect((await inspected(id)).Name).toBe(`/${other}`);
    expect(await runVerb(world, update, ['--memory', '64m', '--cpus=0.5', other])).toEqual({
      exit_code: 0,
      output: `${other}\n`,
    });
    expect((await inspected(id)).HostConfig).toMatchObject({ Memory: 64 * 1024 ** 2, NanoCpus: 5e8 });
  });

  it('are removed, running ones only by force', async () => {
    const { id, name } = await sleeping();
    await expect(runVerb(world, rm, [name])).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
    expect((await inspected(id)).State.Status).toBe('running');
    expect(await runVerb(world, rm, ['-f', name])).toEqual({ exit_code: 0, output: `${name}\n` });
    await expect(world.get(`/containers/${id}/json`)).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
  });

  it('run what is registered for them, with its output and its exit code', async () => {
    const { name } = await sleeping();
    const registry = registryWith({
      exec: {
        [name]: [
          ['sh', '-c', 'echo out; echo err >&2; exit 3'],
          ['id', '-u'],
        ],
      },
    });
    expect(await runVerb(world, exec, [name, 'id', '-u'], registry)).toEqual({ exit_code: 0, output: '0\n' });
    const { exit_code, output } = await runVerb(
      world,
      exec,
      [name, 'sh', '-c', 'echo out; echo err >&2; exit 3'],
      registry,
    );
    expect([exit_code, output.split('\n').sort()]).toEqual([3, ['', 'err', 'out']]);
  });
});

describe('images', () => {
  it('are named again and lose one name at a time', async () => {
    const [source, other] = [await world.importBusybox(`wm-${world.run}/source:1`), `wm-${world.run}/other:2`];
    const registry = registryWith({ images: [source] });
    await runVerb(world, tag, [source, other], registry);
    expect(await world.get(`/images/${encodeURIComponent(other)}/json`)).toMatchObject({
      RepoTags: expect.arrayContaining([source, other]) as string[],
    });
    expect(await runVerb(world, rmi, [other])).toEqual({ exit_code: 0, output: `Untagged: ${other}\n` });
    expect((await runVerb(world, rmi, [source])).output).toMatch(
      new RegExp(`^Untagged: ${source}\nDeleted: sha256:[0-9a-f]{64}\n`),
    );
    await expect(world.get(`/images/${encodeURIComponent(source)}/json`)).rejects.toMatchObject({
      code: 'ENGINE_ERROR',
    });
  });

  it('that cannot be fetched fail as the engine says', async () => {
    const image = '127.0.0.1:1/shop/nothing:1';
    await expect(runVerb(world, pull, [image], registryWith({ images: [image] }))).rejects.toMatchObject({
      code: 'ENGINE_ERROR',
    });
  });
});

describe('networks and volumes', () => {
  it('are made and removed', async () => {
    const name = world.name('lan');
    const made = await runVerb(world, networkCreate, ['--internal', name]);
    expect(made).toEqual({ exit_code: 0, output: expect.stringMatching(/^[0-9a-f]{64}\n$/) as string });
    expect(await world.get(`/networks/${name}`)).toMatchObject({ Driver: 'bridge', Internal: true, Options: {} });
    await expect(runVerb(world, networkCreate, [name])).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
    expect(await runVerb(world, networkRm, [name])).toEqual({ exit_code: 0, output: `${name}\n` });
    await expect(world.get(`/networks/${name}`)).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
  });

  it('of data too', async () => {
    const name = world.name('data');
    expect(await runVerb(world, volumeCreate, [name])).toEqual({ exit_code: 0, output: `${name}\n` });
    expect(await world.get(`/volumes/${name}`)).toMatchObject({ Driver: 'local', Options: {} });
    expect(await runVerb(world, volumeRm, [name])).toEqual({ exit_code: 0, output: `${name}\n` });
    await expect(world.get(`/volumes/${name}`)).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
  });
});
