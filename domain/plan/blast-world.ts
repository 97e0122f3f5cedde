/** What a plan would make of an engine, step by step, on a copy of what it holds. A step that the engine would refuse changes nothing here. */
import type { Action, ContainerFacts, Inventory, TargetRef } from '../command/action';
import { matchesGlob } from '../text/glob';
import { isImageNamed } from '../command/image-name';
import { actionCreates, actionTargets } from '../command/parse-action';

export interface BlastContainer extends ContainerFacts {
  readonly isNew: boolean;
}

/** Mutable on purpose: a step is a change. */
export interface BlastWorld {
  containers: BlastContainer[];
  images: Inventory['images'][number][];
  networks: string[];
  volumes: string[];
  /** Containers that were down for a moment. */
  readonly interrupted: Set<string>;
  /** Volumes that nobody named, whose container goes without them. */
  readonly orphaned: Set<string>;
  /** What the engine would refuse, in words. */
  readonly refused: string[];
}

export const UP_STATES: readonly string[] = ['running', 'restarting'];
const REMOVABLE: readonly string[] = ['created', 'exited', 'dead'];
const UNNAMED_VOLUME = /^[0-9a-f]{64}$/;
export const BUILT_IN_NETWORKS: readonly string[] = ['bridge', 'host', 'none'];

export function openBlastWorld(inventory: Inventory): BlastWorld {
  return {
    containers: inventory.containers.map((one) => ({ ...one, isNew: false })),
    images: [...inventory.images],
    networks: inventory.networks.map(({ name }) => name),
    volumes: inventory.volumes.map(({ name }) => name),
    interrupted: new Set(),
    orphaned: new Set(),
    refused: [],
  };
}

/** @returns false for a verb of which nothing is known but its class */
export function applyAction(world: BlastWorld, action: Action): boolean {
  if (action.program === 'registered') return false;
  if (action.program === 'compose') return applyCompose(world, action);
  const missing = actionTargets(action).find((target) => isMissing(world, target));
  if (missing !== undefined) {
    // The gateway resolves every target before the act, and refuses the step as a whole.
    world.refused.push(`${missing.kind} ${missing.name} is not there by then, so \`docker ${action.verb}\` does nothing`);
    return true;
  }
  const args = action.args as Readonly<Record<string, unknown>>;
  const containers = (): readonly BlastContainer[] => find(world, list(args['containers']));
  switch (action.verb) {
    case 'stop':
      return setState(world, containers(), 'exited', [...UP_STATES, 'paused']);
    case 'kill':
      // Other signals may end a container too; these do.
      return ['KILL', 'TERM', 'INT', 'QUIT'].includes(String(args['signal'])) ? setState(world, containers(), 'exited', [...UP_STATES, 'paused']) : false;
    case 'start':
      return setState(world, containers(), 'running', REMOVABLE);
    case 'pause':
      return setState(world, containers(), 'paused', UP_STATES);
    case 'unpause':
      return setState(world, containers(), 'running', ['paused']);
    case 'restart':
      return restart(world, containers());
    case 'rm':
      for (const one of containers()) remove(world, one, args['force'] === true, args['volumes'] === true);
      return true;
    case 'container prune':
      for (const one of world.containers.filter(({ state, name }) => REMOVABLE.includes(state) && !isSpared(args, name))) remove(world, one, false, false);
      return true;
    case 'volume rm':
      return removeVolumes(world, list(args['volumes']));
    case 'volume prune':
      return removeUnused(world, world.volumes.filter((name) => (args['all'] === true || UNNAMED_VOLUME.test(name)) && !isSpared(args, name)));
    case 'network rm':
      return removeNetworks(world, list(args['networks']));
    case 'network prune':
      world.networks = world.networks.filter((name) => BUILT_IN_NETWORKS.includes(name) || isSpared(args, name) || isUsed(world, name));
      return true;
    case 'rmi':
      return removeImages(world, list(args['images']), args['force'] === true);
    case 'run':
      return run(world, args);
    case 'volume create':
      if (!world.volumes.includes(String(args['name']))) world.volumes.push(String(args['name']));
      return true;
    case 'network create':
      world.networks.push(String(args['name']));
      return true;
    case 'tag':
    case 'pull':
    case 'build':
      // A later step may use what it makes; which image that is, nobody knows before.
      return made(world, action);
    case 'image prune':
      world.images = world.images.filter((image) => world.containers.some(({ image_id }) => image_id === image.id) || (image.tags.length > 0 && args['all'] !== true));
      return true;
    default:
      return false;
  }
}

