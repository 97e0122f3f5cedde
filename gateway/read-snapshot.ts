/** The governed things of an engine as they are now: what a gap in its events is closed with. */
import type { TargetKind } from '../domain/command/action';
import type { Snapshot, SnapshotThing } from '../domain/engine/snapshot';
import { describeThing } from './engine-facts';
import { hangsAfter, type Engine } from './engine';
import { readInventory } from './engine-inventory';
import type { Scope } from './governed-scope';

const LOOK_MS = 10_000;
/** Looks at once: an engine answers one in about 3 ms. */
const ABREAST = 8;

/** @throws WingmanError ENGINE_UNAVAILABLE, ENGINE_ERROR, TIMED_OUT */
export async function readSnapshot(engine: Pick<Engine, 'call'>, scope: Scope): Promise<Snapshot> {
  const { containers, ...others } = await readInventory(engine, new Date());
  const things: SnapshotThing[] = [];
  const maybe = containers.filter(({ name }) => scope.byLabel || isGoverned(scope, 'container', name));
  for (let from = 0; from < maybe.length; from += ABREAST) {
    const group = await Promise.all(maybe.slice(from, from + ABREAST).map(({ id }) => readContainerThing(engine, id)));
    things.push(...group.filter((thing) => thing !== null).filter(({ name, labels }) => scope.ownersOf('container', [name], labels).length > 0));
  }
  return { ...keyed(things), ...othersOf(others, scope) };
}

/** Images, networks and volumes alone: four questions, whatever there is. */
export async function readOthers(engine: Pick<Engine, 'call'>, scope: Scope): Promise<Snapshot> {
  return othersOf(await readInventory(engine, new Date()), scope);
}

/** Null: it is gone. */
export async function readContainerThing(engine: Pick<Engine, 'call'>, id: string): Promise<SnapshotThing | null> {
  const { name, facts, own } = await describeThing(engine, 'container', id, hangsAfter(LOOK_MS));
  return name === null ? null : { kind: 'container', id, name, facts, ...own };
}

export const snapshotKey = ({ kind, id }: Pick<SnapshotThing, 'kind' | 'id'>): string => `${kind}:${id}`;

function othersOf({ images, networks, volumes }: Pick<Awaited<ReturnType<typeof readInventory>>, 'images' | 'networks' | 'volumes'>, scope: Scope): Snapshot {
  const all = [
    ...images.flatMap(({ id, tags }) => tags.map((tag) => plain('image', tag, tag, id))),
    ...networks.map(({ id, name }) => plain('network', id, name, id)),
    ...volumes.map(({ id, name }) => plain('volume', name, name, id)),
  ];
  return keyed(all.filter(({ kind, name }) => isGoverned(scope, kind, name)));
}

const isGoverned = (scope: Scope, kind: TargetKind, name: string): boolean => scope.ownersOf(kind, [name], {}).length > 0;
const keyed = (things: readonly SnapshotThing[]): Snapshot => Object.fromEntries(things.map((thing) => [snapshotKey(thing), thing]));
const plain = (kind: TargetKind, id: string, name: string, what: string): SnapshotThing => ({ kind, id, name, labels: {}, facts: { exists: true, id: what }, auto_remove: false, restart_policy: false });
