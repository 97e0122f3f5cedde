/** The whole command, with its parser of options. */
import { CommanderError } from 'commander';
import { EXIT, failureText, toFailure } from './exit';
import { plainJson, say } from './output';
import { createProgram } from './program';

export async function runProgram(): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    const failure = toFailure(error);
    // One line for programs, on stderr like all talk; stdout holds data or nothing.
    say(program.opts<{ json?: true }>().json === true ? plainJson({ error: failure }) : failureText(failure));
    process.exitCode = failure.exitCode;
  }
}
