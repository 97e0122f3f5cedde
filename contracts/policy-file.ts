/** A policy file: YAML that an operator wrote, into the policy that the domain applies. */
import type { Policy } from '../domain/policy/policy';
import { policySchema } from './policy-schema';
import { parseYamlFile } from './yaml-file';

/**
 * @throws WingmanError CONFIG_INVALID: the message names line, path and what would be right; `details` has `line` and `path`
 *         of the first fault.
 */
export function parsePolicyFile(yamlText: string): Policy {
  return parseYamlFile(yamlText, 'policy', policySchema);
}
