import { connect } from 'node:net';
import type { Inventory } from '../../domain/command/action';
import { targetKey } from '../../domain/command/action';
import { blastRadius } from '../../domain/plan/blast-radius';
import { actionTargets, parseAction, runAction } from '../../domain/command/parse-action';
import { EMPTY_REGISTRY } from '../../domain/command/registry';
import { readInventory, resolveTarget } from '../../gateway/engine-inventory';
import { runEngineCalls } from '../../gateway/run-engine-calls';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';

const TOPOLOGIES = 36;

interface Made {
  readonly name: string;
  readonly service: string;
  readonly dependsOn: readonly string[];
  readonly network: string;
  readonly volumes: readonly string[];
  readonly port: number | null;
  readonly image: string;
}

/** Mulberry32: the same topologies every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe('the blast radius against what really happens', () => {
  let world: DockerWorld;
  const networks = new Set<string>();
  const volumes = new Set<string>();
  beforeAll(async () => {
    world = await openDockerWorld();
  }, 30_000);
  // The engine has room for some thirty networks, and others need them too.
  afterEach(async () => {
    for (const { name } of (await own()).containers) await world.removeContainer(name);
    for (const name of networks) await world.call({ method: 'DELETE', path: `/networks/${name}`, answer: 'none', expect: [204, 404] });
    networks.clear();
  }, 60_000);
  afterAll(async () => {
    if (world === undefined) return;
    for (const name of volumes) await world.call({ method: 'DELETE', path: `/volumes/${name}`, answer: 'none', expect: [204, 404] });
    await world.close();
  }, 60_000);

  /** Other suites use the same engine: only what is ours. */
  async function own(): Promise<Inventory> {
    const all = await readInventory(world.engine, new Date());
    const containers = all.containers.filter(({ name }) => name.startsWith(`wm-${world.run}-`));
    const anonymous = new Set(containers.flatMap((one) => one.volumes ?? []));
    for (const name of anonymous) volumes.add(name);
    return {
      ...all, containers,
      images: all.images.filter(({ tags }) => tags.some((tag) => tag.startsWith(`wm-${world.run}`))),
      networks: all.networks.filter(({ name }) => networks.has(name) || ['bridge', 'host', 'none'].includes(name)),
      volumes: all.volumes.filter(({ name }) => volumes.has(name)),
    };
  }

  async function makeTopology(index: number, next: () => number): Promise<readonly Made[]> {
    const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
    const prefix = world.name(`t${String(index)}`);
    const nets = [`${prefix}_a`, `${prefix}_b`];
    for (const name of nets) {
      networks.add(name);
      await world.call({ method: 'POST', path: '/networks/create', body: { Name: name, Driver: 'bridge', Labels: { 'wingman.test.run': world.run } }, answer: 'json', expect: [201] });
    }
    const shared = [`${prefix}_data`, `${prefix}_cache`];
    for (const name of shared) {
      volumes.add(name);
      await world.call({ method: 'POST', path: '/volumes/create', body: { Name: name, Labels: { 'wingman.test.run': world.run } }, answer: 'json', expect: [201] });
    }
    const image = index % 6 === 0 ? await world.importBusybox(`wm-${world.run}/own-${String(index)}:1`) : world.image;
    const made: Made[] = [];
    const services = ['db', 'api', 'web', 'job'].slice(0, 2 + Math.floor(next() * 3));
    for (const service of services) {
      const dependsOn = made.filter(() => next() < 0.4).map((one) => one.service);
      const network = pick(nets);
      const mounted = shared.filter(() => next() < 0.4);
      const isPublished = next() < 0.4;
      const name = `${prefix}-${service}`;
      const body = {
        Image: image, Cmd: ['sleep', '100000'],
        Labels: { 'wingman.test.run': world.run, 'com.docker.compose.project': prefix, 'com.docker.compose.service': service, 'com.docker.compose.depends_on': dependsOn.map((one) => `${one}:service_started:false`).join(',') },
        ...(next() < 0.4 ? { Volumes: { '/anonymous': {} } } : {}),
        ...(isPublished ? { ExposedPorts: { '80/tcp': {} } } : {}),
        HostConfig: { NetworkMode: network, Init: true, Binds: mounted.map((volume) => `${volume}:/${volume}`), ...(isPublished ? { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } } : {}) },
      };
      await world.call({ method: 'POST', path: '/containers/create', query: { name }, body, answer: 'json', expect: [201] });
      if (next() < 0.85) await world.call({ method: 'POST', path: `/containers/${name}/start`, answer: 'none', expect: [204] });
      if (next() < 0.1) await world.call({ method: 'POST', path: `/containers/${name}/pause`, answer: 'none', expect: [204, 409] });
      const [row] = (await own()).containers.filter((one) => one.name === name);
      const port = /127\.0\.0\.1:(\d+)->/.exec(row?.ports.join(' ') ?? '')?.[1];
      made.push({ name, service, dependsOn, network, volumes: mounted, port: port === undefined ? null : Number(port), image });
    }
    return made;
  }

  function commandsFor(index: number, made: readonly Made[], next: () => number): readonly string[] {
    const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
    const prefix = world.name(`t${String(index)}`);
    const one = (): string => pick(made).name;
    const verbs: readonly (() => string)[] = [
      () => `docker stop -t 0 ${one()}`, () => `docker stop -t 0 ${one()} ${one()}`.replace(/(\S+) \1$/, '$1'), () => `docker kill ${one()}`, () => `docker start ${one()}`,
      () => `docker restart -t 0 ${one()}`, () => `docker pause ${one()}`, () => `docker unpause ${one()}`, () => `docker rm ${one()}`, () => `docker rm -f ${one()}`,
      () => `docker rm -f -v ${one()}`, () => `docker volume rm ${prefix}_data`, () => `docker network rm ${prefix}_a`, () => `docker rmi ${pick(made).image}`,
    ];
    return Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(verbs)()).filter((command) => !command.endsWith(world.image));
  }

  async function execute(command: string): Promise<void> {
    const action = parseAction(command, EMPTY_REGISTRY);
    const ids = new Map<string, string>();
    for (const target of actionTargets(action)) {
      const found = await resolveTarget(world.engine, target);
      // What is not there any more is refused by the gateway before the act.
      if (found === null) return;
      ids.set(targetKey(target), found.id);
    }
    // What the engine refuses fails its step, and changes nothing.
    await runEngineCalls(world.engine, runAction(action, ids), { signal: AbortSignal.timeout(30_000), maxOutputBytes: 10_000, buildContext: () => { throw new TypeError('no builds'); } }).catch((error: unknown) => {
      if (!/ENGINE_ERROR/.test(JSON.stringify(error))) throw error;
    });
  }

  const answers = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      const end = (is: boolean): void => {
        socket.destroy();
        resolve(is);
      };
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
    });

  it.each(Array.from({ length: TOPOLOGIES }, (_, index) => index))('topology %i', async (index) => {
    const next = random(index + 1);
    const made = await makeTopology(index, next);
    const commands = commandsFor(index, made, next);
    const before = await own();
    const plan = { steps: commands.map((command) => parseAction(command, EMPTY_REGISTRY)), ordered: false };
    const radius = blastRadius(plan, before);
    const answered = new Map<number, boolean>();
    for (const { port } of made) if (port !== null) answered.set(port, await answers(port));
    for (const command of commands) await execute(command);
    const after = await own();

    const story = commands.join('; ');
    const expected = new Map(before.containers.map(({ name, state }) => [name, state]));
    for (const { name, after: state } of radius.containers) expected.set(name, state);
    const actual = before.containers.map(({ name }) => [name, after.containers.find((one) => one.name === name)?.state ?? 'absent']);
    expect([story, actual]).toEqual([story, [...expected]]);

    const gone = (was: readonly { readonly name: string }[], is: readonly { readonly name: string }[]) => was.map(({ name }) => name).filter((name) => !is.some((one) => one.name === name)).sort();
    expect([story, [...radius.volumes_lost].sort()]).toEqual([story, gone(before.volumes, after.volumes)]);
    expect([story, [...radius.networks_lost].sort()]).toEqual([story, gone(before.networks, after.networks)]);
    const lostImages = before.images.filter(({ id }) => !after.images.some((one) => one.id === id)).map(({ tags }) => tags[0]);
    expect([story, radius.images_lost]).toEqual([story, lostImages]);
    for (const { container, here } of radius.rebuild) {
      const image = before.containers.find(({ name }) => name === container)?.image_id;
      expect([story, container, here]).toEqual([story, container, after.images.some(({ id }) => id === image)]);
    }

    const silent: string[] = [];
    for (const { name, port } of made) if (port !== null && answered.get(port) === true && !(await answers(port))) silent.push(name);
    const isDown = (name: string): boolean => after.containers.find((one) => one.name === name)?.state !== 'running';
    // A paused container's port is still taken, and nobody answers behind it.
    const frozen = made.filter(({ name, port }) => port !== null && before.containers.find((one) => one.name === name)?.state === 'running' && after.containers.find((one) => one.name === name)?.state === 'paused').map(({ name }) => name);
    // After a restart the engine gives a port that nobody chose anew.
    const moved = silent.filter((name) => !isDown(name));
    expect([story, [...new Set(radius.ports.map(({ container }) => container))].sort()]).toEqual([story, [...silent.filter((name) => !moved.includes(name)), ...frozen].sort()]);

    // Who depends by the label on what went down, and stays up, is named; and whoever is named has to do with it.
    const fell = before.containers.filter(({ name, state }) => state === 'running' && isDown(name)).map(({ name }) => name);
    const affected = [...new Set([...fell, ...gone(before.containers, after.containers)])];
    const named = new Set(radius.dependants.map(({ name }) => name));
    for (const one of made.filter(({ name }) => before.containers.find((it) => it.name === name)?.state === 'running' && !affected.includes(name))) {
      const touched = made.filter(({ name }) => affected.includes(name));
      const isDependent =
        touched.some(({ service, network, volumes: mounted }) => one.dependsOn.includes(service) || network === one.network || mounted.some((name) => one.volumes.includes(name))) ||
        radius.networks_lost.includes(one.network) || one.volumes.some((name) => radius.volumes_lost.includes(name));
      expect([story, one.name, named.has(one.name)]).toEqual([story, one.name, isDependent]);
    }

    const isLost = gone(before.volumes, after.volumes).length > 0 || lostImages.length > 0;
    const isGone = gone(before.containers, after.containers).length > 0 || gone(before.networks, after.networks).length > 0;
    if (isLost) expect([story, radius.word]).toEqual([story, 'destructive']);
    else if (isGone) expect([story, radius.word]).toEqual([story, 'recoverable']);
    else expect([story, ['none', 'reversible'].includes(radius.word)]).toEqual([story, true]);
  }, 60_000);
});
