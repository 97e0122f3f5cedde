/**
 * The containers of the fixture on the real engine, by exactly its names, since that is what entries write. What an entry
 * changed is put right before the next one.
 */
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';
import type { AttackFixture } from './attack-file';

export interface AttackContainers {
  /** Of the engine, by the fixture's names. */
  readonly ids: ReadonlyMap<string, string>;
  /** Makes the engine's state that of the fixture again. @returns whether anything had to be done */
  restore(): Promise<boolean>;
  /** `from` gets the name of `to`, whose container is pushed aside: the name then means another container. */
  rebind(to: string, from: string): Promise<void>;
  close(): Promise<void>;
}

interface Found {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly ImageID: string;
  readonly Labels: Readonly<Record<string, string>>;
}

const OWNER = 'wingman.attacks.pid';
/** Whose end entries wait for, or that they remove without force: these do not run. */
const ENDED = ['batch', 'old-web'];
const IMAGE = 'busybox:1.36';

/** @param images references that must be there; @param commands of all entries, for images below a registered path */
export async function openAttackContainers({ commandPolicy, claims }: AttackFixture & { readonly claims?: { readonly containers: Readonly<Record<string, string>> } }, commands: readonly string[]): Promise<AttackContainers> {
  const world = await openDockerWorld();
  const names = Object.keys(commandPolicy.containers);
  await takeNames(world, names);
  await world.importBusybox(IMAGE);
  const image = (await world.get(`/images/${IMAGE}/json`)) as { Id: string };
  const [repo, tag] = IMAGE.split(':');
  const extra = [...commandPolicy.images.filter((reference) => !reference.endsWith('*')), ...below(commandPolicy.images, commands)].filter((reference) => reference !== IMAGE);
  for (const reference of extra) await tagImage(world, `${repo ?? ''}:${tag ?? ''}`, reference);
  for (const name of commandPolicy.volumes) await world.call({ method: 'POST', path: '/volumes/create', body: { Name: name, Labels: labels() }, answer: 'json', expect: [201] });
  const networks = await makeNetworks(world, [...commandPolicy.networks, ...commandPolicy.protectedNetworks]);
  const ids = new Map<string, string>();

  const list = async (): Promise<readonly Found[]> => (await world.get('/containers/json', { all: true })) as Found[];
  const create = async (name: string): Promise<void> => {
    const start = !ENDED.includes(name);
    // "running nginx:1.27": claims are about the image's name, which is another tag of the same image.
    const said = /[\w./-]+:[\w.-]+/.exec(claims?.containers[name] ?? '')?.[0];
    const made = await world.createContainer({ name, image: said !== undefined && extra.includes(said) ? said : IMAGE, cmd: ['sleep', '100000'], labels: labels(), start });
    ids.set(name, made.id);
    if (name !== 'batch') return;
    // Ended with 0, as the fixture says, and not merely never started.
    await world.call({ method: 'POST', path: `/containers/${made.id}/start`, answer: 'none', expect: [204] });
    await world.call({ method: 'POST', path: `/containers/${made.id}/stop`, answer: 'none', expect: [204, 304] });
  };

  const restore = async (): Promise<boolean> => {
    let changed = false;
    const found = await list();
    const ours = found.filter(({ ImageID, Labels }) => ImageID === image.Id || Labels[OWNER] === String(process.pid));
    const right = new Set([...ids.values()]);
    for (const container of ours) {
      const name = container.Names[0]?.slice(1) ?? '';
      if (right.has(container.Id) && ids.get(name) === container.Id) continue;
      changed = true;
      await world.removeContainer(container.Id);
      for (const [known, id] of ids) if (id === container.Id) ids.delete(known);
    }
    const there = new Map((await list()).map((container) => [container.Id, container]));
    for (const name of names) {
      const id = ids.get(name);
      const container = id === undefined ? undefined : there.get(id);
      if (id !== undefined && container !== undefined) {
        const wanted = ENDED.includes(name) ? ['exited', 'created'] : ['running'];
        if (wanted.includes(container.State)) continue;
        changed = true;
        if (await bringBack(world, container, wanted.includes('running'))) continue;
        await world.removeContainer(id);
      }
      changed = true;
      await create(name);
    }
    return changed;
  };
  await restore();

  return {
    ids,
    restore,
    async rebind(to, from) {
      await rename(world, to, `${to}-aside`);
      await rename(world, from, to);
    },
    async close() {
      // The last container holds the names until images and volumes are gone too: another run that waits for them makes its own.
      const ours = (await list()).filter(({ ImageID, Labels }) => ImageID === image.Id || Labels[OWNER] === String(process.pid));
      const last = ids.get(names.findLast((name) => claims?.containers[name] === undefined) ?? '');
      for (const { Id } of ours) if (Id !== last) await world.removeContainer(Id);
      for (const id of networks) await world.call({ method: 'DELETE', path: `/networks/${id}`, answer: 'none', expect: [204, 403, 404] });
      for (const name of commandPolicy.volumes) await world.call({ method: 'DELETE', path: `/volumes/${name}`, answer: 'none', expect: [204, 404, 409] });
      for (const reference of extra) await world.call({ method: 'DELETE', path: `/images/${encodeURIComponent(reference)}`, answer: 'none', expect: [200, 404, 409] });
      if (last !== undefined) await world.call({ method: 'DELETE', path: `/containers/${last}`, query: { force: true }, answer: 'none', expect: [204, 404] });
      await world.close();
    },
  };
}

