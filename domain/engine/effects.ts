/**
 * What the engine may say about one step that runs: which things change, how, and how often. Worked out when the step starts, from
 * the approved action and the ids that its targets had then, and kept with the execution; an event of the engine belongs to a step
 * only if one of its effects has room for it.
 */
import { targetKey, type Action, type ResolvedTargets, type TargetKind } from '../command/action';
import type { Json } from '../text/canonical-json';
import { buildActions } from '../command/compose/builds';
import { actionCreates, actionReversibility, actionTargets } from '../command/parse-action';

export type Effect = {
  readonly kind: TargetKind;
  /**
   * Which things: one by its engine id; one by its name; containers made of an image; those of a Compose project; what nobody
   * named (unnamed volumes, layers); any.
   */
  readonly of:
    | { readonly id: string }
    | { readonly name: string }
    | { readonly image: string }
    | { readonly project: string }
    | { readonly unnamed: true }
    | { readonly any: true };
  /** Each thing's budget by the engine's word for the change: an act by hand beside the step does not fit into it. */
  readonly actions: Readonly<Record<string, number>>;
  /** The thing is new: its `create` comes first, and all else must be of the things so made. At most so many. */
  readonly made?: number;
  /** One of these to a thing, never both. */
  readonly either?: readonly string[];
};

const MANY = 1_000;

/** What `docker <verb>` does to each container that it names. A stop is a signal, and another one when that does not help. */
const OF_CONTAINER: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  start: { start: 1 },
  stop: { kill: 2, die: 1, stop: 1 },
  restart: { kill: 2, die: 1, stop: 1, start: 1, restart: 1 },
  kill: { kill: 1, die: 1 },
  pause: { pause: 1 },
  unpause: { unpause: 1 },
  rename: { rename: 1 },
  update: { update: 1 },
  rm: { kill: 2, die: 1, stop: 1, destroy: 1 },
};
const UNNAMED_VOLUMES: Effect = { kind: 'volume', of: { unnamed: true }, actions: { create: 1, destroy: 1 } };
/** A prune removes what its card listed, each once. */
const PRUNED: Readonly<Record<string, { readonly kind: TargetKind; readonly actions: Effect['actions'] }>> = {
  'container prune': { kind: 'container', actions: { destroy: 1 } },
  'network prune': { kind: 'network', actions: { destroy: 1 } },
  'volume prune': { kind: 'volume', actions: { destroy: 1 } },
  'image prune': { kind: 'image', actions: { untag: MANY, delete: 1 } },
};

/**
 * Read-only actions have none. Nor has a registered command: nobody said what it does to the engine, so what it does there is an
 * act that no approval accounts for.
 */
export function effectsOf(action: Action, targets: ResolvedTargets): readonly Effect[] {
  if (actionReversibility(action) === 'READ_ONLY' || action.program === 'registered') return [];
  const builds = buildActions(action);
  if (builds.length > 0) return builds.flatMap((one) => effectsOf(one, targets));
  if (action.program === 'compose') return composeEffects(action.args);
  const ids = (kind: TargetKind): readonly string[] => actionTargets(action).filter((target) => target.kind === kind).flatMap((target) => targets.get(targetKey(target)) ?? []);
  const ofContainers = OF_CONTAINER[action.verb];
  if (ofContainers !== undefined) {
    const effects = ids('container').map((id): Effect => ({ kind: 'container', of: { id }, actions: ofContainers }));
    return action.verb === 'rm' ? [...effects, UNNAMED_VOLUMES] : effects;
  }
  const pruned = PRUNED[action.verb];
  return pruned === undefined ? otherEffects(action, targets, ids) : pruneEffects(pruned, targets);
}

function pruneEffects({ kind, actions }: { readonly kind: TargetKind; readonly actions: Effect['actions'] }, targets: ResolvedTargets): readonly Effect[] {
  const listed = [...targets].filter(([key]) => key.startsWith(`${kind}:`));
  const effects = listed.map(([key, id]): Effect => ({ kind, of: kind === 'volume' ? { name: key.slice('volume:'.length) } : { id }, actions }));
  // An image takes its layers with it, and they have no names.
  return kind === 'image' && listed.length > 0 ? [...effects, { kind: 'image', of: { unnamed: true }, actions: { delete: 1 } }] : effects;
}

