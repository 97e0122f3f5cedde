/**
 * The last look before a step starts: what it touches on the engine at this moment, judged by the same rules as the card was. A name may
 * mean another thing by now, a project's files another container, and a policy may have become stricter.
 */
import type { Action, Inventory, TargetRef } from '../domain/command/action';
import { toComposeArgs } from '../domain/command/compose/compose';
import { composeFacts } from '../domain/command/compose/facts';
import { declaredNames } from '../domain/command/compose/declared-names';
import type { Registry } from '../domain/command/registry';
import { refusal } from '../domain/errors';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import type { Plan } from '../domain/plan/plan';
import { isPrune } from '../domain/plan/removed-by-prune';
import { touchedThings } from '../domain/plan/touched';
import type { Policy } from '../domain/policy/policy';
import { thingRuleRefusals } from '../domain/policy/rule-refusals';
import { touchRefusals } from '../domain/policy/touch-refusals';
import type { ApprovalRow } from '../stores/approvals';
import type { Engine } from './engine';
import { readInventory, type ResolvedTarget } from './engine-inventory';
import { readProject } from './read-project';

export interface Touching {
  readonly approval: ApprovalRow;
  readonly plan: Plan;
  readonly step: number;
  readonly policy: Policy;
  /** What the engine holds of it now; see `inventoryFor`. */
  readonly inventory: Inventory;
}

export interface ResolvedName {
  readonly target: TargetRef;
  readonly now: ResolvedTarget;
}

/** What the engine holds of the things that a step touches. One that names them has asked for each already; the others take what they find. */
export function inventoryFor(engine: Pick<Engine, 'call'>, action: Action, named: readonly ResolvedName[]): Promise<Inventory> {
  return action.program === 'docker' && !isPrune(action) ? Promise.resolve(inventoryOf(named)) : readInventory(engine, new Date());
}

/** @throws WingmanError COMMAND_TARGET_PROTECTED, TARGET_GOVERNED_ELSEWHERE, POLICY_REFUSED, FILE_CHANGED, COMMAND_COMPOSE */
export async function requireTouchable({ approval, plan, step, policy, inventory }: Touching): Promise<void> {
  const action = plan.steps[step] as Action;
  const registry = action.program === 'compose' ? await withDeclaredNames(action, policy.registry) : policy.registry;
  const touched = touchedThings(plan.steps.slice(0, step + 1), registry, inventory)[step] ?? [];
  const alone: Plan = { ...plan, steps: [action] };
  const { environment, worker_id, task_name, risk_level } = approval;
  const [refused] = [
    ...touchRefusals(policy, environment, alone, [touched]),
    ...thingRuleRefusals(policy.rules, { environment, worker_id, task_name, risk_level, plan: alone, touched: [touched] }),
  ];
  if (refused !== undefined) throw refusal(refused.code, refused.message);
}

function inventoryOf(resolved: readonly ResolvedName[]): Inventory {
  const of = (kind: TargetRef['kind']): readonly ResolvedTarget[] => resolved.filter(({ target }) => target.kind === kind).map(({ now }) => now);
  return {
    as_of: new Date().toISOString(),
    containers: of('container').flatMap(({ container }) => container ?? []),
    images: of('image').map(({ id, name }) => ({ id, tags: [name] })),
    networks: of('network').map(({ id, name }) => ({ id, name })),
    volumes: of('volume').map(({ id, name }) => ({ id, name })),
  };
}

/** Names are those of the pinned files themselves: an older registration does not tell them, and what is not registered has none. */
async function withDeclaredNames(action: Action, registry: Registry): Promise<Registry> {
  const args = toComposeArgs(action.args);
  const known = Object.hasOwn(registry.compose, args.project) ? registry.compose[args.project] : undefined;
  const files = await readProject(args, registry);
  const names = declaredNames(args.project, files.map(({ parsed }) => parsed));
  const facts = files.flatMap(({ parsed }) => composeFacts(parsed.services));
  if (known?.facts !== undefined && canonicalJson(known.facts as unknown as Json) !== canonicalJson(facts as unknown as Json)) {
    throw refusal('COMMAND_COMPOSE', `the files of ${args.project} give its services other things than its registration says; register the project again`, { part: args.project.slice(0, 100) });
  }
  const project = known ?? { dir: args.dir, files: args.files, services: [...new Set(files.flatMap(({ parsed }) => Object.keys(parsed.services)))], default: false };
  return { ...registry, compose: { ...registry.compose, [args.project]: { ...project, ...names } } };
}
