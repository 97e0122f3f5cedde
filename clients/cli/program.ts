/** The `wingman` command with all that it can do. */
import { Command } from 'commander';
import { productVersion } from '../../supervisor/package-root';
import { createCli } from './cli';
import { addAgentCommands } from './commands/agent';
import { addClaimCommands } from './commands/claims';
import { addComposeCommand } from './commands/compose';
import { addCompletionCommands } from './commands/completion';
import { addDecideCommands } from './commands/decide';
import { addDrCommand } from './commands/dr';
import { addExecutionsCommand } from './commands/executions';
import { addIncidentsCommand } from './commands/incidents';
import { addTruthCommand } from './commands/truth';
import { addHookCommand } from './commands/hook';
import { addInitCommand } from './commands/init';
import { addInboxCommands } from './commands/inbox';
import { addKeysCommand } from './commands/keys';
import { addLedgerCommand } from './commands/ledger';
import { addLockCommands } from './commands/locks';
import { addMachineCommands } from './commands/machine';
import { addMcpCommand } from './commands/mcp';
import { addPolicyCommand } from './commands/policy';
import { addRequestCommand } from './commands/request';
import { addReviewersCommand } from './commands/reviewers';
import { addShimCommand } from './commands/shim';
import { addWaitCommand } from './commands/wait';
import { addWebhooksCommand } from './commands/webhooks';

const HELP = `
Examples:
  wingman up                                        everything, in the foreground
  wingman request --task "Restart" "docker restart web"
  wingman pending                                   what waits for you
  wingman approve 3f2a9c                            look at the card, then decide
  wingman ledger verify                             is the record what it was?

\`wingman <command> --help\` has more examples; docs/cli.md has all of it.
Exit codes: 0 ok, 1 failure, 2 usage, 3 rejected, 4 expired or timed out, 130 Ctrl-C`;

export function createProgram(): Command {
  const program = new Command('wingman')
    .description('Approval, execution and proof for AI agents that touch real infrastructure.')
    .option('--url <url>', 'the API; else WINGMAN_URL, else this clone’s')
    .option('--key <key>', 'the key; else WINGMAN_KEY, else the fitting one of this clone')
    .option('--json', 'data for programs')
    .version(productVersion())
    .showHelpAfterError('(--help after the command says how it is used)')
    .exitOverride()
    .addHelpText('after', HELP);
  const cli = createCli(program);
  program.commandsGroup('Agents:');
  addRequestCommand(program, cli);
  addAgentCommands(program, cli);
  addWaitCommand(program, cli);
  addClaimCommands(program, cli);
  addMcpCommand(program, cli);
  program.commandsGroup('Reviewers:');
  addInboxCommands(program, cli);
  addDecideCommands(program, cli);
  addDrCommand(program, cli);
  program.commandsGroup('Operators:');
  addInitCommand(program, cli);
  addKeysCommand(program, cli);
  addReviewersCommand(program, cli);
  addPolicyCommand(program, cli);
  addComposeCommand(program, cli);
  addLockCommands(program, cli);
  addIncidentsCommand(program, cli);
  addTruthCommand(program, cli);
  addExecutionsCommand(program, cli);
  addWebhooksCommand(program, cli);
  addLedgerCommand(program, cli);
  program.commandsGroup('This machine:');
  addMachineCommands(program, cli);
  addShimCommand(program, cli);
  addHookCommand(program, cli);
  addCompletionCommands(program, cli);
  return program;
}
