/** Exact argument lists that an operator registered, for what is not Docker. Nothing of them can be varied by an agent. */
import type { Action, Reversibility } from './action';
import { refusal } from './errors';
import type { Registry } from './registry';

/** @throws WingmanError COMMAND_NOT_REGISTERED, COMMAND_UNKNOWN_PROGRAM */
export function parseRegistered(argv: readonly string[], registry: Registry): Action {
  const same = (registered: readonly string[]): boolean =>
    registered.length === argv.length && registered.every((word, at) => word === argv[at]);
  const found = Object.entries(registry.commands).find(([, { argv: registered }]) => same(registered));
  if (found !== undefined) {
    const [name, { summary, reversibility, cwd, user, env, timeout_seconds, max_output_bytes }] = found;
    return {
      program: 'registered',
      verb: name,
      argv,
      args: { name, summary, reversibility, cwd, user, env, timeout_seconds, max_output_bytes },
    };
  }
  const program = (argv[0] ?? '').slice(0, 60);
  const known = Object.values(registry.commands).some(({ argv: [registered] }) => registered === program);
  if (known)
    throw refusal(
      'COMMAND_NOT_REGISTERED',
      `${program} is registered with other words only; ask for exactly one of its registered lists`,
      { part: program },
    );
  throw refusal(
    'COMMAND_UNKNOWN_PROGRAM',
    `${program} is not a program that Wingman runs; there are docker and what an operator registered under registry.commands`,
    { part: program },
  );
}

interface RegisteredArgs {
  readonly name: string;
  readonly summary: string;
  readonly reversibility: Reversibility;
}

const argsOf = (action: Action): RegisteredArgs => action.args as unknown as RegisteredArgs;

export const registeredReversibility = (action: Action): Reversibility => argsOf(action).reversibility;

export const renderRegistered = (action: Action): string =>
  `runs the registered command ${argsOf(action).name}: ${argsOf(action).summary}`;
