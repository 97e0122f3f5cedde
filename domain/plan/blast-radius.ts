/**
 * What a plan reaches, told before anybody decides: which containers, who depends on them, what stops answering, which data is gone,
 * and whether what it would be rebuilt from is here. Worked out over the inventory that the card is made of.
 */
import type { Inventory } from '../command/action';
import { applyAction, BUILT_IN_NETWORKS, openBlastWorld, UP_STATES, type BlastContainer, type BlastWorld } from './blast-world';
import { isImageNamed } from '../command/image-name';
import { actionReversibility } from '../command/parse-action';
import type { Plan } from './plan';
import { isPrune } from './removed-by-prune';

/**
 * `reversible`: another verb puts it back. `recoverable`: something goes that can be made again from what is here. `destructive`:
 * something goes for good, or nobody can tell.
 */
export type BlastWord = 'none' | 'reversible' | 'recoverable' | 'destructive';

export interface BlastRadius {
  readonly word: BlastWord;
  readonly containers: readonly { readonly name: string; readonly now: string; readonly after: string }[];
  /** Down for a moment. */
  readonly interrupted: readonly string[];
  /** Not touched, and likely to notice. */
  readonly dependants: readonly { readonly name: string; readonly because: string }[];
  /** Published ports that stop answering, with their container. */
  readonly ports: readonly { readonly container: string; readonly port: string }[];
  readonly volumes_lost: readonly string[];
  /** Volumes that nobody named and that nothing uses afterwards: what is in them is there, and nobody finds it. */
  readonly volumes_orphaned: readonly string[];
  readonly networks_lost: readonly string[];
  readonly images_lost: readonly string[];
  /** For each container that goes: what it was made from, and whether that is here afterwards. */
  readonly rebuild: readonly { readonly container: string; readonly image: string; readonly here: boolean }[];
  /** Steps that the engine would refuse as things are. */
  readonly refused: readonly string[];
  /** False: there is a step of which only its class is known, or the engine was not seen. */
  readonly complete: boolean;
}

const RANK: readonly BlastWord[] = ['none', 'reversible', 'recoverable', 'destructive'];
const worst = (words: readonly BlastWord[]): BlastWord => RANK[Math.max(0, ...words.map((word) => RANK.indexOf(word)))] ?? 'destructive';

export function blastRadius(plan: Plan, inventory: Inventory | null): BlastRadius {
  const classes = plan.steps.map((step): BlastWord => ({ READ_ONLY: 'none', REVERSIBLE: 'reversible', DESTRUCTIVE: 'destructive' } as const)[actionReversibility(step)]);
  if (inventory === null) return { ...NOTHING, word: worst(classes), complete: false };
  const world = openBlastWorld(inventory);
  const unknown: BlastWord[] = [];
  for (const [at, step] of plan.steps.entries()) {
    const word = classes[at] ?? 'destructive';
    const isModelled = applyAction(world, step);
    if (word !== 'none' && !isModelled) unknown.push(word);
    // What a new container may write into a volume is its own affair, and nobody can tell.
    else if (step.verb === 'run' && word === 'destructive') unknown.push(word);
  }
  const found = differences(inventory, world);
  const isAnything = found.containers.length > 0 || found.interrupted.length > 0;
  const isGone = found.rebuild.length > 0 || found.networks_lost.length > 0;
  const isLost = found.volumes_lost.length > 0 || found.images_lost.length > 0 || found.rebuild.some(({ here }) => !here);
  return {
    ...found,
    word: worst([isLost ? 'destructive' : isGone ? 'recoverable' : isAnything ? 'reversible' : 'none', ...unknown, ...(classes.some((word, at) => word !== 'none' && !isPrune(plan.steps[at])) ? (['reversible'] as const) : [])]),
    complete: unknown.length === 0,
  };
}

const NOTHING: Omit<BlastRadius, 'word' | 'complete'> = {
  containers: [], interrupted: [], dependants: [], ports: [], volumes_lost: [], volumes_orphaned: [], networks_lost: [], images_lost: [], rebuild: [], refused: [],
};

