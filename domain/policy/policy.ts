/**
 * A tenant's policy as data: what needs whom, where, when. Read from YAML by `contracts/policy-file.ts`, stored with a
 * version, applied by `evaluatePolicy` (evaluate.ts).
 *
 * A policy can only tighten. Under every policy lies a floor that no line of it reaches: production is never automatic, HIGH
 * is never automatic, a plan with a step that changes anything is never automatic, a secret in an instruction is refused.
 */
import type { Program } from '../command/action';
import type { Voter } from './consensus';
import type { Governed } from './governed';
import type { AgentRules, IncidentRules, Remedy } from './incident-rules';
import type { QuorumByRisk } from './quorum';
import type { Registry } from '../command/registry';
import type { RiskLevel } from './risk';
import type { UnregisteredModes } from '../command/unregistered-kinds';

export interface Policy {
  /** Of the format, not of the document. */
  readonly version: 1;
  readonly name: string;
  /** By name; an environment that is not here does not exist. */
  readonly environments: Readonly<Record<string, EnvironmentPolicy>>;
  /** All that match apply, in order: the highest risk, the largest quorum, every refusal. */
  readonly rules: readonly PolicyRule[];
  readonly reviewers: ReviewerPolicy;
  readonly consensus: ConsensusPolicy;
  /** off: not looked at. advise: shown to the reviewer. enforce: an instruction that the gate does not approve is refused. */
  readonly instruction: 'off' | 'advise' | 'enforce';
  readonly registry: Registry;
  readonly limits: RateLimits;
  /** Absent in older policies: see `incident-rules.ts` for what holds then. */
  readonly incidents?: IncidentRules;
  /** How long an agent has to claim what was executed for it. Absent in older policies: 15 minutes. */
  readonly reconcile?: { readonly claim_grace_minutes: number };
  /** Per kind and subject of an incident, what puts it right. The first that fits counts. Absent in older policies. */
  readonly remedies?: readonly Remedy[];
  readonly agents?: AgentRules;
}

export interface EnvironmentPolicy {
  /** HIGH for everything, nothing automatic. `prd` is production whatever is said here. */
  readonly production: boolean;
  readonly quorum: QuorumByRisk;
  /** LOW with a read-only plan passes without a person. */
  readonly auto_approve: boolean;
  /** LOW without a plan passes too. Wingman executes nothing with it, but older clients take it as a permission. */
  readonly auto_approve_without_plan: boolean;
  readonly freeze: readonly FreezeWindow[];
  readonly validity: Validity;
  /** By kind: is a person asked for what nobody registered? Policies of before say nothing: production refuses, others ask. */
  readonly unregistered?: UnregisteredModes;
  /** What of the engine this environment answers for: a change there without an execution is an incident. */
  readonly governed: Governed;
}

export interface Validity {
  /** How long a request waits for people. */
  readonly request_minutes: number;
  /** How long an approval may be executed. */
  readonly execution_minutes: number;
  /** 1 to 300. */
  readonly token_ttl_seconds: number;
}

/** A time in which nothing is changed. The start belongs to it, the end does not. */
export type FreezeWindow =
  | {
      readonly kind: 'weekly';
      readonly reason: string;
      /** Minutes since Monday 00:00 local time, 0 to 10079. `until` before `from` goes over the week's end. */
      readonly from: number;
      readonly until: number;
      /** Of the local time, in minutes east of UTC. */
      readonly offset_minutes: number;
    }
  | {
      readonly kind: 'once';
      readonly reason: string;
      /** Milliseconds since 1970 UTC. */
      readonly from: number;
      readonly until: number;
    };

/** Text with `*` for any run of characters; compared whole, in any case for tasks, exactly for all else. */
export type Pattern = string;

export interface PolicyRule {
  readonly name: string;
  /** All that is said must hold. `program`, `verb` and `target` must hold for one and the same step of the plan. */
  readonly when: {
    readonly environment?: readonly Pattern[];
    readonly worker?: readonly Pattern[];
    readonly task?: readonly Pattern[];
    readonly program?: readonly Program[];
    readonly verb?: readonly Pattern[];
    /** Any argument of the step. */
    readonly target?: readonly Pattern[];
    /** The risk that voters and environment came to, this or graver. */
    readonly risk_at_least?: RiskLevel;
    readonly has_plan?: boolean;
  };
  readonly then: {
    readonly risk_at_least?: RiskLevel;
    readonly quorum?: number;
    /** Why it is refused, said to the agent. */
    readonly refuse?: string;
    /** Refused anywhere else. */
    readonly require_environment?: readonly string[];
    readonly auto?: false;
  };
}

/** Who is meant: one person, a named group of `groups`, or every reviewer of the tenant who is enabled. */
export type ReviewerSelector = { readonly reviewer: string } | { readonly group: string } | { readonly everyone: true };

export interface ReviewerPolicy {
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Nobody may decide what no entry names. */
  readonly may_decide: readonly {
    readonly who: ReviewerSelector;
    /** Patterns; `*` is all of them. */
    readonly environments: readonly Pattern[];
    readonly risk_up_to: RiskLevel;
  }[];
  /** The owner of an agent may decide what the agent asks for. Nobody ever decides what they asked for themselves. */
  readonly owner_may_decide: boolean;
}

export interface ConsensusPolicy {
  readonly voters: readonly Voter[];
  readonly model_timeout_seconds: number;
  /** Reviewers to add when voters disagree. */
  readonly dissent_adds_reviewers: number;
}

/** Where no policy says another number. */
export const CHECKS_PER_MINUTE = 120;

export interface RateLimits {
  readonly requests_per_minute_per_agent: number;
  readonly pending_per_agent: number;
  readonly executions_per_minute_per_agent: number;
  readonly decisions_per_minute_per_reviewer: number;
  /** Of tenant `default`, for the whole installation: `POST /check` names no tenant. */
  readonly checks_per_minute_per_address: number;
}
