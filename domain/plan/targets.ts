/** Binding of names to things: what a card shows is what may run, and a name that was given to another thing since is refused. */
import { targetKey, type BoundTarget, type Inventory, type TargetRef } from '../command/action';
import { canonicalJson } from '../text/canonical-json';
import { isImageNamed } from '../command/image-name';
import { actionCreates, actionTargets } from '../command/parse-action';
import type { Plan } from './plan';
import { removedByPrunes } from './removed-by-prune';

/**
 * Every target of the plan with the id it has now; null when nothing has that name. Targets that an earlier step of the same
 * plan creates are left out: they cannot exist yet. Of a prune, everything that it would remove: no more may go when it runs.
 */
export function bindTargets(plan: Plan, inventory: Inventory | null): readonly BoundTarget[] {
  const bound = new Map<string, BoundTarget>();
  const created = new Set<string>();
  const pruned = inventory === null ? [] : removedByPrunes(plan.steps, inventory);
  for (const [at, step] of plan.steps.entries()) {
    for (const target of actionTargets(step)) {
      const key = targetKey(target);
      if (!created.has(key) && !bound.has(key))
        bound.set(key, { kind: target.kind, name: target.name, id: findTarget(target, inventory) });
    }
    for (const target of pruned[at] ?? []) bound.set(targetKey(target), target);
    for (const target of actionCreates(step)) created.add(targetKey(target));
  }
  return [...bound.values()];
}

/** Exact name, or an id or its prefix as the engine resolves it; null if nothing or more than one thing fits. */
export function findTarget({ kind, name }: TargetRef, inventory: Inventory | null): string | null {
  if (inventory === null) return null;
  switch (kind) {
    case 'container':
      return unique(
        inventory.containers.filter((it) => it.name === name),
        inventory.containers.filter((it) => isIdPrefix(name, it.id)),
      );
    case 'image':
      return unique(
        inventory.images.filter((it) => isImageNamed(it, name)),
        inventory.images.filter((it) => isIdPrefix(name, it.id.replace(/^sha256:/, ''))),
      );
    case 'network':
      return unique(
        inventory.networks.filter((it) => it.name === name),
        inventory.networks.filter((it) => isIdPrefix(name, it.id)),
      );
    case 'volume':
      return unique(
        inventory.volumes.filter((it) => it.name === name),
        [],
      );
  }
}

/** The text that is hashed into the attestation: the order of the plan, ids included. */
export function canonicalTargets(targets: readonly BoundTarget[]): string {
  return canonicalJson(targets.map(({ kind, name, id }) => ({ kind, name, id })));
}

const isIdPrefix = (name: string, id: string): boolean => /^[0-9a-f]{4,64}$/.test(name) && id.startsWith(name);

function unique(byName: readonly { readonly id: string }[], byId: readonly { readonly id: string }[]): string | null {
  const found = byName.length > 0 ? byName : byId;
  return found.length === 1 ? (found[0]?.id ?? null) : null;
}
