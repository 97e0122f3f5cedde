/**
 * What one environment's watch knows, and what it does with each event: it belongs to an execution, or the engine did it, or it
 * becomes an act that is reported. All that it remembers can be written down after any batch and taken up by another process.
 */
import type { Pool } from 'pg';
import type { Json } from '../domain/text/canonical-json';
import { FOLLOWS_MS, followsFromContainer, forget, isNetworkMembership, judgeChange, noteContainer, NO_MEMORY, type Act, type ActMemory } from '../domain/engine/acts';
import { eventKey, toChange, type ToldEvent } from '../domain/engine/change';
import type { Snapshot } from '../domain/engine/snapshot';
import type { EngineChange, RunningStep } from '../domain/engine/match-event';
import type { Ledger } from '../stores/ledger';
import { listRunningSteps, type WatchState } from '../stores/watch-states';
import type { Engine } from './engine';
import type { Scope } from './governed-scope';
import { readContainerThing, readOthers, readSnapshot } from './read-snapshot';
import { reportBypass } from './report-bypass';

export interface EngineWatchParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly engine: Pick<Engine, 'call'>;
  readonly environment: string;
  readonly host: string;
}

export interface EngineWatch {
  /** In the order in which they were told; one that was taken before is passed over. */
  take(events: readonly ToldEvent[]): Promise<void>;
  /** What had to wait for more events: reports acts, and judges memberships of networks. `now` unix milliseconds. */
  settle(now: number): Promise<void>;
  /** Looks at everything anew. */
  refresh(): Promise<Snapshot>;
  setScope(scope: Scope): void;
  cursor(): string;
  state(): WatchState;
  /** Things of which an event was taken since this watch was made: `kind:id` and `kind:name`. */
  told(): ReadonlySet<string>;
  isDirty(): boolean;
  clean(): void;
}

/** A stop is three events within a few hundred milliseconds; five seconds are promised. */
const ACT_SETTLES_MS = 800;
/** Events may be told a little out of order. */
const OVERLAP_MS = 2_000;
const OLDEST_STEP_MS = 200_000;

