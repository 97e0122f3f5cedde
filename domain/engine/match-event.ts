/** Which execution an event of the engine belongs to. Pure: what was spent of each execution's budget goes in and comes out. */
import type { TargetKind } from '../command/action';
import type { Effect } from './effects';

/** One change at the engine, as its stream of events told it. Names and labels were written by whoever made the thing. */
export interface EngineChange {
  /** The same event told twice has the same key. */
  readonly key: string;
  readonly kind: TargetKind;
  readonly action: string;
  /** Container or network id, image id or reference, volume name. */
  readonly id: string;
  readonly name: string;
  /** Of a container: the reference that it was made from. */
  readonly image: string | null;
  /** Of `rename`. */
  readonly old_name: string | null;
  /** Of `network connect` and `disconnect`: the container's id. */
  readonly container: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix milliseconds of the engine's clock. */
  readonly at: number;
}

/** An execution as far as events can belong to it. */
export interface RunningStep {
  readonly execution_id: string;
  readonly effects: readonly Effect[];
  /** Unix milliseconds; `finished_at` null while it runs. */
  readonly started_at: number;
  readonly finished_at: number | null;
}

/** By execution: how often each effect was used (`<effect>:<action>:<thing>`), and which things it made (`made:<effect>:<id>`). */
export type Spent = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Clocks were compared (gateway/governed-scope.ts); this is what the comparison may be wrong by. */
const SKEW_MS = 300;
/** A step whose gateway died is settled much later than it acted. */
const LONGEST_STEP_MS = 180_000;

const COMPOSE_LABEL = 'com.docker.compose.project';
const UNNAMED_VOLUME = /^[0-9a-f]{64}$/;

export interface Match {
  readonly execution_id: string;
  readonly spent: Spent;
}

/** The execution that has room for this change; of several the one whose own time it falls into, then the latest. */
export function matchChange(change: EngineChange, steps: readonly RunningStep[], spent: Spent): Match | null {
  const candidates = steps
    .filter((step) => isInTime(change, step, SKEW_MS))
    .sort((a, b) => Number(isInTime(change, b, 0)) - Number(isInTime(change, a, 0)) || b.started_at - a.started_at);
  for (const { execution_id, effects } of candidates) {
    const used = spent[execution_id] ?? {};
    const after = spend(change, effects, used);
    if (after !== null) return { execution_id, spent: { ...spent, [execution_id]: after } };
  }
  return null;
}

function isInTime({ at }: EngineChange, { started_at, finished_at }: RunningStep, skew: number): boolean {
  const end = Math.min(finished_at ?? Number.POSITIVE_INFINITY, started_at + LONGEST_STEP_MS);
  return at >= started_at - skew && at <= end + skew;
}

function spend(change: EngineChange, effects: readonly Effect[], used: Readonly<Record<string, number>>): Readonly<Record<string, number>> | null {
  for (const [index, effect] of effects.entries()) {
    if (effect.kind !== change.kind) continue;
    const most = Object.hasOwn(effect.actions, change.action) ? (effect.actions[change.action] ?? 0) : 0;
    const key = `${String(index)}:${change.action}:${change.id}`;
    if ((used[key] ?? 0) >= most) continue;
    if (effect.either?.includes(change.action) === true && effect.either.some((other) => other !== change.action && Object.hasOwn(used, `${String(index)}:${other}:${change.id}`))) continue;
    const madeKey = `made:${String(index)}:${change.id}`;
    const isMine = Object.hasOwn(used, madeKey);
    if (effect.made !== undefined && !isMine) {
      const count = Object.keys(used).filter((name) => name.startsWith(`made:${String(index)}:`)).length;
      if (change.action !== 'create' || count >= effect.made) continue;
    }
    // What it made is known by its id from then on, also under another name.
    if (!isMine && !isMeant(change, effect.of)) continue;
    return { ...used, [key]: (used[key] ?? 0) + 1, ...(effect.made === undefined ? {} : { [madeKey]: 1 }) };
  }
  return null;
}

function isMeant(change: EngineChange, of: Effect['of']): boolean {
  if ('id' in of) return change.id === of.id;
  // The event of a pull has the reference for its id.
  if ('name' in of) return change.name === of.name || change.id === of.name;
  if ('image' in of) return change.image === of.image;
  if ('project' in of) return isOfProject(change, of.project);
  if ('unnamed' in of) return change.kind === 'volume' ? UNNAMED_VOLUME.test(change.id) : change.name === change.id || change.name === '';
  return true;
}

function isOfProject({ kind, labels, name, id }: EngineChange, project: string): boolean {
  if (kind === 'container') return Object.hasOwn(labels, COMPOSE_LABEL) && labels[COMPOSE_LABEL] === project;
  const called = kind === 'volume' ? id : name;
  return called.startsWith(`${project}_`) || called.startsWith(`${project}-`);
}

/** The same for a thing that was found changed, without an event that tells of it. */
export function meansThing(thing: { readonly kind: TargetKind; readonly id: string; readonly name: string; readonly labels: Readonly<Record<string, string>> }, of: Effect['of']): boolean {
  return isMeant({ ...thing, key: '', action: '', image: null, old_name: null, container: null, at: 0 }, of);
}

/** Steps that ended long before this moment can match nothing any more. */
export function forgetSpent(spent: Spent, steps: readonly RunningStep[]): Spent {
  const known = new Set(steps.map(({ execution_id }) => execution_id));
  return Object.fromEntries(Object.entries(spent).filter(([id]) => known.has(id)));
}
