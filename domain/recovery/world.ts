/** What a stage's card rests on: the things it touches and is proven by, as they were when it was made. Another world, another card. */
import type { Inventory, TargetKind } from '../command/action';
import { buildActions } from '../command/compose/builds';
import { isImageNamed } from '../command/image-name';
import { actionTargets, parseAction } from '../command/parse-action';
import { claimOf, type DrAct } from './plan';
import type { Registry } from '../command/registry';

export interface WorldThing {
  readonly kind: TargetKind;
  readonly name: string;
  /** `absent`; a container's state; `here` for all else. */
  readonly state: string;
  readonly id: string | null;
}

/** Null: the engine is not seen, so nothing can be said. @throws WingmanError COMMAND_… for commands that do not parse */
export function worldOf(act: DrAct, registry: Registry, inventory: Inventory | null): readonly WorldThing[] | null {
  if (inventory === null) return null;
  const things = new Map<string, WorldThing>();
  const add = (kind: TargetKind, name: string): void => void things.set(`${kind} ${name}`, thingOf(kind, name, inventory));
  for (const command of act.commands) {
    const action = parseAction(command, registry);
    for (const { kind, name } of actionTargets(action)) add(kind, name);
    // A build touches no container.
    if (action.program === 'compose' && buildActions(action).length === 0) for (const container of inventory.containers) if (isOfProject(container, action.args)) add('container', container.name);
  }
  for (const probe of act.probe) {
    const { subject } = claimOf(probe);
    if (subject.kind === 'container' || subject.kind === 'image' || subject.kind === 'network' || subject.kind === 'volume') add(subject.kind, subject.name);
  }
  return [...things.values()];
}

function isOfProject(container: Inventory['containers'][number], args: unknown): boolean {
  const project = typeof args === 'object' && args !== null && 'project' in args ? args.project : undefined;
  return container.project !== undefined && container.project === project;
}

function thingOf(kind: TargetKind, name: string, inventory: Inventory): WorldThing {
  switch (kind) {
    case 'container': {
      const found = inventory.containers.find((it) => it.name === name || (/^[0-9a-f]{12,64}$/.test(name) && it.id.startsWith(name)));
      return { kind, name, state: found?.state ?? 'absent', id: found?.id ?? null };
    }
    case 'image':
      return here(kind, name, inventory.images.find((it) => isImageNamed(it, name) || it.id === name)?.id);
    case 'network':
      return here(kind, name, inventory.networks.find((it) => it.name === name)?.id);
    case 'volume':
      return here(kind, name, inventory.volumes.find((it) => it.name === name)?.id);
  }
}

const here = (kind: TargetKind, name: string, id: string | undefined): WorldThing => ({ kind, name, state: id === undefined ? 'absent' : 'here', id: id ?? null });

/** One line for each thing that is not what it was; empty: the same world. */
export function worldDifferences(before: readonly WorldThing[] | null, now: readonly WorldThing[] | null): readonly string[] {
  if (before === null) return now === null ? [] : ['the engine was not seen when the card was made, and is seen now'];
  if (now === null) return ['the engine is not seen any more'];
  const lines: string[] = [];
  const names = new Set([...before, ...now].map(({ kind, name }) => `${kind} ${name}`));
  for (const key of names) {
    const [was, is] = [before, now].map((things) => things.find(({ kind, name }) => `${kind} ${name}` === key));
    if ((was?.state ?? 'absent') !== (is?.state ?? 'absent')) lines.push(`${key}: ${was?.state ?? 'absent'} when the card was made, ${is?.state ?? 'absent'} now`);
    else if ((was?.id ?? null) !== (is?.id ?? null)) lines.push(`${key}: another one has its name now (${shortId(was?.id)}, now ${shortId(is?.id)})`);
  }
  return lines;
}

const shortId = (id: string | null | undefined): string => id?.replace(/^sha256:/, '').slice(0, 12) ?? 'none';
