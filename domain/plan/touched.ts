/**
 * What a step touches, as things and not as words: whatever a command calls them by (a name, an id, the beginning of one, a Compose
 * project, a service, an image), each comes with all names that it has. Rules, protection, risk and the walls between environments are
 * judged by these, on the card and again by the gateway.
 */
import type { Action, ContainerFacts, ImageFacts, Inventory, TargetKind, TargetRef } from '../command/action';
import { buildActions } from '../command/compose/builds';
import { declaredThings, projectContainers } from '../command/compose/declared-things';
import { isImageNamed } from '../command/image-name';
import { actionCreates, actionTargets } from '../command/parse-action';
import type { Registry } from '../command/registry';
import { removedByPrunes } from './removed-by-prune';

export interface TouchedThing {
  readonly kind: TargetKind;
  /** As a person would call it: its real name, or the word that was typed where the engine is not known to have it. */
  readonly name: string;
  /** Every text that means this one thing: typed words, name, ids, the names it had before. The name is one of them. */
  readonly names: readonly string[];
  /** What it is one of: image, Compose project and service. */
  readonly of: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** It is made use of, as an image is by `run`, and stays what it is. */
  readonly isOnlyUsed: boolean;
}

/** @param inventory null: the engine was not seen; then typed words and what Compose files declare are all there is */
export function touchedThings(steps: readonly Action[], registry: Registry, inventory: Inventory | null): readonly (readonly TouchedThing[])[] {
  // By the name that an earlier step gives: what the thing was called before. A new name is no way around.
  const renamed = new Map<string, TouchedThing>();
  const pruned = inventory === null ? [] : removedByPrunes(steps, inventory);
  return steps.map((step, at) => {
    const found = [...touchedBy(step, registry, inventory), ...(pruned[at] ?? []).map((target) => toThing(target, inventory))].map((thing) => withFormer(thing, renamed));
    const [target, ...others] = actionTargets(step);
    const [made] = actionCreates(step);
    if (target !== undefined && others.length === 0 && made !== undefined && made.kind === target.kind) {
      const former = found.find((thing) => thing.names.includes(target.name));
      if (former !== undefined) renamed.set(`${made.kind}:${made.name}`, former);
    }
    return unique(found);
  });
}

function touchedBy(step: Action, registry: Registry, inventory: Inventory | null): readonly TouchedThing[] {
  switch (step.program) {
    case 'docker':
      return [
        ...actionTargets(step).map((target) => ({ ...toThing(target, inventory), isOnlyUsed: target.kind === 'image' && step.verb !== 'rmi' })),
        ...actionCreates(step).map((target) => toThing(target, inventory)),
      ];
    case 'compose':
      return [
        ...projectContainers(step, inventory).map(containerThing),
        ...declaredThings(step, registry).map((target) => toThing(target, inventory)),
        ...buildActions(step).flatMap((build) => actionCreates(build).map((target) => toThing(target, inventory))),
      ];
    case 'registered':
      // What such a program does is its own affair; a word of its list that names a thing on the engine means that thing.
      return inventory === null ? [] : step.argv.slice(1).flatMap((word) => everythingCalled(word, inventory));
  }
}

function toThing(target: TargetRef, inventory: Inventory | null): TouchedThing {
  const found = inventory === null ? undefined : findThing(target, inventory);
  return found === undefined ? { kind: target.kind, name: target.name, names: [target.name], of: [], labels: {}, isOnlyUsed: false } : { ...found, names: [...new Set([...found.names, target.name])] };
}

function findThing({ kind, name }: TargetRef, inventory: Inventory): TouchedThing | undefined {
  switch (kind) {
    case 'container':
      return mapped(byNameOrId(inventory.containers, name, ({ name: own }) => own), containerThing);
    case 'network':
      return mapped(byNameOrId(inventory.networks, name, ({ name: own }) => own), ({ id, name: own }) => plainThing('network', own, [id, id.slice(0, 12)]));
    case 'volume':
      return mapped(inventory.volumes.find((one) => one.name === name), ({ name: own, id }) => plainThing('volume', own, [id]));
    case 'image':
      return mapped(inventory.images.find((one) => isImageNamed(one, name)) ?? inventory.images.find(({ id }) => isIdPrefix(name, bareId(id))), imageThing);
  }
}

const everythingCalled = (word: string, inventory: Inventory): readonly TouchedThing[] =>
  (['container', 'network', 'volume', 'image'] as const).flatMap((kind) => findThing({ kind, name: word }, inventory) ?? []);

function containerThing(one: ContainerFacts): TouchedThing {
  const compose = one.project === undefined ? [] : [one.project, ...(one.service === undefined ? [] : [one.service, `${one.project}/${one.service}`])];
  return { kind: 'container', name: one.name, names: [one.name, one.id, one.id.slice(0, 12)], of: [one.image, ...compose], labels: one.labels ?? {}, isOnlyUsed: false };
}

const imageThing = ({ id, tags, digests = [] }: ImageFacts): TouchedThing => plainThing('image', tags[0] ?? bareId(id).slice(0, 12), [...tags, ...digests, id, bareId(id), bareId(id).slice(0, 12)]);
const plainThing = (kind: TargetKind, name: string, ids: readonly string[]): TouchedThing => ({ kind, name, names: [name, ...ids], of: [], labels: {}, isOnlyUsed: false });

/** As the engine reads a word: a whole name first, then the beginning of an id that only one thing has. */
function byNameOrId<T extends { readonly id: string }>(all: readonly T[], word: string, nameOf: (one: T) => string): T | undefined {
  const named = all.find((one) => nameOf(one) === word);
  if (named !== undefined) return named;
  const [first, second] = all.filter(({ id }) => isIdPrefix(word, id));
  return second === undefined ? first : undefined;
}

const isIdPrefix = (word: string, id: string): boolean => /^[0-9a-f]{1,64}$/.test(word) && id.startsWith(word);
const bareId = (id: string): string => id.replace(/^sha256:/, '');
const mapped = <T>(value: T | undefined, to: (value: T) => TouchedThing): TouchedThing | undefined => (value === undefined ? undefined : to(value));

function withFormer(thing: TouchedThing, renamed: ReadonlyMap<string, TouchedThing>): TouchedThing {
  const former = thing.names.map((name) => renamed.get(`${thing.kind}:${name}`)).find((one) => one !== undefined);
  return former === undefined ? thing : { ...merged(thing, former), isOnlyUsed: thing.isOnlyUsed };
}

function unique(things: readonly TouchedThing[]): readonly TouchedThing[] {
  const byName = new Map<string, TouchedThing>();
  for (const thing of things) {
    const key = `${thing.kind}:${thing.name}`;
    const known = byName.get(key);
    byName.set(key, known === undefined ? thing : merged(known, thing));
  }
  return [...byName.values()];
}

const merged = (one: TouchedThing, other: TouchedThing): TouchedThing => ({
  ...one,
  names: [...new Set([...one.names, ...other.names])],
  of: [...new Set([...one.of, ...other.of])],
  labels: { ...one.labels, ...other.labels },
  isOnlyUsed: one.isOnlyUsed && other.isOnlyUsed,
});
