/** up, doctor, reset: this machine's installation. */
import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { runDoctor } from '../../../supervisor/doctor';
import { resetDataDir } from '../../../supervisor/reset';
import { dataDirectory } from '../../../supervisor/settings';
import { askPerson, canAsk } from '../ask';
import { examples, type Cli } from '../cli';
import { CliFailure, EXIT, onInterrupt } from '../exit';
import { table } from '../output';

const SUPERVISOR = join(__dirname, '..', '..', '..', 'supervisor', 'main.js');

export function addMachineCommands(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('bring everything up in the foreground, as `npm start` does after its set-up')
    .addHelpText('after', examples('wingman up', 'WINGMAN_PORT=8042 WINGMAN_DATA_DIR=/srv/wingman wingman up') + '\n\nAll settings are in docs/configuration.md. Ctrl-C stops every part, in order.')
    .action(async () => {
      process.exitCode = await runInForeground(SUPERVISOR);
    });

  program
    .command('doctor')
    .description('look at this machine, and say what is wrong and what to do')
    .action(async () => {
      const report = await runDoctor();
      cli.print(report, ({ checks }, style) =>
        table(style, ['CHECK', 'STATE', 'FOUND', 'FIX'], checks.map(({ name, state, found, fix }) => [name, state, found, fix])),
      );
      process.exitCode = report.ok ? EXIT.ok : EXIT.failure;
    });

  program
    .command('reset')
    .description('forget everything in the data directory: ledger, approvals, keys, credentials')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('wingman ledger export > kept.ndjson && wingman reset', 'WINGMAN_DATA_DIR=/srv/wingman wingman reset --yes'))
    .action(async ({ yes }: { yes?: true }) => {
      const directory = dataDirectory(process.env);
      const outcome = await resetDataDir(directory, async (question) => yes === true || isNamed(await askPerson(`${question}\nType the directory’s name (${basename(directory)}) to go on: `), directory));
      if (outcome.kind === 'kept') throw new CliFailure(canAsk() ? 'nothing was removed' : 'nothing was removed: there is no terminal to ask on; say --yes');
      cli.print(outcome, (it) => (it.kind === 'removed' ? `removed ${it.entries.join(', ')} in ${directory}` : `nothing is there: ${directory}`));
    });
}

const isNamed = (typed: string | null, directory: string): boolean => typed === basename(directory) || typed === directory;

/** @returns the exit code of the program */
async function runInForeground(program: string): Promise<number> {
  const child = spawn(process.execPath, [program], { stdio: 'inherit' });
  // Ctrl-C goes to the whole group of a terminal: the child stops its parts, and this waits for it.
  onInterrupt(() => undefined);
  // These come to this process alone.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(new CliFailure(`the supervisor could not be started: ${cause.message}`, EXIT.failure, { cause })));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? EXIT.interrupted : EXIT.failure)));
  });
}
