/** The `wingman` command. */
import { Command, CommanderError } from 'commander';
import { addLocalCommands } from './commands/local';
import { addOperationCommands } from './commands/operations';
import { addRequestCommands } from './commands/requests';
import { describeFailure, EXIT } from './exit';
import { say } from './output';

const program = new Command('wingman')
  .description('Approval, execution and proof for AI agents that touch real infrastructure.')
  .option('--url <url>', 'the API; else WINGMAN_URL, else this clone’s')
  .option('--key <key>', 'the key; else WINGMAN_KEY, else the fitting one of this clone')
  .option('--json', 'data for programs')
  .version('0.1.0')
  .showHelpAfterError('see `wingman --help`')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  wingman up                                        everything, in the foreground
  wingman request --task "Restart" "docker restart web"
  wingman pending                                   what waits for you
  wingman approve 3f2a9c                            look at the card, then decide
  wingman ledger verify                             is the record what it was?

Exit codes: 0 ok, 1 failure, 2 usage, 3 rejected, 4 expired or timed out, 130 Ctrl-C`,
  );

addRequestCommands(program);
addOperationCommands(program);
addLocalCommands(program);

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return;
  }
  const { text, exitCode } = describeFailure(error);
  say(text);
  process.exitCode = exitCode;
});