function otherEffects(action: Action, targets: ResolvedTargets, ids: (kind: TargetKind) => readonly string[]): readonly Effect[] {
  const named = actionTargets(action);
  const created = actionCreates(action);
  const made = (kind: TargetKind, actions: Effect['actions']): readonly Effect[] => created.filter((ref) => ref.kind === kind).map(({ name }) => ({ kind, of: { name }, actions }));
  const touched = (kind: TargetKind, actions: Effect['actions']): readonly Effect[] => ids(kind).map((id) => ({ kind, of: { id }, actions }));
  switch (action.verb) {
    case 'run': {
      const stays = typeof action.args === 'object' && action.args !== null && 'detach' in action.args && action.args['detach'] === true;
      const [container] = created;
      const [image] = named.filter(({ kind }) => kind === 'image');
      const of = container === undefined ? { image: image?.name ?? '' } : { name: container.name };
      // One that stays is removed only if it could not be started.
      const effect: Effect = stays
        ? { kind: 'container', of, actions: { create: 1, start: 1, destroy: 1 }, either: ['start', 'destroy'], made: 1 }
        : { kind: 'container', of, actions: { create: 1, start: 1, kill: 2, die: 1, destroy: 1 }, made: 1 };
      return [effect, ...fetchedOrMade(action, targets), UNNAMED_VOLUMES];
    }
    case 'create': {
      const [container] = created;
      const [image] = named.filter(({ kind }) => kind === 'image');
      const of = container === undefined ? { image: image?.name ?? '' } : { name: container.name };
      return [{ kind: 'container', of, actions: { create: 1, destroy: 1 }, made: 1 }, ...fetchedOrMade(action, targets), UNNAMED_VOLUMES];
    }
    case 'commit':
      return [...touched('container', { commit: 1, pause: 1, unpause: 1 }), ...made('image', { tag: 1, untag: 1 })];
    case 'import':
      return made('image', { import: 1, tag: 1, untag: 1 });
    case 'load':
      // Whatever names stand in the file.
      return [{ kind: 'image', of: { any: true }, actions: { load: 1, import: 1, tag: MANY, untag: MANY } }];
    case 'push':
      return named.map(({ name }) => ({ kind: 'image', of: { name }, actions: { push: 1 } }));
    case 'network connect':
      return touched('network', { connect: 1 });
    case 'network disconnect':
      return touched('network', { disconnect: 1 });
    case 'build':
      return [
        ...made('image', { tag: 1, untag: 1 }),
        // A container for each RUN of the Dockerfile, made and removed by the engine.
        { kind: 'container', of: { any: true }, actions: { create: 1, start: 1, die: 1, commit: 1, destroy: 1 }, made: 200 },
        UNNAMED_VOLUMES,
      ];
    case 'pull':
      return made('image', { pull: 1, tag: 1, untag: 1 });
    case 'tag':
      return made('image', { tag: 1 });
    case 'rmi':
      // By an id all its names go, by a name that one; two names of one image are two effects.
      return [
        ...named.flatMap((target) => {
          const id = targets.get(targetKey(target));
          return id === undefined ? [] : [{ kind: 'image' as const, of: { id }, actions: { untag: /[:/]/.test(target.name) ? 1 : MANY, delete: 1 } }];
        }),
        { kind: 'image', of: { unnamed: true }, actions: { delete: 1 } },
      ];
    case 'network create':
      return made('network', { create: 1 });
    case 'network rm':
      return touched('network', { destroy: 1 });
    case 'volume create':
      return made('volume', { create: 1 });
    case 'volume rm':
      return named.filter(({ kind }) => kind === 'volume').map(({ name }) => ({ kind: 'volume', of: { name }, actions: { destroy: 1 } }));
    default:
      return [];
  }
}

/** What `run` fetches and makes where it is missing. */
function fetchedOrMade(action: Action, targets: ResolvedTargets): readonly Effect[] {
  return actionTargets(action).flatMap((target): readonly Effect[] => {
    if (target.optional !== true || targets.has(targetKey(target))) return [];
    return [{ kind: target.kind, of: { name: target.name }, actions: target.kind === 'image' ? { pull: 1, tag: 1, untag: 1 } : { create: 1 } }];
  });
}

const COMPOSED = { create: 2, start: 5, restart: 5, kill: 5, die: 5, stop: 5, pause: 1, unpause: 1, rename: 2, update: 1, destroy: 2, tag: 2, untag: 2, pull: 1 };

function composeEffects(args: Json): readonly Effect[] {
  const project = typeof args === 'object' && args !== null && 'project' in args ? args['project'] : null;
  if (typeof project !== 'string') return [];
  return (['container', 'network', 'volume', 'image'] as const).map((kind) => ({ kind, of: { project }, actions: COMPOSED }));
}
