import type { StepResult } from '../action';
import { missingPath, parseTemplate, renderTemplate } from './format-template';
import { redactInspect, refuseSecretPaths } from './redact-inspect';

/**
 * Checks the `--format` of an inspecting verb.
 *
 * @throws WingmanError COMMAND_FLAG_VALUE for what is no template or would print an environment. Hostile: written by an agent.
 */
export function parseInspectFormat(format: string, wholeHoldsEnvironment = true): string {
  refuseSecretPaths(parseTemplate(format), wholeHoldsEnvironment);
  return format;
}

/** What docker prints of inspected things, secrets masked: a JSON array, or the template's text for each. */
export function inspectOutput(found: readonly unknown[], format: string | null): StepResult {
  const shown = found.map(redactInspect);
  if (format === null) return { exit_code: 0, output: `${JSON.stringify(shown, null, 4)}\n` };
  const template = parseTemplate(format);
  for (const value of shown) {
    const missing = missingPath(template, value);
    if (missing !== null) return { exit_code: 1, output: `template: there is no ${missing}\n` };
  }
  return { exit_code: 0, output: shown.map((value) => `${renderTemplate(template, value)}\n`).join('') };
}
