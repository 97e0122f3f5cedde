/**
 * One request under one policy, at one moment: plan, votes, risk, outcome and card. Pure, so that `wingman policy explain`
 * says exactly what a request would get, without making one.
 */
import type { BoundTarget, Inventory } from '../command/action';
import { expandQueries } from '../command/container-query';
import type { AgentVerdicts } from '../policy/agent-record';
import { composeDangers } from '../command/compose/dangers';
import { renderCard, type Card, type CardRecovery } from './card';
import { combineVotes, type Consensus } from '../policy/consensus';
import { commandsFromInstruction } from '../instruction/commands-section';
import { isWingmanError, type ErrorCode } from '../errors';
import type { Environment, ReviewerId, TenantId, WorkerId } from '../ids';
import { checkInstruction } from '../instruction/instruction';
import { canonicalPlan, parsePlan, type Plan } from '../plan/plan';
import type { Policy } from '../policy/policy';
import { registryFor } from '../policy/registry-for';
import { evaluatePolicy, type PolicyOutcome } from '../policy/evaluate';
import { bindTargets, canonicalTargets } from '../plan/targets';
import { touchedThings } from '../plan/touched';
import { quorumShortfall } from '../policy/reachable-quorum';
import type { ReviewerFacts } from '../policy/reviewer';
import { rulesVote, structureVote } from '../policy/voters';

export interface AssessmentInput {
  readonly tenant: TenantId;
  readonly environment: Environment;
  readonly worker_id: WorkerId;
  readonly task_name: string;
  readonly instruction: string;
  /** Null: take the COMMANDS section of the instruction. */
  readonly commands: readonly string[] | null;
  readonly ordered: boolean;
  readonly policy: Policy;
  readonly inventory: Inventory | null;
  /** See `PolicyInput.agent_record`. */
  readonly agent_record?: AgentVerdicts | null;
  /** Those who may decide at all, with the owner of the agent; left out: not looked at. */
  readonly deciders?: { readonly reviewers: readonly ReviewerFacts[]; readonly agent_owner: ReviewerId | null };
  /** A stage of a recovery run: it always waits for people, and for at least so many. */
  readonly recovery?: CardRecovery & { readonly quorum: number };
  readonly now: number;
  readonly sha256: (text: string) => string;
}

export interface AssessmentReason {
  readonly code: ErrorCode;
  readonly message: string;
  readonly step?: number;
}

export interface Assessment {
  readonly status: PolicyOutcome['outcome'];
  readonly commands: readonly string[];
  readonly plan: Plan | null;
  readonly plan_text: string | null;
  readonly plan_hash: string | null;
  readonly targets: readonly BoundTarget[];
  readonly targets_hash: string | null;
  readonly consensus: Consensus;
  readonly outcome: PolicyOutcome;
  readonly risk_level: PolicyOutcome['risk_level'];
  readonly risk_reason: string;
  /** Why it was refused: not empty if and only if AUTO_REJECTED. */
  readonly reasons: readonly AssessmentReason[];
  readonly score: number;
  readonly card: Card;
}

export function assessRequest(input: AssessmentInput): Assessment {
  const { policy, environment, worker_id, task_name, instruction, now } = input;
  const read = readPlan(input);
  const report = checkInstruction(instruction);
  const touched = read.plan === null ? [] : touchedThings(read.plan.steps, policy.registry, input.inventory);
  const dangers = (read.plan?.steps ?? []).flatMap((step) => composeDangers(step, policy.registry));
  const weighed = { environment, task_name, instruction, plan: read.plan, touched, dangers, policy };
  const missing_sections = policy.instruction === 'off' ? null : report.missing_sections;
  const voters = policy.consensus.voters.filter((voter) => voter !== 'model');
  const consensus = combineVotes(
    [rulesVote(weighed), structureVote({ ...weighed, missing_sections })],
    voters,
    policy.consensus.dissent_adds_reviewers,
  );
  const evaluated = evaluatePolicy(policy, {
    environment,
    worker_id,
    task_name,
    plan: read.plan,
    touched,
    risk: {
      risk_level: consensus.risk_level,
      reasons: consensus.votes.map(({ voter, reason }) => `${voter}: ${reason}`),
    },
    quorum_raise: consensus.quorum_raise,
    instruction_report: report,
    agent_record: input.agent_record ?? null,
    host_reads: input.inventory?.host_reads ?? [],
    now,
  });
  const outcome = input.recovery === undefined ? evaluated : gated(evaluated, input.recovery.quorum);
  const reasons = [...read.reasons, ...outcome.refusals];
  const status = reasons.length > 0 ? 'AUTO_REJECTED' : outcome.outcome;
  const short = status === 'PENDING' && input.deciders !== undefined ? quorumShortfall(policy, input.deciders.reviewers, { environment, risk_level: outcome.risk_level, agent_owner: input.deciders.agent_owner, quorum: outcome.quorum }) : null;
  const shortfall = short === null ? [] : [short];
  const plan_text = read.plan === null ? null : canonicalPlan(read.plan, input);
  const plan_hash = plan_text === null ? null : input.sha256(plan_text);
  const targets = read.plan === null ? [] : bindTargets(read.plan, input.inventory);
  return {
    status,
    commands: read.commands,
    plan: read.plan,
    plan_text,
    plan_hash,
    targets,
    targets_hash: read.plan === null ? null : input.sha256(canonicalTargets(targets)),
    consensus,
    outcome,
    risk_level: outcome.risk_level,
    risk_reason: outcome.risk_reasons.join('; '),
    reasons,
    score: report.score,
    card: renderCard({
      environment,
      worker_id,
      task_name,
      instruction,
      plan: read.plan,
      plan_hash,
      inventory: input.inventory,
      targets,
      outcome,
      consensus,
      instruction_report: report,
      dangers: [...shortfall, ...dangers],
      ...(input.recovery === undefined ? {} : { recovery: input.recovery }),
    }),
  };
}

/** Every stage is a gate, whatever it does: the policy may ask for more people, never for none. */
function gated(outcome: PolicyOutcome, quorum: number): PolicyOutcome {
  return { ...outcome, outcome: outcome.outcome === 'AUTO_APPROVED' ? 'PENDING' : outcome.outcome, quorum: Math.max(outcome.quorum, quorum) };
}

interface ReadPlan {
  readonly commands: readonly string[];
  readonly plan: Plan | null;
  readonly reasons: readonly AssessmentReason[];
}

/** Commands that cannot be parsed refuse the whole request: half a plan is nobody's plan. */
function readPlan({ commands, instruction, ordered, policy, environment, inventory }: AssessmentInput): ReadPlan {
  try {
    const said = commands ?? commandsFromInstruction(instruction);
    if (said === null || said.length === 0) return { commands: [], plan: null, reasons: [] };
    const listed = said.map((command) => expandQueries(command, inventory));
    return { commands: listed, plan: parsePlan(listed, registryFor(policy, environment), ordered), reasons: [] };
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    const step = error.details['step'];
    return {
      commands: commands ?? [],
      plan: null,
      reasons: [{ code: error.code, message: error.message, ...(typeof step === 'number' ? { step } : {}) }],
    };
  }
}
