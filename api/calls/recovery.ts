/** Recovery runs: asked for by an agent, held, resumed and stopped by people, and a card that is approved only in the world it shows. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { parseDrPlanFile } from '../../contracts/dr-plan-file';
import { drPlanSchema } from '../../contracts/dr-plan-schema';
import { validate } from '../../contracts/validate';
import type { DrStartBody } from '../../contracts/wire';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { actOf, type DrPlan } from '../../domain/recovery/plan';
import type { DrAction } from '../../domain/recovery/run';
import { worldDifferences, worldOf } from '../../domain/recovery/world';
import { isWingmanError, refusal, WingmanError } from '../../domain/errors';
import { toEnvironment, toReviewerId, type Sha256Hex, type TenantId } from '../../domain/ids';
import { parsePlan } from '../../domain/plan/plan';
import type { Policy } from '../../domain/policy/policy';
import { mayDecide } from '../../domain/policy/reviewer';
import { redact } from '../../domain/secrets/redact';
import { failpoint } from '../../platform/failpoint';
import type { Registry } from '../../domain/command/registry';
import { registryFor } from '../../domain/policy/registry-for';
import { sha256Hex } from '../../security/digest';
import { signDrControl } from '../../security/tokens/dr-attestation';
import { readApproval, type ApprovalRow } from '../../stores/approvals';
import { controlEntries } from '../../stores/dr-entries';
import { openStage, requireDrRun, type DrRun } from '../../stores/dr-runs';
import { readInventory } from '../../stores/inventories';
import { readPolicy } from '../../stores/policies';
import type { AgentPrincipal, ReviewerPrincipal } from '../identity/authenticate';
import type { Logger } from '../../platform/log';
import type { SigningKey } from '../../security/keys/signing-key';
import type { Ledger } from '../../stores/ledger';
import type { RecoveryWorkflows } from '../temporal/recovery-workflows';

export interface RecoveryParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly recovery: RecoveryWorkflows;
  readonly attestation: SigningKey;
  readonly log: Logger;
  readonly now: () => number;
}

export type WorldParts = Pick<RecoveryParts, 'pool' | 'recovery' | 'log'>;

export interface RunAsked {
  readonly worker_id: string;
  readonly environment: string;
  readonly policy: Policy;
  readonly body: DrStartBody;
}

/** @throws WingmanError CONFIG_INVALID, INVALID_FIELD (the plan), COMMAND_… (a command of it, with its stage) */
export async function startRun(context: RecoveryParts, agent: AgentPrincipal, { worker_id, environment, policy, body }: RunAsked): Promise<DrRun> {
  const { tenant } = agent;
  const plan = typeof body.plan === 'string' ? parseDrPlanFile(body.plan) : validate(drPlanSchema, body.plan);
  if (redact(JSON.stringify(plan)) !== JSON.stringify(plan)) throw refusal('SECRET_IN_INSTRUCTION', 'the plan holds what looks like a secret; take it out');
  requireCommands(plan, registryFor(policy, environment));
  const run_id = randomUUID();
  const hash = sha256Hex(canonicalJson({ tenant, environment, plan: plan as unknown as Json }));
  await context.ledger.append({
    tenant, kind: 'dr.started', idem: `dr-started:${run_id}`,
    body: canonicalJson({ run_id, name: plan.name, worker_id, key_id: agent.keyId, environment, plan_hash: hash, drill: body.drill ?? false, stages: plan.stages.map(({ name }) => name) }),
    projection: { plan: plan as unknown as Json, agent_owner: agent.owner },
  });
  failpoint('api.after_dr_started');
  // The row is the run; a workflow that cannot be started now is started by the round of api/temporal/recovery-round.ts.
  await context.recovery.wake({ tenant, run_id }).catch((err: unknown) => context.log.warn({ err, run_id }, 'a recovery run starts as soon as Temporal is there'));
  return requireDrRun(context.pool, tenant, run_id);
}

/** Every stage is read before the first begins: nobody wants to learn in stage 3 that its image is not allowed. */
function requireCommands({ stages }: DrPlan, registry: Registry): void {
  for (const [at, stage] of stages.entries()) {
    for (const [name, act] of [['commands', stage], ['undo.commands', stage.undo]] as const) {
      if (act === null) continue;
      try {
        parsePlan(act.commands, registry, true);
      } catch (error) {
        if (!isWingmanError(error)) throw error;
        throw refusal(error.code, `stage ${String(at + 1)} ${stage.name}: ${error.message}`, { ...error.details, path: `stages.${String(at)}.${name}` });
      }
    }
  }
}

