/** A recovery plan file: YAML that an agent's owner wrote, and therefore hostile, into the plan that the domain follows. */
import type { DrPlan } from '../domain/recovery/plan';
import { drPlanSchema } from './dr-plan-schema';
import { parseYamlFile } from './yaml-file';

/** @throws WingmanError CONFIG_INVALID: the message names line, path and what would be right */
export function parseDrPlanFile(yamlText: string): DrPlan {
  return parseYamlFile(yamlText, 'plan', drPlanSchema);
}
