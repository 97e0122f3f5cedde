/** policy: who may do what, and who decides. */
import type { Command } from 'commander';
import { parsePolicyFile } from '../../../contracts/policy-file';
import type { ExplainedShape } from '../../sdk/shapes';
import { applyPolicy } from '../apply-policy';
import { examples, type Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { table, type Show } from '../output';
import { isPolicyText, judgeByPolicy, judgeByServer, parsePolicyCases, type CaseResult } from '../policy-cases';
import { readText, readTextFile } from '../read-text';
import { tryPolicy, type TryFlags } from './policy-try';
import { workerOption } from './request';

interface ExplainOptions {
  readonly task: string;
  readonly worker: string;
  readonly instruction: string;
  readonly env?: string;
  readonly ordered?: true;
}

export function addPolicyCommand(program: Command, cli: Cli): void {
  const policy = program.command('policy').description('who may do what, and who decides');
  policy
    .command('show')
    .description('the policy in force, as YAML')
    .action(async () => cli.print(await cli.client('operator').policy(), (row) => `# version ${String(row.version)}, applied by ${row.applied_by} at ${row.applied_at}\n${row.policy.trimEnd()}`));
  policy
    .command('apply')
    .description('sign a policy with the operator’s key, and put it in force for requests from now on')
    .argument('<file>', 'YAML')
    .addHelpText('after', examples('wingman policy test cases.yaml --policy policy/default.yaml && wingman policy apply policy/default.yaml'))
    .action(async (file: string) => {
      cli.print(await applyPolicy(cli.client('operator'), readTextFile(file)), ({ version, hash }) => `version ${String(version)} applies from now on (${hash})`);
    });
  policy
    .command('explain')
    .description('what a request would get, and why, without making it')
    .argument('[command...]', 'the plan: one quoted command an argument')
    .option('--task <name>', 'its task', 'explain')
    .addOption(workerOption())
    .option('--instruction <text>', 'its instruction; @FILE, or - for standard input', 'No further instruction.')
    .option('--env <name>', 'the environment; else the first one of the policy')
    .option('--ordered', 'each step needs the success of the one before it')
    .addHelpText('after', examples('wingman policy explain "docker rm -f web"', 'wingman policy explain --env prd --task "Deploy" "docker restart web"'))
    .action(async (commands: readonly string[], { task, worker, instruction, env, ordered }: ExplainOptions) => {
      const explained = await cli.client('operator').explain({
        worker_id: worker,
        task_name: task,
        instruction: readText(instruction),
        ...(commands.length === 0 ? {} : { commands }),
        ...(env === undefined ? {} : { deployment_env: env }),
        ...(ordered === undefined ? {} : { ordered }),
      });
      cli.print(explained, showExplained);
    });
  policy
    .command('try')
    .description('what lines of a history, a script or a transcript would come to under a policy: here, without a server')
    .argument('<file>', 'shell lines, or a transcript of a coding agent (JSON, one object a line); - for standard input')
    .option('--policy <file>', 'the policy; else the one that is installed')
    .option('--env <name>', 'the environment; else the first one of the policy')
    .option('--dir <path>', 'where the lines are typed; else here')
    .option('--suggest', 'the registry that would make what is asked easy')
    .addHelpText('after', examples('wingman policy try ~/.bash_history', 'wingman policy try deploy.sh --env prd', 'wingman policy try transcript.jsonl --suggest'))
    .action((file: string, options: TryFlags) => tryPolicy(cli, file, options));
  policy
    .command('test')
    .description('do cases get what they should? By a policy file, here and without a server, or by the policy in force')
    .argument('<cases>', 'YAML: a list of requests and what each should get (docs/cli.md)')
    .option('--policy <file>', 'the policy to judge by; else the server judges, by the one in force')
    .addHelpText('after', examples('wingman policy test cases.yaml --policy policy/default.yaml', 'wingman policy test cases.yaml') + '\n\nExit codes: 0 all as expected, 1 one differs')
    .action(async (file: string, options: { policy?: string }) => {
      const text = readTextFile(file);
      if (isPolicyText(text)) {
        const { name } = parsePolicyFile(text);
        throw new CliFailure(`${file} is the policy ${name}, and in good form; to see what it does, write cases: wingman policy test CASES --policy ${file}`, EXIT.usage);
      }
      const cases = parsePolicyCases(text, file);
      const results = options.policy === undefined ? await judgeByServer(cases, cli.client('operator')) : judgeByPolicy(cases, parsePolicyFile(readTextFile(options.policy)), Date.now());
      cli.print(results, showResults);
      process.exitCode = results.every(({ ok }) => ok) ? EXIT.ok : EXIT.failure;
    });
}

/** The explanation begins with the outcome; reasons are those of the commands' form, which no policy was asked about. */
const showExplained: Show<ExplainedShape> = ({ status, explanation, reasons, card }, style) =>
  [
    style.bold(status),
    ...(reasons.length > 0 ? reasons.map(({ code, message }) => style.red(`${code}: ${message}`)) : explanation),
    ...card.steps.map(({ number, says, reversibility }) => `step ${String(number)}: ${says} [${reversibility}]`),
  ].join('\n');

const showResults: Show<readonly CaseResult[]> = (results, style) => {
  const failed = results.filter(({ ok }) => !ok).length;
  return [
    table(style, ['CASE', 'OK', 'STATUS', 'RISK', 'QUORUM', 'DIFFERS'], results.map(({ name, ok, got, differs }) => [name, ok, got.status, got.risk, String(got.quorum), differs.join('; ')])),
    failed === 0 ? `${String(results.length)} cases, all as expected` : style.red(`${String(failed)} of ${String(results.length)} cases differ`),
  ].join('\n');
};
