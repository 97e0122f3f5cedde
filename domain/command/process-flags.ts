/** What `run` and `exec` say of a process: its user, its directory, its variables. Hostile: written by an agent. */
import { refusal } from '../errors';
import type { Registry } from './registry';
import type { Unregistered } from './unregistered';

export type Variable = { readonly name: string; readonly value: string; /** The value is the agent's, not the registry's. */ readonly written?: true };

const notAllowed = (flag: string, value: string, why: string) => refusal('COMMAND_FLAG_VALUE', `${flag} ${value}: ${why}`, { flag, part: value });

/** `NAME=value`, or `NAME` with the value that is registered for it. @throws WingmanError COMMAND_FLAG_VALUE */
export const parseVariables = (values: readonly string[], registry: Registry): readonly Variable[] => values.map((value) => parseVariable(value, registry));

function parseVariable(text: string, { run_env }: Registry): Variable {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/.test(name)) throw notAllowed('--env', text, 'it is no variable');
  if (equals >= 0) return { name, value: text.slice(equals + 1), written: true };
  const registered = Object.hasOwn(run_env, name) ? run_env[name] : undefined;
  if (registered === undefined) throw notAllowed('--env', name, 'a name alone stands for a registered value, and it has none (run_env)');
  return { name, value: registered };
}

export const unregisteredVariables = (variables: readonly Variable[]): readonly Unregistered[] =>
  variables.flatMap(({ name, written }) =>
    written === undefined ? [] : [{ kind: 'env', code: 'COMMAND_FLAG_VALUE', says: `the value of ${name} is written by the agent, not registered (run_env)`, part: name }],
  );

/** @throws WingmanError COMMAND_FLAG_VALUE */
export function parseUser(value: string): string {
  if (!/^(?:\d{1,9}|[A-Za-z_][A-Za-z0-9_.-]{0,31})(?::(?:\d{1,9}|[A-Za-z_][A-Za-z0-9_.-]{0,31}))?$/.test(value)) throw notAllowed('--user', value, 'it must be a user or user:group');
  return value;
}

/** @throws WingmanError COMMAND_FLAG_VALUE */
export function parseWorkdir(value: string): string {
  if (!/^(?:\/|(?:\/[A-Za-z0-9_.@+-]{1,100}){1,30}\/?)$/.test(value) || value.split('/').some((part) => part === '..' || part === '.'))
    throw notAllowed('--workdir', value, 'it must be an absolute path inside the container');
  return value;
}