function differences(inventory: Inventory, world: BlastWorld): Omit<BlastRadius, 'word' | 'complete'> {
  const after = new Map(world.containers.map((one) => [one.name, one]));
  const isSame = (one: { readonly id: string; readonly name: string }): boolean => after.get(one.name)?.id === one.id;
  const changed = inventory.containers.filter((one) => !isSame(one) || after.get(one.name)?.state !== one.state);
  const gone = inventory.containers.filter((one) => !isSame(one));
  const down = changed.filter((one) => UP_STATES.includes(one.state) && !(isSame(one) && UP_STATES.includes(after.get(one.name)?.state ?? '')));
  const lost = (before: readonly string[], now: readonly string[]): readonly string[] => before.filter((name) => !now.includes(name));
  const made = world.containers.filter(({ isNew, name }) => isNew && !inventory.containers.some((one) => one.name === name));
  const volumes_lost = lost(inventory.volumes.map(({ name }) => name), world.volumes);
  const networks_lost = lost(inventory.networks.map(({ name }) => name), world.networks);
  return {
    containers: [
      ...changed.map(({ name, state }) => ({ name, now: state, after: afterwards(after.get(name)) })),
      ...made.map(({ name, state }) => ({ name, now: 'absent', after: state })),
    ],
    interrupted: [...world.interrupted].filter((name) => after.has(name)),
    dependants: dependantsOf(inventory, world, [...down, ...gone.filter((one) => !down.includes(one))], volumes_lost, networks_lost),
    ports: down.flatMap(({ name, ports }) => ports.filter((port) => port.includes('->')).map((port) => ({ container: name, port }))),
    volumes_lost,
    volumes_orphaned: [...world.orphaned].filter((name) => world.volumes.includes(name)),
    networks_lost,
    images_lost: inventory.images.filter(({ id }) => !world.images.some((one) => one.id === id)).map(({ id, tags }) => tags[0] ?? id),
    rebuild: gone.map((one) => ({ container: one.name, image: one.image, here: world.images.some((image) => image.id === one.image_id || isImageNamed(image, one.image)) })),
    refused: world.refused,
  };
}

const afterwards = (one: BlastContainer | undefined): string => (one === undefined ? 'absent' : one.isNew ? 'made anew' : one.state);

/** Who is up and stays up, and had to do with what goes. The first reason counts. */
function dependantsOf(inventory: Inventory, world: BlastWorld, away: readonly Inventory['containers'][number][], volumes: readonly string[], networks: readonly string[]): BlastRadius['dependants'] {
  const names = new Set(away.map(({ name }) => name));
  return inventory.containers.flatMap((one) => {
    if (names.has(one.name) || !UP_STATES.includes(one.state)) return [];
    const because = reasonOf(one, away, volumes, networks);
    return because === null || !world.containers.some(({ name }) => name === one.name) ? [] : [{ name: one.name, because }];
  });
}

function reasonOf(one: Inventory['containers'][number], away: readonly Inventory['containers'][number][], volumes: readonly string[], networks: readonly string[]): string | null {
  const needed = away.find(({ project, service }) => project !== undefined && project === one.project && service !== undefined && (one.depends_on ?? []).includes(service));
  if (needed !== undefined) return `depends on ${needed.service ?? needed.name} (${needed.name})`;
  const volume = (one.volumes ?? []).find((name) => volumes.includes(name));
  if (volume !== undefined) return `uses volume ${volume}`;
  const network = (one.networks ?? []).find((name) => networks.includes(name));
  if (network !== undefined) return `is on network ${network}`;
  for (const other of away) {
    const shared = (one.networks ?? []).find((name) => !BUILT_IN_NETWORKS.includes(name) && (other.networks ?? []).includes(name));
    if (shared !== undefined) return `shares network ${shared} with ${other.name}`;
    const both = (one.volumes ?? []).find((name) => (other.volumes ?? []).includes(name));
    if (both !== undefined) return `shares volume ${both} with ${other.name}`;
  }
  return null;
}

const MOST_LINES = 20;

/** For a card: one line each, the worst first. */
export function blastLines(radius: BlastRadius): readonly string[] {
  const lines = [
    ...radius.volumes_lost.map((name) => `data is lost: volume ${name}`),
    ...radius.volumes_orphaned.map((name) => `the unnamed volume ${name} is left without an owner: whatever is made anew begins with an empty one`),
    ...radius.images_lost.map((name) => `image is lost: ${name}`),
    ...radius.rebuild.map(({ container, image, here }) => `${container} is removed; its image ${image} is ${here ? 'here to rebuild it from' : 'NOT here to rebuild it from'}`),
    ...radius.ports.map(({ container, port }) => `stops answering: ${port} (${container})`),
    ...radius.containers.filter(({ after }) => after !== 'absent').map(({ name, now, after }) => `container ${name}: ${now}, then ${after}`),
    ...radius.interrupted.map((name) => `container ${name} is down for a moment`),
    ...radius.networks_lost.map((name) => `network is removed: ${name}`),
    ...radius.dependants.map(({ name, because }) => `may notice: ${name} ${because}`),
    ...radius.refused.map((text) => `the engine would refuse: ${text}`),
    ...(radius.complete ? [] : ['not all of it can be foreseen']),
  ];
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), `and ${String(lines.length - MOST_LINES + 1)} more`];
}
