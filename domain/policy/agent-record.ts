/** What an agent's record means for it: one whose claims are too often false gets nothing without a person. */
import { agentRules } from './incident-rules';
import type { Policy } from './policy';
import { wilsonInterval } from '../text/wilson-interval';

/** UNVERIFIABLE counts neither way: what nobody could look at is no lie. */
export interface AgentVerdicts {
  readonly verdicts_true: number;
  readonly verdicts_false: number;
}

/** Why a person must decide; empty if the record is no reason. Compared is the lower end, so that few claims prove little. */
export function recordReasons(policy: Policy, record: AgentVerdicts | null): readonly string[] {
  const { min_true_rate, min_claims } = agentRules(policy);
  if (min_true_rate === null || record === null) return [];
  const judged = record.verdicts_true + record.verdicts_false;
  const interval = wilsonInterval(record.verdicts_true, judged);
  if (interval === null || judged < min_claims || interval.low >= min_true_rate) return [];
  const percent = (share: number): string => `${(share * 100).toFixed(0)}%`;
  return [`the agent’s claims: ${String(record.verdicts_true)} of ${String(judged)} true (95% interval from ${percent(interval.low)}), and the policy wants ${percent(min_true_rate)}`];
}
