/** Times in which nobody watched: put down when they are noticed, and closed by comparing what was with what is. */
import { canonicalJson } from '../domain/text/canonical-json';
import { diffSnapshots, isExplained, type Difference, type Snapshot } from '../domain/engine/snapshot';
import { showOnOneLine } from '../domain/text/hidden-text';
import { storableText } from '../domain/text/storable-text';
import { listRunningSteps, type WatchStateRow } from '../stores/watch-states';
import type { EngineWatchParts } from './engine-watch';
import type { Scope } from './governed-scope';
import { reportBypass } from './report-bypass';

/** GATEWAY_AWAY: nobody watched. ENGINE_AWAY: it said nothing. DATABASE_AWAY: nothing could be written down. ENGINE_REPLACED: it is another one. */
export type GapReason = 'GATEWAY_AWAY' | 'ENGINE_AWAY' | 'DATABASE_AWAY' | 'ENGINE_REPLACED' | 'WATCH_FAILED';

export interface Gap {
  readonly id: string;
  readonly reason: GapReason;
  /** Unix milliseconds of the last moment of which it is known that somebody watched. */
  readonly began_at: number;
}

export interface Resumed {
  /** Events that were told again or late. */
  readonly replayed: number;
  /** The engine still had everything since the last event that was taken. */
  readonly continuous: boolean;
  readonly engine_restarted: boolean;
  /** Things of which the events told. */
  readonly told: ReadonlySet<string>;
}

const MOST_LISTED = 100;

/** Safe to repeat: the same moment is the same gap. */
export async function openGap({ ledger, environment }: EngineWatchParts, scope: Scope, alive_at: Date, reason: GapReason): Promise<Gap> {
  const id = `${environment}@${alive_at.toISOString()}`;
  for (const tenant of scope.tenants) {
    const body = canonicalJson({ gap_id: id, environment, reason, began_at: alive_at.toISOString() });
    await ledger.append({ tenant, kind: 'watch.gap', body, idem: `watch.gap:${tenant}:${id}`, projection: {} });
  }
  return { id, reason, began_at: alive_at.getTime() };
}

/** Reports what changed without an event, an execution or the engine's own doing to account for it, and writes that the gap is closed. */
export async function closeGap(parts: EngineWatchParts, scope: Scope, gap: Gap, before: WatchStateRow, now: Snapshot, resumed: Resumed): Promise<void> {
  const differences = diffSnapshots(before.state.snapshot, now).filter((difference) => !isNewlyGoverned(difference, before.state.scope !== scope.text, gap.began_at));
  const steps = (await Promise.all(scope.all.map((tenant) => listRunningSteps(parts.pool, tenant, parts.environment, gap.began_at - 2_000, scope.clockAhead)))).flat();
  const judged = differences.map((difference) => ({ difference, because: becauseOf(difference, resumed, isExplained(difference, steps, gap.began_at)) }));
  for (const { difference, because } of judged) {
    if (because !== 'UNKNOWN') continue;
    const { thing, action } = difference;
    for (const tenant of scope.ownersOf(thing.kind, [thing.name], thing.labels)) {
      const policy = scope.policyOf(tenant);
      if (policy === null) continue;
      await reportBypass(parts, tenant, policy, { key: `${gap.id}:${thing.kind}:${thing.id}:${action}`, environment: parts.environment, thing, actions: [action], at: null, before: difference.before });
    }
  }
  for (const tenant of scope.tenants) {
    const own = judged.filter(({ difference: { thing } }) => scope.ownersOf(thing.kind, [thing.name], thing.labels).includes(tenant));
    const listed = own.slice(0, MOST_LISTED).map(({ difference: { thing, action }, because }) => ({ thing: storableText(`${thing.kind} ${showOnOneLine(thing.name)}`.slice(0, 300)), action, because }));
    const { replayed, continuous, engine_restarted } = resumed;
    await parts.ledger.append({
      tenant,
      kind: 'watch.resumed',
      body: canonicalJson({ gap_id: gap.id, environment: parts.environment, reason: gap.reason, replayed, continuous, engine_restarted, differences: own.length, listed }),
      idem: `watch.resumed:${tenant}:${gap.id}`,
      projection: {},
    });
  }
}

type Because = 'EVENT' | 'EXECUTION' | 'ENGINE' | 'UNKNOWN';

/** What an event told was judged by that event. */
function becauseOf(difference: Difference, { told, engine_restarted }: Resumed, explained: boolean): Because {
  const { kind, id, name, facts } = difference.thing;
  const ids = kind === 'image' && typeof facts['id'] === 'string' ? [id, name, facts['id']] : [id, name];
  if (ids.some((one) => told.has(`${kind}:${one}`))) return 'EVENT';
  if (explained) return 'EXECUTION';
  if (difference.action === 'destroy' && difference.engine_could) return 'ENGINE';
  return engine_restarted && difference.engine_could ? 'ENGINE' : 'UNKNOWN';
}

/** A policy that governs more finds things that were there before. */
function isNewlyGoverned({ before, thing }: Difference, scopeChanged: boolean, began_at: number): boolean {
  if (before !== null || !scopeChanged) return false;
  const created = thing.facts['created_at'];
  return typeof created !== 'string' || Date.parse(created) < began_at;
}
