/** What the shim says of itself, without asking anybody: help and its version. */
import { VERBS } from '../../../domain/command/verbs';
import { productVersion } from '../../../supervisor/package-root';
import type { Style } from '../output';

/** Null: these are no questions about the shim, but a command for the engine. */
export function aboutShim(args: readonly string[]): ((style: Style) => string) | null {
  const [only] = args;
  if (args.length > 1) return null;
  if (only === undefined || only === '--help' || only === '-h' || only === 'help') return help;
  if (only === '--version' || only === '-v') return () => `Docker through Wingman ${productVersion()}; \`docker version\` asks the engine`;
  return null;
}

function help(style: Style): string {
  const widest = Math.max(...VERBS.map(({ verb }) => verb.length));
  return [
    style.bold('Docker through Wingman: what you type becomes a request, and runs once, on the engine, when it is approved.'),
    'What only reads is answered at once where the policy says so. What changes something waits for a person; the exit code and',
    'the output are those of the command. 125: nothing was run. 130: Ctrl-C, which withdraws what nobody has decided yet.',
    '',
    style.bold('Commands (docs/commands.md has every spelling):'),
    ...VERBS.map(({ verb, summary }) => `  docker ${verb.padEnd(widest)}  ${summary}`),
    `  docker ${'compose'.padEnd(widest)}  ${'works on projects that an operator registered'}`,
    '',
    'Variables: WINGMAN_URL and WINGMAN_KEY (a key of kind agent), WINGMAN_WORKER, WINGMAN_ENV, WINGMAN_TASK, WINGMAN_INSTRUCTION.',
  ].join('\n');
}
