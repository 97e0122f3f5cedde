/** `wingman`: runs the command, and turns whatever happens into an exit code and a line that helps. */
import { CommanderError } from 'commander';
import { EXIT, failureText, listenForInterrupts, toFailure } from './exit';
import { plainJson, say } from './output';
import { createProgram } from './program';

listenForInterrupts();
// `wingman … | head`: whoever has read enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure));

const program = createProgram();
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return;
  }
  const failure = toFailure(error);
  // One line for programs, on stderr like all talk; stdout holds data or nothing.
  say(program.opts<{ json?: true }>().json === true ? plainJson({ error: failure }) : failureText(failure));
  process.exitCode = failure.exitCode;
});
