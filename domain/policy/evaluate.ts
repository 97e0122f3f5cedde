/** What a request gets under a policy, and why: the one place where AUTO_APPROVED, PENDING and AUTO_REJECTED are decided. */
import { recordReasons, type AgentVerdicts } from './agent-record';
import type { HostRead } from '../command/host-read';
import { onlyReads } from '../command/host-reads';
import type { ErrorCode } from '../errors';
import type { InstructionReport } from '../instruction/report';
import { planReversibility, type Plan } from '../plan/plan';
import type { TouchedThing } from '../plan/touched';
import type { EnvironmentPolicy, Policy, PolicyRule, Validity } from './policy';
import { freezeAt, freezeMessage } from './freeze';
import { matchesRule } from './match';
import { combineQuorum } from './quorum';
import { highestRisk, isProduction, type RiskLevel } from './risk';
import { ruleRefusals } from './rule-refusals';
import { touchRefusals } from './touch-refusals';

export interface PolicyInput {
  readonly environment: string;
  readonly worker_id: string;
  readonly task_name: string;
  readonly plan: Plan | null;
  /** What each step touches; see `touchedThings`. */
  readonly touched: readonly (readonly TouchedThing[])[];
  /** What the voters came to. */
  readonly risk: { readonly risk_level: RiskLevel; readonly reasons: readonly string[] };
  /** Reviewers that their dissent adds. */
  readonly quorum_raise: number;
  /** Registered programs of which their host says that they only read: the policy's label alone asks a person. */
  readonly host_reads?: readonly HostRead[];
  readonly instruction_report: InstructionReport;
  /** How the agent's claims came out so far; null or absent where the policy does not ask. */
  readonly agent_record?: AgentVerdicts | null;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

export interface PolicyRefusal {
  readonly code: Extract<
    ErrorCode,
    'ENVIRONMENT_UNKNOWN' | 'SECRET_IN_INSTRUCTION' | 'INSTRUCTION_REFUSED' | 'FREEZE_WINDOW' | 'POLICY_REFUSED' | 'COMMAND_TARGET_PROTECTED' | 'TARGET_GOVERNED_ELSEWHERE'
  >;
  readonly message: string;
  /** Of the plan, from 0, where one step is the reason. */
  readonly step?: number;
}

export interface PolicyOutcome {
  readonly outcome: 'AUTO_APPROVED' | 'PENDING' | 'AUTO_REJECTED';
  readonly environment: string;
  readonly policy: string;
  readonly risk_level: RiskLevel;
  /** Why the risk is what it is, the gravest first. */
  readonly risk_reasons: readonly string[];
  /** Why the outcome is what it is. */
  readonly reasons: readonly string[];
  /** Not empty if and only if AUTO_REJECTED. */
  readonly refusals: readonly PolicyRefusal[];
  /** Distinct reviewers needed; counts only while PENDING. */
  readonly quorum: number;
  readonly validity: Validity;
  /** Names, in the order of the policy. */
  readonly matched_rules: readonly string[];
}

type WeighedInput = Omit<PolicyInput, 'instruction_report' | 'now' | 'agent_record' | 'host_reads'>;

/** For an environment that does not exist: nothing is ever made with it, so the shortest there is. */
const NO_VALIDITY: Validity = { request_minutes: 1, execution_minutes: 1, token_ttl_seconds: 1 };

/** Pure. Says every refusal that applies, not only the first, so that an agent can mend all of them at once. */
export function evaluatePolicy(policy: Policy, input: PolicyInput): PolicyOutcome {
  const environment = environmentOf(policy, input.environment);
  const { base, matched, risk_level } = weigh(policy, input);
  const refusals = [
    ...environmentRefusals(policy, input, environment),
    ...instructionRefusals(policy, input.instruction_report),
    ...freezeRefusals(policy, input),
    ...(input.plan === null ? [] : touchRefusals(policy, input.environment, input.plan, input.touched)),
    ...matched.flatMap((rule) => ruleRefusals(rule, input.environment)),
  ];
  const manual = environment === null ? [] : reasonsForPeople(environment, input, risk_level, matched, policy);
  const outcome = refusals.length > 0 ? 'AUTO_REJECTED' : manual.length > 0 ? 'PENDING' : 'AUTO_APPROVED';
  return {
    outcome,
    environment: input.environment,
    policy: policy.name,
    risk_level,
    risk_reasons: [...raisedBy(matched, base, risk_level), ...unregisteredOf(input.plan), ...input.risk.reasons],
    reasons:
      refusals.length > 0
        ? refusals.map(({ message }) => message)
        : outcome === 'PENDING'
          ? manual
          : [automaticReason(input.plan)],
    refusals,
    quorum: quorumOf(environment, risk_level, matched, input.quorum_raise),
    validity: environment?.validity ?? NO_VALIDITY,
    matched_rules: matched.map(({ name }) => name),
  };
}

/**
 * The quorum for a risk that was found later, when a model's vote came in after the answer. Never lower than before:
 * the caller hands it to `raiseQuorum`, which keeps the larger one.
 */
export function quorumForRisk(policy: Policy, input: WeighedInput): number {
  const { matched, risk_level } = weigh(policy, input);
  return quorumOf(environmentOf(policy, input.environment), risk_level, matched, input.quorum_raise);
}

/** Rules are matched against the risk before they raise it, so their order changes nothing. */
function weigh(policy: Policy, input: WeighedInput) {
  const base = floorRisk(policy, input);
  const matched = policy.rules.filter((rule) => matchesRule(rule, { ...input, risk_level: base }));
  return { base, matched, risk_level: highestRisk([base, ...matched.flatMap(({ then }) => then.risk_at_least ?? [])]) };
}

/** What of the plan nobody registered, in sentences, each once. */
const unregisteredOf = (plan: Plan | null): readonly string[] => [...new Set((plan?.steps ?? []).flatMap(({ unregistered = [] }) => unregistered.map(({ says }) => says)))];

/** `hasOwn`: the name is an agent's, and `constructor` is no environment. */
function environmentOf(policy: Policy, name: string): EnvironmentPolicy | null {
  return Object.hasOwn(policy.environments, name) ? (policy.environments[name] as EnvironmentPolicy) : null;
}

/** The built-in floor under what voters said: production is HIGH, destroying is HIGH, changing is MEDIUM. */
function floorRisk(
  policy: Policy,
  { environment, plan, risk }: Pick<PolicyInput, 'environment' | 'plan' | 'risk'>,
): RiskLevel {
  const reversibility = plan === null ? 'READ_ONLY' : planReversibility(plan);
  const ofPlan: RiskLevel =
    reversibility === 'DESTRUCTIVE' ? 'HIGH' : reversibility === 'REVERSIBLE' ? 'MEDIUM' : 'LOW';
  const ofUnregistered: RiskLevel = unregisteredOf(plan).length > 0 ? 'HIGH' : 'LOW';
  return highestRisk([risk.risk_level, ofPlan, ofUnregistered, isProduction(environment, policy) ? 'HIGH' : 'LOW']);
}

function environmentRefusals(
  policy: Policy,
  input: PolicyInput,
  environment: EnvironmentPolicy | null,
): PolicyRefusal[] {
  if (environment !== null) return [];
  const known = Object.keys(policy.environments).join(', ');
  return [{ code: 'ENVIRONMENT_UNKNOWN', message: `there is no such environment in the policy; known are: ${known}` }];
}

function instructionRefusals(policy: Policy, report: InstructionReport): PolicyRefusal[] {
  const refusals: PolicyRefusal[] = [];
  if (!report.policy_checks.no_hardcoded_secrets) {
    const where = report.findings.find(({ check }) => check === 'no_hardcoded_secrets');
    const at = where?.line === undefined ? '' : ` in line ${where.line}`;
    refusals.push({
      code: 'SECRET_IN_INSTRUCTION',
      message: `the instruction holds a secret${at}; name it as a variable instead`,
    });
  }
  if (policy.instruction === 'enforce' && !report.approved) {
    const wrong = report.findings.map(({ message }) => message).slice(0, 20);
    refusals.push({ code: 'INSTRUCTION_REFUSED', message: `the instruction gate refused: ${wrong.join('; ')}` });
  }
  return refusals;
}

/** Reading is never frozen. A request without a plan is, because an older client may act on its approval. */
function freezeRefusals(policy: Policy, { environment, plan, now }: PolicyInput): PolicyRefusal[] {
  if (plan !== null && planReversibility(plan) === 'READ_ONLY') return [];
  const window = freezeAt(policy, environment, now);
  if (window === null) return [];
  return [{ code: 'FREEZE_WINDOW', message: freezeMessage(environment, window, now) }];
}

/** Why a person must decide; empty if nobody has to. Each line is a condition of automatic approval that does not hold. */
function reasonsForPeople(
  environment: EnvironmentPolicy,
  input: PolicyInput,
  risk_level: RiskLevel,
  matched: readonly PolicyRule[],
  policy: Policy,
): readonly string[] {
  const reasons: string[] = [];
  if (risk_level !== 'LOW') reasons.push(`risk ${risk_level} needs a person`);
  if (isProduction(input.environment, policy)) reasons.push(`${input.environment} is production`);
  if (input.plan !== null && planReversibility(input.plan) !== 'READ_ONLY')
    reasons.push('the plan does more than read');
  else if (input.plan !== null) reasons.push(...unsaidReads(input.plan, input.host_reads ?? []));
  if (unregisteredOf(input.plan).length > 0) reasons.push('something in it is not registered');
  if (!environment.auto_approve) reasons.push(`nothing is automatic in ${input.environment}`);
  if (input.plan === null && !environment.auto_approve_without_plan) reasons.push('there is no plan to judge by');
  reasons.push(...recordReasons(policy, input.agent_record ?? null));
  for (const rule of matched) if (rule.then.auto === false) reasons.push(`rule ${rule.name} wants a person`);
  return reasons;
}

function unsaidReads({ steps }: Plan, hostReads: readonly HostRead[]): readonly string[] {
  return steps.filter((step) => step.program === 'registered' && !onlyReads(step, hostReads)).map(({ verb }) => `that ${verb} only reads says the policy, and not the host's own file (docs/configuration.md)`);
}

function quorumOf(
  environment: EnvironmentPolicy | null,
  risk: RiskLevel,
  matched: readonly PolicyRule[],
  raise: number,
): number {
  return combineQuorum(
    environment?.quorum[risk] ?? 1,
    matched.flatMap(({ then }) => then.quorum ?? []),
    raise,
  );
}

function raisedBy(matched: readonly PolicyRule[], base: RiskLevel, raised: RiskLevel): readonly string[] {
  if (raised === base) return [];
  return matched
    .filter(({ then }) => then.risk_at_least === raised)
    .map(({ name }) => `rule ${name} raises the risk to ${raised}`);
}

function automaticReason(plan: Plan | null): string {
  return plan === null ? 'LOW risk, and no plan that could be executed' : 'LOW risk, and every step only reads';
}
