/** Configuration from the environment: what is missing is named, and nothing starts without it. */
import { WingmanError } from '../domain/errors';

export type Env = Readonly<Record<string, string | undefined>>;

/** @throws WingmanError CONFIG_MISSING */
export function required(env: Env, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new WingmanError('CONFIG_MISSING', `${name} is not set; \`wingman up\` sets it, or see docs/configuration.md`, { name });
  return value;
}

export function optional(env: Env, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}

/** Another core queue than the usual one: several installations on one Temporal server. */
export function queueOf(env: Env): { readonly taskQueue?: string } {
  const taskQueue = optional(env, 'WINGMAN_TASK_QUEUE');
  return taskQueue === null ? {} : { taskQueue };
}

/** @throws WingmanError CONFIG_INVALID */
export function requiredPort(env: Env, name: string): number {
  const port = Number(required(env, name));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new WingmanError('CONFIG_INVALID', `${name} must be a port from 0 to 65535`, { name });
  return port;
}
