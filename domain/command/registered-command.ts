/** Exact argument lists that an operator registered, for what is not Docker. Nothing of them can be varied by an agent. */
import type { Action } from './action';
import type { Reversibility } from './reversibility';
import type { Json } from '../text/canonical-json';
import { refusal } from '../errors';
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
  const program = argv[0] ?? '';
  const part = program.slice(0, 60);
  if (Object.values(registry.commands).some(({ argv: [registered] }) => registered === program)) {
    const message = `${part} is registered with other words only; ask for exactly one of its registered lists`;
    throw refusal('COMMAND_NOT_REGISTERED', message, { part });
  }
  const message = `${part} is not a program that Wingman runs; there are docker and what an operator registered under registry.commands`;
  throw refusal('COMMAND_UNKNOWN_PROGRAM', message, { part });
}

type RegisteredArgs = {
  readonly name: string;
  readonly summary: string;
  readonly reversibility: Reversibility;
};

/** Of an action that `parseRegistered` made. @throws TypeError for any other: a programmer's mistake */
function toRegisteredArgs({ args }: Action): RegisteredArgs {
  if (!isRegisteredArgs(args)) throw new TypeError('these are not the arguments of a registered command');
  return args;
}

function isRegisteredArgs(args: Json): args is RegisteredArgs {
  if (args === null || typeof args !== 'object' || !('name' in args) || !('reversibility' in args)) return false;
  return (
    args.reversibility === 'READ_ONLY' || args.reversibility === 'REVERSIBLE' || args.reversibility === 'DESTRUCTIVE'
  );
}

export const registeredReversibility = (action: Action): Reversibility => toRegisteredArgs(action).reversibility;

export function renderRegistered(action: Action): string {
  const { name, summary } = toRegisteredArgs(action);
  return `runs the registered command ${name}: ${summary}`;
}
