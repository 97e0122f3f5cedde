/** `wingman wait`: goes on where an agent's shell, the shim or the hook stopped waiting. */
import type { Command } from 'commander';
import { examples, wholeNumber, type Cli } from '../cli';
import { CliFailure, EXIT, onInterrupt } from '../exit';
import { say } from '../output';
import { findRequestId } from '../request-id';
import { dockerOutcome } from '../shim/docker-outcome';
import { followRequest } from '../shim/follow-request';
import { exitCodeOfExecution, exitCodeOfRequest } from '../show-request';

export function addWaitCommand(program: Command, cli: Cli): void {
  program
    .command('wait')
    .description('wait for the end of a request that was asked before, and print what it printed')
    .argument('<id>', 'the request')
    .option('--timeout <seconds>', 'wait no longer than this; the request stays, the exit code is 4', wholeNumber(1, 999_999))
    .addHelpText('after', examples('wingman wait ad47d5b9-5c90-48be-ba6f-9aac174286f0', 'wingman wait ad47d5b9 --timeout 100') + '\n\nExit codes: 0 approved, and all that ran succeeded; 1 a step failed; 3 rejected or cancelled; 4 expired, or --timeout was over')
    .action(async (id: string, { timeout }: { timeout?: number }) => {
      const client = cli.client('agent');
      const request_id = await findRequestId(client, id);
      onInterrupt(() => {
        say(`\nno longer waiting; the request stays: wingman wait ${request_id}`);
        process.exit(EXIT.interrupted);
      });
      const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1_000);
      try {
        const end = await followRequest(client, await client.get(request_id), ({ status }) => say(status === 'PENDING' ? 'waiting for a person to decide' : status), limit);
        if (exitCodeOfRequest(end) !== EXIT.ok) say(dockerOutcome(end).message ?? end.status);
        cli.print(end, ({ executions = [] }) => executions.flatMap(({ output }) => (output === null || output === '' ? [] : [output.trimEnd()])).join('\n'));
        process.exitCode = exitCodeOfRequest(end) !== EXIT.ok || !end.execute ? exitCodeOfRequest(end) : exitCodeOfExecution(end.execution_status);
      } catch (error) {
        if (limit?.aborted !== true) throw error;
        throw new CliFailure(`not over after ${String(timeout)} s; the request stays: wingman wait ${request_id}`, EXIT.expired);
      }
    });
}
