/** What an action is about, as looks to take before and after it: its targets, and what it brings into being. */
import { targetKey, type Action, type ResolvedTargets, type TargetRef } from '../command/action';
import { actionCreates, actionReversibility, actionTargets } from '../command/parse-action';

export interface BaselineProbe {
  /** As it is called in the plan: what a claim will call it. */
  readonly target: TargetRef;
  /** Known by its id before; null: by its name, since it does not exist yet. */
  readonly id: string | null;
}

/** None for what changes nothing. What a registered command or a Compose project is about, nobody can tell from its arguments, but for what it builds. */
export function baselineProbes(action: Action, targets: ResolvedTargets): readonly BaselineProbe[] {
  if (actionReversibility(action) === 'READ_ONLY') return [];
  const named = actionTargets(action).map((target) => ({ target, id: target.kind === 'volume' ? null : (targets.get(targetKey(target)) ?? null) }));
  const created = actionCreates(action).map((target) => ({ target, id: null }));
  return [...new Map([...named, ...created].map((probe) => [targetKey(probe.target), probe])).values()];
}
