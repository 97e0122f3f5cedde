/** The refusals of a policy's rules: what they say when they match. */
import { matchesRule, type RuleSubject } from './match';
import type { PolicyRule } from './policy';

export interface RuleRefusal {
  readonly code: 'POLICY_REFUSED';
  readonly message: string;
}

export function ruleRefusals({ name, then }: PolicyRule, environment: string): readonly RuleRefusal[] {
  const refusals: RuleRefusal[] = [];
  if (then.refuse !== undefined) refusals.push({ code: 'POLICY_REFUSED', message: `rule ${name}: ${then.refuse}` });
  if (then.require_environment?.includes(environment) === false) {
    refusals.push({ code: 'POLICY_REFUSED', message: `rule ${name}: this is allowed in ${then.require_environment.join(', ')} only` });
  }
  return refusals;
}

/**
 * Rules about things once more, when the engine has said what a step really touches. The others (a task's words, the risk) were judged when
 * the request was made, and nothing has changed about them since.
 */
export function thingRuleRefusals(rules: readonly PolicyRule[], subject: RuleSubject): readonly RuleRefusal[] {
  return rules.filter(({ when }) => when.target !== undefined && when.risk_at_least === undefined).filter((rule) => matchesRule(rule, subject)).flatMap((rule) => ruleRefusals(rule, subject.environment));
}
