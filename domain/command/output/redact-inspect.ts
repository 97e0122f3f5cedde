/**
 * Takes out of an inspected object what must not be shown: values of environment variables, and values of labels and options
 * whose name says that they are secret. The names stay, so that a reader sees what is set.
 */
import { refusal } from '../../errors';
import { templatePaths, type Template } from './format-template';

const MASK = '[REDACTED]';
const ENVIRONMENT = /^env(?:ironment)?$/i;
/** `.Config` of containers and images, and what older engines call `ContainerConfig`; each holds `Env`. */
const HOLDS_ENVIRONMENT = /^(?:config|containerconfig)$/i;
const SECRET_NAME = /pass(?:word|wd|phrase)?|secret|token|credential|api[_-]?key|private|auth(?!or)/i;
/** Maps whose members were named by whoever made the thing. `o` of a volume's options holds `username=…,password=…`. */
const FREE_MAPS = /^(?:labels|options|driveropts|logconfig|sysctls|annotations)$/i;

/**
 * Refuses a template that would print an environment: `.Config.Env` itself, or something that it is part of. `{{json .}}`
 * is one where the whole thing may hold an environment (containers, images).
 *
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function refuseSecretPaths(template: Template, wholeHoldsEnvironment = true): void {
  for (const path of templatePaths(template)) {
    const last = path.at(-1);
    if (last === undefined && !wholeHoldsEnvironment) continue;
    if (last === undefined || path.some((name) => ENVIRONMENT.test(name)) || HOLDS_ENVIRONMENT.test(last)) {
      throw refusal(
        'COMMAND_FLAG_VALUE',
        `--format may not print .${path.join('.')}: it holds the environment, where secrets are; ask for single fields`,
        { flag: '--format', part: `.${path.join('.')}` },
      );
    }
  }
}

/** The same value with secrets masked. */
export function redactInspect(value: unknown): unknown {
  return redactIn(value, false);
}

function redactIn(value: unknown, inFreeMap: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => redactIn(item, inFreeMap));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactMember(name, inner, inFreeMap)]));
}

function redactMember(name: string, value: unknown, inFreeMap: boolean): unknown {
  if (ENVIRONMENT.test(name)) return Array.isArray(value) ? value.map(redactVariable) : value === null ? null : MASK;
  if (inFreeMap && typeof value === 'string' && value !== '' && (SECRET_NAME.test(name) || name === 'o')) return MASK;
  if (/proxy$/i.test(name) && typeof value === 'string') return value.replace(/\/\/[^/@]*@/, `//${MASK}@`);
  return redactIn(value, inFreeMap || FREE_MAPS.test(name));
}

/** `NAME=value` keeps its name; anything else is no variable and says nothing. */
function redactVariable(variable: unknown): string {
  const name = typeof variable === 'string' ? /^[A-Za-z_][A-Za-z0-9_.-]*(?==)/.exec(variable)?.[0] : undefined;
  return name === undefined ? MASK : `${name}=${MASK}`;
}
