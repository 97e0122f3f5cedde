/** `wingman mcp`: the tools of an agent, for a model. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { productVersion } from '../../../supervisor/package-root';
import { createAdmission } from '../../mcp/admission';
import type { McpOptions } from '../../mcp/create-mcp-server';
import { WingmanUnreachable } from '../../sdk/errors';
import { examples, wholeNumber, type Cli } from '../cli';
import { CliFailure, onInterrupt } from '../exit';
import { say } from '../output';
import { workerOption } from './request';

const BEARER_BYTES = 32;

/** The protocol's packages are loaded here alone: every other command starts without them. */
export function addMcpCommand(program: Command, cli: Cli): void {
  program
    .command('mcp')
    .description('serve an agent’s tools over MCP, on stdin and stdout or on a port of this machine')
    .option('--http <port>', 'streamable HTTP on 127.0.0.1; the bearer is WINGMAN_MCP_TOKEN, else a new one, printed once', wholeNumber(0, 65_535))
    .addOption(workerOption())
    .addHelpText('after', examples('wingman mcp', 'WINGMAN_KEY=wm_a_… wingman mcp --worker deployer', 'wingman mcp --http 8765') + '\n\nAn agent’s key alone is taken. docs/agents.md shows how clients start it.')
    .action(async ({ http, worker }: { http?: number; worker: string }) => {
      const client = cli.client('agent');
      const options: McpOptions = { client, workerId: worker, version: productVersion(), admit: createAdmission(client) };
      await options.admit().catch((error: unknown) => {
        if (!(error instanceof WingmanUnreachable)) throw error;
        // Clients start their servers once, in any order; every call asks again.
        say(`${error.message} Its tools refuse until it does.`);
      });
      if (http === undefined) {
        const { serveMcpStdio } = await import('../../mcp/serve-mcp-stdio.js');
        serveMcpStdio(options);
        return;
      }
      const chosen = process.env['WINGMAN_MCP_TOKEN'];
      if (chosen !== undefined && chosen.length < BEARER_BYTES) throw new CliFailure(`WINGMAN_MCP_TOKEN needs at least ${String(BEARER_BYTES)} characters`);
      const bearer = chosen ?? randomBytes(BEARER_BYTES).toString('base64url');
      const { serveMcpHttp } = await import('../../mcp/serve-mcp-http.js');
      const running = await serveMcpHttp(options, http, bearer);
      say(`MCP at ${running.url} for ${worker}`);
      if (chosen === undefined) say(`bearer: ${bearer}`);
      const stop = (): void => void running.close();
      onInterrupt(stop);
      process.once('SIGTERM', stop);
    });
}