/** The same container again, so that approvals stay bound to what they were made for. @returns false when only a new one will do */
async function bringBack(world: DockerWorld, { Id, State }: Found, run: boolean): Promise<boolean> {
  const step = run ? { exited: 'start', created: 'start', paused: 'unpause' }[State] : { running: 'stop' }[State];
  if (step === undefined) return false;
  await world.call({ method: 'POST', path: `/containers/${Id}/${step}`, answer: 'none', expect: [204, 304] });
  return true;
}

const labels = (): Readonly<Record<string, string>> => ({ [OWNER]: String(process.pid) });

/** Names are the engine's own lock: another run that is alive is waited for, what a dead one left is removed. */
async function takeNames(world: DockerWorld, names: readonly string[]): Promise<void> {
  await until(
    'another run of the attacks gives the names free',
    async () => {
      const found = ((await world.get('/containers/json', { all: true })) as Found[]).filter(({ Names }) => Names.some((name) => names.includes(name.slice(1))));
      const foreign = found.find(({ Labels }) => Labels[OWNER] === undefined);
      if (foreign !== undefined) throw new Error(`the engine has a container named ${foreign.Names.join(', ')}, which the attacks need for themselves: rename it, or run them on another engine`);
      if (found.some(({ Labels }) => isAlive(Number(Labels[OWNER])))) return false;
      for (const { Id } of found) await world.removeContainer(Id);
      return true;
    },
    240_000,
  );
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: the process that made them has ended.
    return false;
  }
}

/** References that entries use below a registered `registry/path/*`. */
function below(images: readonly string[], commands: readonly string[]): readonly string[] {
  const prefixes = images.filter((reference) => reference.endsWith('/*')).map((reference) => reference.slice(0, -1));
  const words = commands.flatMap((command) => command.split(/\s+/));
  return [...new Set(words.filter((word) => prefixes.some((prefix) => word.startsWith(prefix)) && /^[a-z0-9./_-]+:[\w.-]+$/.test(word)))];
}

async function tagImage(world: DockerWorld, source: string, reference: string): Promise<void> {
  const colon = reference.lastIndexOf(':');
  const query = { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  await world.call({ method: 'POST', path: `/images/${encodeURIComponent(source)}/tag`, query, answer: 'none', expect: [201] });
}

/** With the labels of Compose, which otherwise complains about a network of its own name. */
async function makeNetworks(world: DockerWorld, names: readonly string[]): Promise<readonly string[]> {
  const known = (await world.get('/networks')) as { readonly Name: string; readonly Id: string }[];
  const made: string[] = [];
  for (const name of names) {
    for (const { Name, Id } of known) if (Name === name) await world.call({ method: 'DELETE', path: `/networks/${Id}`, answer: 'none', expect: [204, 404] });
    const Labels = { ...labels(), 'com.docker.compose.network': 'default', 'com.docker.compose.project': name.replace(/_default$/, '') };
    const { Id } = (await world.call({ method: 'POST', path: '/networks/create', body: { Name: name, Driver: 'bridge', Labels }, answer: 'json', expect: [201] })) as { Id: string };
    made.push(Id);
  }
  return made;
}

async function rename(world: DockerWorld, from: string, to: string): Promise<void> {
  await world.call({ method: 'POST', path: `/containers/${from}/rename`, query: { name: to }, answer: 'none', expect: [204] });
}
