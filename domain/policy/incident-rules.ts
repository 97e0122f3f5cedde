/** What a policy says about incidents and agents, with the defaults for when it says nothing (older policies have no such part). */

export type Severity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
export const SEVERITIES: readonly Severity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

export interface IncidentRules {
  /** By kind of incident: at least so grave. */
  readonly severity: Readonly<Record<string, Severity>>;
  /** From this many false claims of one agent on, each is CRITICAL, whatever it was about. Null: the number does not matter. */
  readonly critical_after: number | null;
  /** Repeats are told together, this often at most. */
  readonly digest_minutes: number;
}

/** What puts an incident right: an ordinary request, with a card, an approval and a token of its own. */
export interface Remedy {
  readonly name: string;
  /** Of the incident. */
  readonly kind: string;
  /** Of the incident's subject, such as `container web in dev`; `*` is any run of characters. */
  readonly subject: string;
  readonly environment: string;
  readonly commands: readonly string[];
}

export interface AgentRules {
  /** Below it nothing of that agent is automatic. Compared with the lower end of the Wilson interval; null: not looked at. */
  readonly min_true_rate: number | null;
  /** Judged claims that it takes before the rate counts. */
  readonly min_claims: number;
}

export const DEFAULT_INCIDENT_RULES: IncidentRules = { severity: {}, critical_after: 5, digest_minutes: 60 };
export const DEFAULT_AGENT_RULES: AgentRules = { min_true_rate: null, min_claims: 5 };

export const incidentRules = (policy: { readonly incidents?: IncidentRules } | null): IncidentRules => policy?.incidents ?? DEFAULT_INCIDENT_RULES;
export const agentRules = (policy: { readonly agents?: AgentRules }): AgentRules => policy.agents ?? DEFAULT_AGENT_RULES;