function isMissing(world: BlastWorld, { kind, name }: TargetRef): boolean {
  switch (kind) {
    case 'container':
      return find(world, [name]).length === 0;
    case 'image':
      return !world.images.some((image) => isImageNamed(image, name) || /^[0-9a-f]{4,64}$/.test(name));
    case 'volume':
      return !world.volumes.includes(name);
    case 'network':
      // By id it is known to the engine alone.
      return !world.networks.includes(name) && !/^[0-9a-f]{4,64}$/.test(name);
  }
}

function applyCompose(world: BlastWorld, action: Action): boolean {
  const { project, verb, services, flags } = action.args as { readonly project: string; readonly verb: string; readonly services: readonly string[]; readonly flags: readonly string[] };
  const own = world.containers.filter((one) => one.project === project && (services.length === 0 || services.includes(one.service ?? '')));
  const withVolumes = flags.includes('--volumes');
  switch (verb) {
    case 'stop':
      return setState(world, own, 'exited', [...UP_STATES, 'paused']);
    case 'start':
      return setState(world, own, 'running', REMOVABLE);
    case 'pause':
      return setState(world, own, 'paused', UP_STATES);
    case 'unpause':
      return setState(world, own, 'running', ['paused']);
    case 'restart':
      return restart(world, own);
    case 'rm':
      for (const one of own) if (flags.includes('--stop') || REMOVABLE.includes(one.state)) remove(world, one, true, withVolumes);
      return !withVolumes;
    case 'down': {
      const used = own.flatMap(({ volumes = [] }) => volumes);
      const networks = [...new Set(own.flatMap(({ networks: all = [] }) => all))].filter((name) => name.startsWith(`${project}_`));
      for (const one of own) remove(world, one, true, withVolumes);
      if (withVolumes) removeUnused(world, world.volumes.filter((name) => name.startsWith(`${project}_`) || (used.includes(name) && UNNAMED_VOLUME.test(name))));
      removeNetworks(world, networks.filter((name) => !isUsed(world, name)));
      // What else goes with these stands in the files alone: volumes with names of their own, images, containers of former services.
      return !withVolumes && !flags.includes('--rmi') && !flags.includes('--remove-orphans');
    }
    case 'build':
      return made(world, action);
    default:
      return false;
  }
}

function setState(world: BlastWorld, which: readonly BlastContainer[], state: string, from: readonly string[]): true {
  const names = new Set(which.filter((one) => from.includes(one.state)).map(({ name }) => name));
  world.containers = world.containers.map((one) => (names.has(one.name) ? { ...one, state } : one));
  return true;
}

function restart(world: BlastWorld, which: readonly BlastContainer[]): true {
  for (const { name, state } of which) if (UP_STATES.includes(state)) world.interrupted.add(name);
  return setState(world, which, 'running', [...REMOVABLE, 'paused']);
}

function remove(world: BlastWorld, container: BlastContainer, force: boolean, withVolumes: boolean): void {
  if (!force && !REMOVABLE.includes(container.state)) {
    world.refused.push(`container ${container.name} is ${container.state}, and is not removed without --force`);
    return;
  }
  world.containers = world.containers.filter(({ name }) => name !== container.name);
  const unnamed = (container.volumes ?? []).filter((name) => UNNAMED_VOLUME.test(name));
  if (withVolumes) removeUnused(world, unnamed);
  else for (const name of unnamed) if (usersOf(world, name).length === 0) world.orphaned.add(name);
}

