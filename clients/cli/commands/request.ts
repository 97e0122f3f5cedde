/** `wingman request`: asks, and waits for the end if it is told to. */
import { Option, type Command } from 'commander';
import type { WingmanClient } from '../../sdk/client';
import type { NewRequest, RequestShape } from '../../sdk/shapes';
import { examples, wholeNumber, type Cli } from '../cli';
import { CliFailure, EXIT, onInterrupt } from '../exit';
import { say } from '../output';
import { readText } from '../read-text';
import { exitCodeOfExecution, exitCodeOfRequest, showRequest } from '../show-request';

interface RequestOptions {
  readonly task: string;
  readonly worker: string;
  readonly instruction: string;
  readonly env?: string;
  readonly execute?: true;
  readonly ordered?: true;
  readonly wait?: true;
  readonly timeout?: number;
}

const LONGEST_WAIT_SECONDS = 999_999;

export const workerOption = (): Option => new Option('--worker <id>', 'the agent').env('WINGMAN_WORKER').default('agent-1');

export function addRequestCommand(program: Command, cli: Cli): void {
  program
    .command('request')
    .description('ask for permission, as an agent')
    .argument('[command...]', 'the plan: one quoted command an argument; none asks for a permission that executes nothing')
    .requiredOption('--task <name>', 'what it is for, in a few words')
    .addOption(workerOption())
    .option('--instruction <text>', 'the whole instruction; @FILE, or - for standard input', 'No further instruction.')
    .option('--env <name>', 'the environment; else the first one of the key')
    .option('--execute', 'run the plan as soon as it is approved, and print what it printed')
    .option('--ordered', 'each step needs the success of the one before it')
    .option('--wait', 'wait for the decision (and, with --execute, for the end)')
    .option('--timeout <seconds>', 'wait no longer than this; the request stays, the exit code is 4', wholeNumber(1, LONGEST_WAIT_SECONDS))
    .addHelpText(
      'after',
      examples(
        'wingman request --task "Look around" "docker ps -a"',
        'wingman request --task "Restart the shop" --execute --wait "docker restart web"',
        'wingman request --task "Roll out" --ordered --instruction @rollout.md "docker pull nginx:1.27" "docker restart web"',
      ) + '\n\nExit codes: 0 approved (and, with --execute, all steps succeeded) or still waiting without --wait,\n  1 a step failed, 3 rejected or cancelled, 4 expired, or --timeout was over',
    )
    .action(async (commands: readonly string[], options: RequestOptions) => {
      const client = cli.client('agent');
      const { request, deduped } = await client.request(toBody(commands, options));
      if (deduped === true) say('the same request is waiting already; this is that one');
      const end = await waitAsTold(client, request, options);
      cli.print(end, showRequest);
      if (end.status === 'PENDING') say(`it waits for a person: wingman approve ${end.request_id}`);
      process.exitCode = options.execute === true && exitCodeOfRequest(end) === EXIT.ok && end.status !== 'PENDING' ? exitCodeOfExecution(end.execution_status) : exitCodeOfRequest(end);
    });
}

function toBody(commands: readonly string[], { task, worker, instruction, env, execute, ordered }: RequestOptions): NewRequest {
  if (execute === true && commands.length === 0) throw new CliFailure('--execute needs a plan: give the commands, each quoted as one argument', EXIT.usage);
  return {
    worker_id: worker,
    task_name: task,
    instruction: readText(instruction),
    ...(commands.length === 0 ? {} : { commands }),
    ...(env === undefined ? {} : { deployment_env: env }),
    execute: execute === true,
    ordered: ordered === true,
  };
}

async function waitAsTold(client: WingmanClient, request: RequestShape, { wait, execute, timeout }: RequestOptions): Promise<RequestShape> {
  const { request_id } = request;
  if (request.status === 'PENDING' && wait !== true) return request;
  // Execution is waited for also without --wait: nobody has to be asked any more.
  if (request.status !== 'PENDING' && execute !== true) return request;
  onInterrupt(() => {
    say(`\nno longer waiting; the request stays: wingman show ${request_id}`);
    process.exit(EXIT.interrupted);
  });
  if (request.status === 'PENDING') say(`waiting for a decision: wingman approve ${request_id}`);
  const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1_000);
  try {
    const decided = request.status === 'PENDING' ? await client.waitForDecision(request_id, limit) : request;
    return execute === true && exitCodeOfRequest(decided) === EXIT.ok ? await client.waitForExecution(request_id, limit) : decided;
  } catch (error) {
    if (limit?.aborted !== true) throw error;
    throw new CliFailure(`not over after ${String(timeout)} s; the request stays: wingman show ${request_id}`, EXIT.expired);
  }
}