export function createEngineWatch(parts: EngineWatchParts, first: Scope, from: { readonly cursor: string; readonly state: WatchState | null }): EngineWatch {
  const { pool, engine, environment } = parts;
  let scope = first;
  let cursor = BigInt(from.cursor);
  let memory: ActMemory = from.state?.memory ?? NO_MEMORY;
  let snapshot: Snapshot = from.state?.snapshot ?? {};
  let seen: Record<string, number> = { ...from.state?.seen };
  let waiting: readonly EngineChange[] = from.state?.waiting ?? [];
  let dirty = true;
  const told = new Set<string>();
  // What was before the first watch is nobody's act; what was before an interruption may be told late.
  const oldest = from.state === null ? cursor : cursor - BigInt(OVERLAP_MS) * 1_000_000n;

  const namesOf = (change: EngineChange): readonly string[] => {
    const known = snapshot[`${change.kind}:${change.id}`]?.name;
    const references = change.kind !== 'image' ? [] : Object.values(snapshot).filter(({ kind, facts }) => kind === 'image' && facts['id'] === change.id).map(({ name }) => name);
    return [change.name, change.old_name, known, ...references].filter((name) => name !== null && name !== undefined);
  };
  const ownersOf = (change: EngineChange): readonly string[] => {
    const labels = { ...snapshot[`${change.kind}:${change.id}`]?.labels, ...change.labels };
    const own = scope.ownersOf(change.kind, namesOf(change), change.kind === 'container' ? labels : {});
    const member = change.container === null ? undefined : snapshot[`container:${change.container}`];
    return [...new Set([...own, ...(member === undefined ? [] : scope.ownersOf('container', [member.name], member.labels))])];
  };
  const stepsSince = async (at: number): Promise<readonly RunningStep[]> =>
    (await Promise.all(scope.all.map((tenant) => listRunningSteps(pool, tenant, environment, at - OLDEST_STEP_MS, scope.clockAhead)))).flat();

  const judge = async (change: EngineChange, steps: readonly RunningStep[]): Promise<void> => {
    const owners = ownersOf(change);
    if (owners.length === 0) {
      memory = noteContainer(change, memory);
      return;
    }
    const known = snapshot[`${change.kind}:${change.id}`];
    const started = change.kind === 'container' && change.action === 'start' ? await readContainerThing(engine, change.id) : null;
    const hints = {
      restarted_by_policy: Number(started?.facts['restarts'] ?? 0) > 0,
      auto_remove: known?.auto_remove ?? started?.auto_remove ?? false,
      before: (known?.facts ?? null) as Json,
      owners,
    };
    memory = judgeChange(change, steps, memory, hints).memory;
  };

  const report = async (act: Act): Promise<void> => {
    for (const owner of act.owners) {
      const policy = scope.policyOf(owner);
      const tenant = scope.tenants.find((one) => one === owner);
      // No longer governed: the policy changed while the act settled.
      if (policy === null || tenant === undefined) continue;
      const name = act.kind === 'image' ? (Object.values(snapshot).find(({ kind, facts }) => kind === 'image' && facts['id'] === act.id)?.name ?? act.name) : act.name;
      await reportBypass(parts, tenant, policy, { key: act.key, environment, thing: { kind: act.kind, id: act.id, name }, actions: act.actions, at: act.first_at, before: act.before });
    }
    memory = { ...memory, acts: memory.acts.map((one) => (one.key === act.key ? { ...one, reported: true } : one)) };
    dirty = true;
  };

  const settle = async (now: number): Promise<void> => {
    const due = waiting.filter(({ at }) => at + FOLLOWS_MS < now);
    if (due.length > 0) {
      waiting = waiting.filter(({ at }) => at + FOLLOWS_MS >= now);
      const rest = due.filter((change) => !followsFromContainer(change, memory));
      const steps = rest.length === 0 ? [] : await stepsSince(Math.min(...rest.map(({ at }) => at)));
      for (const change of rest) await judge(change, steps);
      dirty = true;
    }
    for (const act of memory.acts) if (!act.reported && now - act.first_at >= ACT_SETTLES_MS) await report(act);
  };

  const look = async (changes: readonly EngineChange[]): Promise<void> => {
    const next: Record<string, Snapshot[string]> = { ...snapshot };
    for (const id of new Set(changes.filter(({ kind }) => kind === 'container').map(({ id: one }) => one))) {
      const thing = await readContainerThing(engine, id);
      if (thing === null || scope.ownersOf('container', [thing.name], thing.labels).length === 0) delete next[`container:${id}`];
      else next[`container:${id}`] = thing;
    }
    const others = changes.some(({ kind }) => kind !== 'container') ? await readOthers(engine, scope) : null;
    snapshot = others === null ? next : { ...Object.fromEntries(Object.entries(next).filter(([, { kind }]) => kind === 'container')), ...others };
  };

  return {
    async take(events) {
      const fresh = events.filter((event) => BigInt(event.time_nano) >= oldest && !Object.hasOwn(seen, eventKey(event)));
      if (fresh.length === 0) return;
      for (const event of fresh) {
        const nano = BigInt(event.time_nano);
        seen[eventKey(event)] = Number(nano / 1_000_000n);
        if (nano > cursor) cursor = nano;
      }
      const newest = Number(cursor / 1_000_000n);
      seen = Object.fromEntries(Object.entries(seen).filter(([, at]) => at >= newest - OVERLAP_MS));
      dirty = true;
      const changes = fresh.flatMap((event) => toChange(event) ?? []);
      const governed = changes.filter((change) => ownersOf(change).length > 0);
      const steps = governed.length === 0 ? [] : await stepsSince(Math.min(...governed.map(({ at }) => at)));
      for (const change of changes) {
        told.add(`${change.kind}:${change.id}`).add(`${change.kind}:${change.name}`);
        await settle(change.at);
        if (isNetworkMembership(change)) waiting = [...waiting, change];
        else await judge(change, steps);
      }
      if (governed.length > 0) await look(governed.filter((change) => !isNetworkMembership(change)));
      memory = forget(memory, governed.length > 0 ? steps : null, newest);
    },
    settle,
    async refresh() {
      snapshot = await readSnapshot(engine, scope);
      dirty = true;
      return snapshot;
    },
    setScope: (next) => {
      scope = next;
    },
    cursor: () => cursor.toString(),
    state: () => ({ memory, waiting, snapshot, seen, scope: scope.text }),
    told: () => told,
    isDirty: () => dirty,
    clean: () => {
      dirty = false;
    },
  };
}
