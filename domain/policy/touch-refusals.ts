/**
 * What nobody may approve because of the things that it touches: protected ones, and those that another environment answers for. Asked
 * when the card is made, and once more by the gateway with what the engine holds at that moment.
 */
import { actionReversibility } from '../command/parse-action';
import { isProtectedName } from '../command/protected-names';
import type { TouchedThing } from '../plan/touched';
import type { Plan } from '../plan/plan';
import { isGoverned, NOTHING_GOVERNED, type Governed } from './governed';
import type { Policy } from './policy';
import { isProduction } from './risk';

export interface TouchRefusal {
  readonly code: 'COMMAND_TARGET_PROTECTED' | 'TARGET_GOVERNED_ELSEWHERE';
  readonly message: string;
  /** Index from 0. */
  readonly step: number;
}

/** @param touched one list for each step of the plan, as `touchedThings` gives them */
export function touchRefusals(policy: Policy, environment: string, plan: Plan, touched: readonly (readonly TouchedThing[])[]): readonly TouchRefusal[] {
  return plan.steps.flatMap((action, step) =>
    (touched[step] ?? []).flatMap((thing): readonly TouchRefusal[] => {
      if (isProtectedName(policy.registry, thing.kind, thing.names)) return [{ code: 'COMMAND_TARGET_PROTECTED', message: `${called(thing)} is protected; no command may touch it`, step }];
      const owner = actionReversibility(action) !== 'READ_ONLY' && !thing.isOnlyUsed ? governedElsewhere(policy, environment, thing) : null;
      return owner === null ? [] : [{ code: 'TARGET_GOVERNED_ELSEWHERE', message: `${called(thing)} is governed by environment ${owner}; ask for it there`, step }];
    }),
  );
}

/**
 * The environment that answers for a thing which this one may not change. What production governs is production's alone; of the others,
 * each may change what it governs itself.
 */
function governedElsewhere(policy: Policy, environment: string, thing: TouchedThing): string | null {
  const governs = (name: string): boolean => isGoverned(governedIn(policy, name), thing.kind, thing.names, thing.labels);
  const owners = Object.keys(policy.environments).filter((name) => name !== environment && governs(name));
  if (owners.length === 0) return null;
  const production = owners.find((name) => isProduction(name, policy));
  if (production !== undefined && !isProduction(environment, policy)) return production;
  return governs(environment) ? null : (production ?? owners[0] ?? null);
}

const governedIn = (policy: Policy, environment: string): Governed => policy.environments[environment]?.governed ?? NOTHING_GOVERNED;

const called = ({ kind, name }: TouchedThing): string => `${kind} ${name}`;
