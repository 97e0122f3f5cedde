/** `wingman mcp`: the tools of an agent, for a model. */
import type { Command } from 'commander';
import { productVersion } from '../../../supervisor/package-root';
import { runMcp } from '../../mcp/run-mcp';
import { examples, wholeNumber, type Cli } from '../cli';
import { onInterrupt } from '../exit';
import { say } from '../output';
import { workerOption } from './request';

/** The protocol's packages are loaded here alone: every other command starts without them. */
export function addMcpCommand(program: Command, cli: Cli): void {
  program
    .command('mcp')
    .description('serve an agent’s tools over MCP, on stdin and stdout or on a port of this machine')
    .option('--http <port>', 'streamable HTTP on 127.0.0.1; the bearer is WINGMAN_MCP_TOKEN, else a new one, printed once', wholeNumber(0, 65_535))
    .addOption(workerOption())
    .addHelpText('after', examples('wingman mcp', 'WINGMAN_KEY=wm_a_… wingman mcp --worker deployer', 'wingman mcp --http 8765') + '\n\nAn agent’s key alone is taken. docs/agents.md shows how clients start it.')
    .action(async ({ http, worker }: { http?: number; worker: string }) => {
      const stop = await runMcp({ client: cli.client('agent'), worker, version: productVersion(), http: http ?? null, bearer: process.env['WINGMAN_MCP_TOKEN'], say });
      if (http === undefined) return;
      onInterrupt(stop);
      process.once('SIGTERM', stop);
    });
}