const usersOf = (world: BlastWorld, volume: string): readonly BlastContainer[] => world.containers.filter(({ volumes = [] }) => volumes.includes(volume));

function removeUnused(world: BlastWorld, names: readonly string[]): true {
  const gone = new Set(names.filter((name) => usersOf(world, name).length === 0));
  world.volumes = world.volumes.filter((name) => !gone.has(name));
  return true;
}

function removeVolumes(world: BlastWorld, names: readonly string[]): true {
  for (const name of names) {
    const users = usersOf(world, name);
    if (users.length > 0) world.refused.push(`volume ${name} is used by ${users.map((one) => one.name).join(', ')}, and is not removed`);
  }
  return removeUnused(world, names);
}

/** The engine keeps a network only for containers that are up on it. */
function removeNetworks(world: BlastWorld, names: readonly string[]): true {
  for (const name of names) if (isInUse(world, name)) world.refused.push(`network ${name} has containers that run on it, and is not removed`);
  world.networks = world.networks.filter((name) => !names.includes(name) || isInUse(world, name));
  return true;
}

const isInUse = (world: BlastWorld, network: string): boolean => world.containers.some(({ state, networks = [] }) => networks.includes(network) && [...UP_STATES, 'paused'].includes(state));
/** Prune asks for networks that no container names at all, but the engine counts those that are up. */
const isUsed = isInUse;

function removeImages(world: BlastWorld, names: readonly string[], force: boolean): true {
  for (const name of names) {
    const image = world.images.find((one) => isImageNamed(one, name));
    if (image === undefined) continue;
    const tags = image.tags.filter((tag) => tag !== name && tag !== `${name}:latest`);
    const users = world.containers.filter(({ image_id }) => image_id === image.id);
    const isLast = tags.length === 0;
    if (isLast && users.some(({ state }) => [...UP_STATES, 'paused'].includes(state))) {
      world.refused.push(`image ${name} is used by ${users.map((one) => one.name).join(', ')}, which run, and is not removed`);
    } else if (isLast && users.length > 0 && !force) {
      world.refused.push(`image ${name} is used by ${users.map((one) => one.name).join(', ')}, and is not removed without --force`);
    } else {
      world.images = world.images.flatMap((one) => (one.id !== image.id ? [one] : isLast && users.length === 0 ? [] : [{ ...one, tags }]));
    }
  }
  return true;
}

function run(world: BlastWorld, args: Readonly<Record<string, unknown>>): true {
  const name = typeof args['name'] === 'string' ? args['name'] : null;
  if (name !== null && world.containers.some((one) => one.name === name)) {
    world.refused.push(`the name ${name} is taken`);
    return true;
  }
  const image = String(args['image']);
  const found = world.images.find((one) => isImageNamed(one, image));
  if (found === undefined) world.refused.push(`image ${image} is not here`);
  else if (name !== null && args['rm'] !== true) world.containers.push({ id: '', name, image, image_id: found.id, state: 'running', status: '', ports: [], isNew: true });
  return true;
}

function made(world: BlastWorld, action: Action): false {
  for (const { name } of actionCreates(action)) world.images.push({ id: `made by ${action.verb}: ${name}`, tags: [name] });
  return false;
}

const isSpared = (args: Readonly<Record<string, unknown>>, name: string): boolean => list(args['spared']).some((pattern) => matchesGlob(pattern, name));
const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const find = (world: BlastWorld, names: readonly string[]): readonly BlastContainer[] =>
  world.containers.filter((one) => names.some((name) => one.name === name || (/^[0-9a-f]{4,64}$/.test(name) && one.id.startsWith(name))));
