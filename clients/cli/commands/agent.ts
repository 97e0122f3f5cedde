/** execute, check: what agents do around a request. */
import type { Command } from 'commander';
import type { CheckShape, ExecutionShape } from '../../sdk/shapes';
import { examples, type Cli } from '../cli';
import { EXIT, onInterrupt } from '../exit';
import { say, type Show } from '../output';
import { readText } from '../read-text';
import { findRequestId } from '../request-id';
import { endOf, exitCodeOfExecution } from '../show-request';
import { visibleText } from '../visible';

interface Executed {
  readonly approval_id: string;
  readonly execution_status: string | null;
  readonly executions: readonly ExecutionShape[];
}

export function addAgentCommands(program: Command, cli: Cli): void {
  program
    .command('execute')
    .description('run an approved plan, as its agent, and print what it printed')
    .argument('<id>', 'the request')
    .addHelpText('after', examples('wingman execute ad47d5b9-5c90-48be-ba6f-9aac174286f0') + '\n\nExit codes: 0 all steps succeeded, 1 one failed or was refused, 4 one ran out of time')
    .action(async (id: string) => {
      const client = cli.client('agent');
      const request_id = await findRequestId(client, id);
      onInterrupt(() => {
        say(`\nno longer waiting; what was started goes on: wingman show ${request_id}`);
        process.exit(EXIT.interrupted);
      });
      let done: Executed = await client.execute(request_id);
      if (done.execution_status === null || done.execution_status === 'RUNNING' || done.execution_status === 'PARTIAL') {
        const { execution_status, executions = [] } = await client.waitForExecution(request_id);
        done = { approval_id: request_id, execution_status, executions };
      }
      for (const run of done.executions) say(visibleText(`${endOf(run)}: ${run.command}`));
      cli.print(done, ({ executions }) => executions.flatMap(({ output }) => (output === null || output === '' ? [] : [output.trimEnd()])).join('\n'));
      process.exitCode = exitCodeOfExecution(done.execution_status);
    });

  program
    .command('check')
    .description('check an instruction against the gate, without asking for anything')
    .argument('<text>', 'the instruction; @FILE, or - for standard input')
    .addHelpText('after', examples('wingman check @instruction.md', 'cat instruction.md | wingman check -') + '\n\nExit codes: 0 approved, 3 not approved')
    .action(async (text: string) => {
      const report = await cli.client('agent').check(readText(text));
      cli.print(report, showReport);
      process.exitCode = report.approved ? EXIT.ok : EXIT.rejected;
    });
}

const showReport: Show<CheckShape> = ({ approved, score, validation, missing_sections, policy_checks }, style) =>
  [
    style.bold(`${approved ? 'approved' : 'not approved'}, score ${String(score)}`),
    ...missing_sections.map((section) => style.red(`${section}: ${validation[section] ?? 'missing'}`)),
    ...Object.entries(policy_checks).flatMap(([name, passed]) => (passed ? [] : [style.red(`${name}: failed${validation[name] === undefined ? '' : `, ${validation[name]}`}`)])),
  ].join('\n');
