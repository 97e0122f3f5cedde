/**
 * What a prune takes: it names nothing, so its card lists what is unused then, and that list is what may be removed. What becomes unused
 * later is another request.
 */
import type { Action, BoundTarget, Inventory } from '../command/action';
import { applyAction, openBlastWorld, type BlastWorld } from './blast-world';

export const isPrune = (step: Action | undefined): boolean => step?.program === 'docker' && /(?:^| )prune$/.test(step.verb);

/** For each step of a plan, after the steps before it; empty for every step that names what it takes. */
export function removedByPrunes(steps: readonly Action[], inventory: Inventory): readonly (readonly BoundTarget[])[] {
  const world = openBlastWorld(inventory);
  return steps.map((step) => {
    const before = held(world, inventory);
    applyAction(world, step);
    if (!isPrune(step)) return [];
    const after = new Set(held(world, inventory).map(keyOf));
    return before.filter((one) => !after.has(keyOf(one)));
  });
}

const keyOf = ({ kind, id }: BoundTarget): string => `${kind}:${String(id)}`;

/** Of the things that the engine had at the beginning, those that are there at this point. */
function held(world: BlastWorld, { containers, images, networks, volumes }: Inventory): readonly BoundTarget[] {
  return [
    ...containers.filter(({ id }) => world.containers.some((one) => one.id === id)).map(({ id, name }) => ({ kind: 'container' as const, name, id })),
    ...volumes.filter(({ name }) => world.volumes.includes(name)).map(({ id, name }) => ({ kind: 'volume' as const, name, id })),
    ...networks.filter(({ name }) => world.networks.includes(name)).map(({ id, name }) => ({ kind: 'network' as const, name, id })),
    ...images.filter(({ id }) => world.images.some((one) => one.id === id)).flatMap(({ id, tags }) => (tags.length === 0 ? [id] : tags).map((name) => ({ kind: 'image' as const, name, id }))),
  ];
}
