/** The default policy, with an environment that answers for the things of one test alone: other suites use the same engine. */
import { parse, stringify } from 'yaml';
import { DEFAULT_POLICY } from './stack';

export interface GovernedThings {
  readonly containers?: readonly string[];
  readonly images?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly labels?: readonly string[];
}

/** @param more members of the policy to set, beside room for many requests */
export function governedPolicy(governed: GovernedThings, more: Readonly<Record<string, unknown>> = {}): string {
  const policy = parse(DEFAULT_POLICY) as { environments: Record<string, object>; registry: object; limits: object };
  for (const environment of ['dev', 'test']) policy.environments[environment] = { ...policy.environments[environment], governed };
  const limits = { ...policy.limits, requests_per_minute_per_agent: 10_000, executions_per_minute_per_agent: 10_000, decisions_per_minute_per_reviewer: 10_000 };
  const { registry, ...others } = more;
  return stringify({ ...policy, limits, ...others, registry: { ...policy.registry, ...(registry ?? {}) } }, { aliasDuplicateObjects: false });
}
