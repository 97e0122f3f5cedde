/** lock, unlock, locks, quarantine, release: stop at once, and go on. */
import type { Command } from 'commander';
import { examples, type Cli } from '../cli';
import { table } from '../output';

export function addLockCommands(program: Command, cli: Cli): void {
  program
    .command('lock')
    .description('stop all execution at once, in one environment or everywhere')
    .argument('<environment>', 'its name, or "*" for all')
    .requiredOption('--reason <text>', 'why; whoever is refused sees it')
    .addHelpText('after', examples('wingman lock prd --reason "incident 42"', 'wingman lock "*" --reason "keys may be out"'))
    .action(async (environment: string, { reason }: { reason: string }) => cli.print(await cli.client('operator').lock(environment, reason), (row) => `locked ${row.environment}`));
  program
    .command('unlock')
    .description('let execution go on')
    .argument('<environment>', 'as it was locked: its name, or "*"')
    .action(async (environment: string) => cli.print(await cli.client('operator').unlock(environment), (row) => `unlocked ${row.environment}`));
  program
    .command('locks')
    .description('locks in force')
    .action(async () =>
      cli.print((await cli.client('operator').locks()).locks, (rows, style) =>
        rows.length === 0 ? 'nothing is locked' : table(style, ['ENVIRONMENT', 'REASON', 'BY', 'SINCE'], rows.map((row) => [row.environment, row.reason, row.locked_by, row.locked_at])),
      ),
    );
  program
    .command('quarantine')
    .description('refuse an agent’s requests, tokens and starts until a person releases it')
    .argument('<worker_id>')
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', examples('wingman quarantine agent-7 --reason "claims what it did not do"'))
    .action(async (id: string, { reason }: { reason: string }) => cli.print(await cli.client('operator').quarantine(id, reason), ({ worker_id }) => `quarantined ${worker_id}`));
  program
    .command('release')
    .description('let a quarantined agent go on')
    .argument('<worker_id>')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, { reason }: { reason: string }) => cli.print(await cli.client('operator').release(id, reason), ({ worker_id }) => `released ${worker_id}`));
}