export async function controlRun(context: RecoveryParts, reviewer: ReviewerPrincipal, found: DrRun, action: DrAction, noteText: string | null): Promise<DrRun> {
  const { run, controls } = found;
  await requireRight(context, reviewer, found, action);
  const note = noteText === null ? null : redact(noteText);
  const attestation = await signDrControl(
    {
      tenant: reviewer.tenant, env: toEnvironment(run.environment), run_id: run.run_id, plan_hash: run.plan_hash as Sha256Hex, action, n: controls.length,
      reviewer: reviewer.reviewer, note_sha256: sha256Hex(note ?? ''), iat: Math.floor(context.now() / 1000),
    },
    context.attestation,
  );
  const input = { action, reviewer: reviewer.reviewer, note, n: controls.length, attestation };
  try {
    await context.recovery.control(run.run_id, input);
  } catch (error) {
    const isAway = isWingmanError(error) && (error.code === 'TEMPORAL_UNAVAILABLE' || error.code === 'NOT_PENDING');
    if (!isAway || action === 'RESUME') throw error;
    // Stopping must work when all else is down: the row stands, and the workflow is told when it can be reached.
    const open = openStage(found.stages);
    const approval = open === null ? null : await readApproval(context.pool, reviewer.tenant, open.approval_id);
    await context.ledger.appendTogether(controlEntries(found, approval, input, true));
  }
  return requireDrRun(context.pool, reviewer.tenant, run.run_id);
}

async function requireRight(context: { readonly pool: Pool }, reviewer: ReviewerPrincipal, { run }: DrRun, action: DrAction): Promise<void> {
  if (!reviewer.mayDecide) throw refusal('REVIEWER_NOT_ALLOWED', `${reviewer.reviewer} may read, not decide`);
  const policy = await readPolicy(context.pool, reviewer.tenant);
  if (policy === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant');
  const refused = mayDecide(policy.policy, { id: reviewer.reviewer, disabled: false }, {
    environment: run.environment, risk_level: 'LOW', requested_by: null,
    agent_owner: action !== 'RESUME' || run.agent_owner === null ? null : toReviewerId(run.agent_owner),
  });
  if (refused !== null) throw refused;
  const from = action === 'RESUME' ? ['PAUSED'] : action === 'PAUSE' ? ['RUNNING'] : ['RUNNING', 'PAUSED'];
  if (!from.includes(run.status)) throw refusal('DR_STATE', `this run is ${run.status}${run.reason === null ? '' : ` (${run.reason})`}: ${action.toLowerCase()} needs one that is ${from.join(' or ')}`);
}

/**
 * A stage is approved only in the world that its card shows. Where that has changed the card is taken back, and a new one is made.
 *
 * @throws WingmanError WORLD_CHANGED with the differences; DR_STATE, DR_PAUSED
 */
export async function requireSameWorld(context: WorldParts, row: ApprovalRow, tenant: TenantId): Promise<void> {
  if (row.dr === null) return;
  const { run, stages } = await requireDrRun(context.pool, tenant, row.dr.run_id);
  const stage = stages.find(({ approval_id }) => approval_id === row.request_id);
  if (stage === undefined || stage.settled !== null || stage.withdrawn !== null) throw refusal('DR_STATE', 'this card was taken back; look at the run for the one that counts');
  if (run.status === 'PAUSED') throw refusal('DR_PAUSED', 'this run is paused; resume it first');
  const [policy, inventory] = await Promise.all([readPolicy(context.pool, tenant), readInventory(context.pool, run.environment)]);
  if (policy === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant');
  const differences = worldDifferences(stage.world, worldOf(actOf(run.plan, stage.stage, stage.direction), registryFor(policy.policy, run.environment), inventory));
  if (differences.length === 0) return;
  await context.recovery.wake({ tenant, run_id: run.run_id }).catch((err: unknown) => context.log.debug({ err }, 'a card will be made anew when Temporal is there'));
  throw refusal('WORLD_CHANGED', `the world has changed since this card was made: ${differences.join('; ')}. A new card is being made: look at the run`, { differences, run_id: run.run_id });
}
