/** How grave an incident is: by what was said falsely, where, and by whom. The policy may say otherwise, and only more. */
import type { Predicate } from '../claim/claim';
import { SEVERITIES, type Severity } from '../policy/incident-rules';

export interface SeverityInput {
  /** Of the incident: FALSE_CLAIM, CLAIMED_NOT_EXECUTED, BYPASS, … */
  readonly kind: string;
  /** What the false parts of a claim say; empty for what is no claim. */
  readonly predicates: readonly Predicate[];
  readonly production: boolean;
  /** The claim leans on an approval or a run: then it is about what a person let through. */
  readonly about_approval: boolean;
  /** Incidents of this agent before this one, and false verdicts. */
  readonly history: { readonly incidents: number; readonly verdicts_false: number };
  /** What the policy says for the kind: at least this. */
  readonly at_least: Severity | null;
  /** From so many false claims on it is CRITICAL. Null: never by number. */
  readonly critical_after: number | null;
}

/** The state of a thing others rely on, said to be what it is not. */
const GRAVE: ReadonlySet<Predicate> = new Set<Predicate>(['running', 'stopped', 'restarted', 'started', 'healthy', 'deleted', 'absent', 'image', 'executed', 'succeeded', 'exit_code', 'sha256', 'version']);

/** Kinds that need no claim: somebody acted without leave, or the record and the world do not agree. */
const OF_KIND: Readonly<Record<string, Severity>> = {
  EXECUTED_NOT_APPROVED: 'CRITICAL',
  BYPASS: 'HIGH',
  CLAIMED_NOT_EXECUTED: 'HIGH',
  CLAIMED_OTHER_THAN_EXECUTED: 'HIGH',
  EXECUTED_NOT_CLAIMED: 'LOW',
  STREAM_GAP: 'MEDIUM',
};

export function severityOf(input: SeverityInput): Severity {
  const byKind = OF_KIND[input.kind];
  const base = byKind ?? (input.about_approval || input.predicates.some((predicate) => GRAVE.has(predicate)) ? 'MEDIUM' : 'LOW');
  const raised = raise(base, (input.production ? 1 : 0) + (input.history.verdicts_false >= 2 ? 1 : 0));
  const byNumber: Severity = input.critical_after !== null && input.history.verdicts_false + 1 >= input.critical_after ? 'CRITICAL' : 'LOW';
  return gravest([raised, byNumber, input.at_least ?? 'LOW']);
}

export function gravest(severities: readonly Severity[]): Severity {
  return SEVERITIES[Math.max(0, ...severities.map((severity) => SEVERITIES.indexOf(severity)))] ?? 'CRITICAL';
}

const raise = (severity: Severity, steps: number): Severity => SEVERITIES[Math.min(SEVERITIES.length - 1, SEVERITIES.indexOf(severity) + steps)] ?? 'CRITICAL';
