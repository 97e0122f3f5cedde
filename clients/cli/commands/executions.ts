/** executions: what the gateway ran. */
import { Option, type Command } from 'commander';
import type { ExecutionShape } from '../../sdk/shapes';
import { examples, wholeNumber, type Cli } from '../cli';
import { table, type Show } from '../output';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'UNKNOWN'];
const OUTCOMES = ['HAPPENED', 'DID_NOT_HAPPEN', 'PARTLY'];

export function addExecutionsCommand(program: Command, cli: Cli): void {
  const executions = program.command('executions').description('what was run');
  executions
    .command('list')
    .description('newest first')
    .addOption(new Option('--status <status>', 'these alone').choices(STATUSES))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 50)
    .addHelpText('after', examples('wingman executions list --status UNKNOWN'))
    .action(async (query: { status?: string; limit: number }) =>
      cli.print((await cli.client('operator').executions(query)).executions, (rows, style) =>
        rows.length === 0
          ? 'nothing was run'
          : table(style, ['EXECUTION', 'STATUS', 'EXIT', 'ENV', 'AGENT', 'COMMAND', 'STARTED'], rows.map((row) => [row.execution_id, statusOf(row), row.exit_code, row.environment, row.worker_id, row.command, row.started_at])),
      ),
    );
  executions
    .command('show')
    .description('one execution, with its output and the gateway’s signed receipt')
    .argument('<id>')
    .action(async (id: string) => cli.print(await cli.client('operator').execution(id), showExecution));
  executions
    .command('resolve')
    .description('say what an UNKNOWN execution really did, once you have looked')
    .argument('<id>')
    .addOption(new Option('--outcome <word>', 'what it did').choices(OUTCOMES).makeOptionMandatory())
    .requiredOption('--note <text>', 'how you know')
    .addHelpText('after', examples('wingman executions resolve 9b494c1a-23b7-4df8-9816-febde30b051e --outcome HAPPENED --note "docker inspect: restarted 15:02"'))
    .action(async (id: string, body: { outcome: string; note: string }) => cli.print(await cli.client('operator').resolveExecution(id, body), (row) => `resolved ${row.execution_id}: ${row.resolution?.outcome ?? '-'}`));
}

/** A person has looked: what they found is part of how it stands. */
const statusOf = ({ status, resolution }: ExecutionShape): string => (resolution === null ? status : `${status}, ${resolution.outcome}`);

const showExecution: Show<ExecutionShape> = (row, style) =>
  [
    style.bold(`${statusOf(row)}  ${row.command}`),
    `execution   ${row.execution_id}`,
    `request     ${row.approval_id}, step ${String(row.step + 1)}`,
    `agent       ${row.worker_id} in ${row.environment}`,
    `started     ${row.started_at}`,
    `finished    ${row.finished_at ?? '-'}${row.duration_ms === null ? '' : `, ${String(row.duration_ms)} ms`}`,
    `exit code   ${row.exit_code === null ? '-' : String(row.exit_code)}${row.error_code === null ? '' : `, ${row.error_code}`}`,
    ...(row.resolution === null ? [] : [`resolved    ${row.resolution.outcome} by ${row.resolution.by}: ${row.resolution.note}`]),
    `receipt     ${row.receipt ?? '-'}`,
    ...(row.output === null || row.output === '' ? [] : row.output.trimEnd().split('\n').map((line) => `| ${line}`)),
    ...(row.status === 'UNKNOWN' && row.resolution === null ? [style.red(`look at the engine, then: wingman executions resolve ${row.execution_id} --outcome HAPPENED --note "…"`)] : []),
  ].join('\n');
