/** What an environment's things were when they were last looked at, and what is different now: how a gap in the events is closed. */
import type { TargetKind } from '../command/action';
import type { Json } from '../text/canonical-json';
import { meansThing, type RunningStep } from './match-event';

export type SnapshotThing = {
  readonly kind: TargetKind;
  /** Engine id; of a volume its name, of an image the reference: what it is then is in `facts.id`. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As in domain/claim/facts.ts. */
  readonly facts: Readonly<Record<string, Json>>;
  readonly auto_remove: boolean;
  /** The engine starts it again by itself. */
  readonly restart_policy: boolean;
};

/** By `kind:id`. */
export type Snapshot = Readonly<Record<string, SnapshotThing>>;

export interface Difference {
  readonly thing: SnapshotThing;
  /** In the engine's word for the change that would have led here. */
  readonly action: string;
  /** What it was, as facts; null if it is new. */
  readonly before: Json;
  /** A restart of the engine explains it as well. */
  readonly engine_could: boolean;
}

export function diffSnapshots(before: Snapshot, after: Snapshot): readonly Difference[] {
  const gone = Object.entries(before)
    .filter(([key]) => !Object.hasOwn(after, key))
    .map(([, thing]): Difference => ({ thing, action: thing.kind === 'image' ? 'untag' : 'destroy', before: thing.facts, engine_could: thing.auto_remove }));
  const rest = Object.entries(after).flatMap(([key, now]): readonly Difference[] => {
    const then = Object.hasOwn(before, key) ? before[key] : undefined;
    if (then === undefined) return [{ thing: now, action: now.kind === 'image' ? 'tag' : 'create', before: null, engine_could: false }];
    const action = changeOf(then, now);
    return action === null ? [] : [{ thing: now, before: then.facts, ...action }];
  });
  return [...gone, ...rest];
}

function changeOf(then: SnapshotThing, now: SnapshotThing): Pick<Difference, 'action' | 'engine_could'> | null {
  if (now.kind === 'image') return then.facts['id'] === now.facts['id'] ? null : { action: 'tag', engine_could: false };
  if (now.kind === 'volume') return then.facts['id'] === now.facts['id'] ? null : { action: 'create', engine_could: false };
  if (now.kind !== 'container') return null;
  if (then.name !== now.name) return { action: 'rename', engine_could: false };
  const [was, is] = [stateOf(then), stateOf(now)];
  if (was !== 'exited' && is === 'exited') return { action: 'stop', engine_could: true };
  if (was === 'exited' && is !== 'exited') return { action: 'start', engine_could: now.restart_policy };
  if (was === 'running' && is === 'paused') return { action: 'pause', engine_could: false };
  if (was === 'paused' && is === 'running' && then.facts['started_at'] === now.facts['started_at']) return { action: 'unpause', engine_could: false };
  if (then.facts['started_at'] === now.facts['started_at']) return null;
  if (Number(now.facts['restarts'] ?? 0) > Number(then.facts['restarts'] ?? 0)) return null;
  return { action: is === 'exited' ? 'start' : 'restart', engine_could: now.restart_policy };
}

const stateOf = ({ facts }: SnapshotThing): 'running' | 'paused' | 'exited' =>
  facts['paused'] === true ? 'paused' : facts['running'] === true ? 'running' : 'exited';

/** An execution of the time since then that does this to this thing. Without events its budget cannot be counted. */
export function isExplained({ thing, action }: Difference, steps: readonly RunningStep[], since: number): boolean {
  return steps.some(
    ({ effects, started_at, finished_at }) =>
      (finished_at ?? started_at) >= since - 2_000 &&
      effects.some((effect) => effect.kind === thing.kind && Object.hasOwn(effect.actions, action) && meansThing(thing, effect.of)),
  );
}
