/** The ordered steps of a request, and the canonical form whose SHA-256 is the `plan_hash` that people approve. */
import type { Action, BoundTarget, Inventory } from '../command/action';
import type { Reversibility } from '../command/reversibility';
import { canonicalJson, type Json } from '../text/canonical-json';
import type { Environment, TenantId } from '../ids';
import type { Registry } from '../command/registry';
import { parseAction, actionReversibility } from '../command/parse-action';
import { refusal } from '../errors';

export interface Plan {
  readonly steps: readonly Action[];
  /** True: each step needs the success of the one before it. False: the agent may run them in any order, each once. */
  readonly ordered: boolean;
}

/** @throws WingmanError of the first command that is refused; `details.step` is its index from 0. */
export function parsePlan(commands: readonly string[], registry: Registry, ordered = false): Plan {
  if (commands.length === 0) throw refusal('PLAN_EMPTY', 'a plan needs at least one command');
  if (commands.length > registry.limits.max_commands) {
    throw refusal('PLAN_TOO_LONG', `a plan has at most ${registry.limits.max_commands} commands`, {
      commands: commands.length,
    });
  }
  return { steps: commands.map((command, step) => parseAction(command, registry, step)), ordered };
}

/** The exact text that is hashed: tenant and environment are in it, so a plan approved for one place is no plan for another. */
export function canonicalPlan(plan: Plan, scope: { tenant: TenantId; environment: Environment }): string {
  const steps: Json[] = plan.steps.map(({ program, verb, argv, args }) => ({ program, verb, argv: [...argv], args }));
  return canonicalJson({
    version: 1,
    tenant: scope.tenant,
    environment: scope.environment,
    ordered: plan.ordered,
    steps,
  });
}

/** The worst class of any step. */
export function planReversibility(plan: Plan): Reversibility {
  const classes = plan.steps.map(actionReversibility);
  if (classes.includes('DESTRUCTIVE')) return 'DESTRUCTIVE';
  return classes.includes('REVERSIBLE') ? 'REVERSIBLE' : 'READ_ONLY';
}

export type { Action, BoundTarget, Inventory };
