/**
 * `wingman`: runs the command, and turns whatever happens into an exit code and a line that helps. The hook of coding agents starts
 * here too, before each of their shell lines, and loads nothing else of the command.
 */
import { EXIT, failureText, listenForInterrupts, toFailure } from './exit';
import { readHookArguments } from './hook/hook-arguments';
import { runHook } from './hook/run-hook';

listenForInterrupts();
// `wingman … | head`: whoever has read enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure));

const hook = readHookArguments(process.argv.slice(2));
if (hook === null) void import('./run-program.js').then(({ runProgram }) => runProgram());
else {
  runHook({ ...hook, client: async () => (await import('./session.js')).connect({}, 'agent') }).then(
    // A standard input that never ends would keep the process, and the agent, waiting for ever.
    (code) => process.exit(code),
    (error: unknown) => {
      const failure = toFailure(error);
      process.stderr.write(`${failureText(failure)}\n`, () => process.exit(failure.exitCode));
    },
  );
}
