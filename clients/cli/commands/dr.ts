/** dr: recovery runs, one gate for each stage. There is no command that approves more than one. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseDrPlanFile } from '../../../contracts/dr-plan-file';
import { isWingmanError } from '../../../domain/errors';
import { isUuid } from '../../../domain/ids';
import type { DrActShape, DrRunShape, DrRunSummary } from '../../sdk/dr-shapes';
import { confirm } from '../ask';
import { examples, type Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { table, type Show } from '../output';

const ID_HELP = 'the run; or the first 6 characters of its id';

export function addDrCommand(program: Command, cli: Cli): void {
  const dr = program
    .command('dr')
    .description('recovery runs: stop, remove, rebuild, each stage with a gate of its own')
    .addHelpText('after', examples('wingman dr plan --init web db > plan.yaml', 'wingman dr start plan.yaml --drill', 'wingman dr show 3f2a9c', 'wingman dr approve 3f2a9c      the stage that is waiting, and no other', 'wingman dr report 3f2a9c'));

  dr.command('plan')
    .description('check a plan file, or write one')
    .argument('[file or containers...]', 'a file to check; with --init the containers to stop, remove and rebuild (none: all that run)')
    .option('--init', 'write a plan of three stages from what runs now, to stdout or --out')
    .option('--env <environment>', 'with --init: where it runs', 'dev')
    .option('--out <file>', 'with --init: a file, which must not exist')
    .addHelpText('after', examples('wingman dr plan plan.yaml', 'wingman dr plan --init web db --env dev --out plan.yaml'))
    .action(async (words: readonly string[], { init, env, out }: { init?: true; env: string; out?: string }) => {
      if (init !== true) return cli.print(readPlan(requireOne(words)).plan, ({ name, stages }) => `${name}: ${stages.map((stage, at) => `${String(at + 1)} ${stage.name}`).join(', ')}`);
      const { plan: text } = await cli.client('reviewer').recoveryTemplate(env, words);
      if (out === undefined) process.stdout.write(text);
      else writeFileSync(out, text, { flag: 'wx' });
    });

  dr.command('start')
    .description('ask for a recovery run; people approve each of its stages')
    .argument('<file>', 'the plan')
    .requiredOption('--worker <id>', 'the agent in whose name it runs')
    .option('--env <environment>', 'the environment; else the first of the key')
    .option('--drill', 'every gate and every look, and nothing is executed')
    .addHelpText('after', examples('wingman dr start plan.yaml --worker agent-1 --env dev --drill'))
    .action(async (file: string, { worker, env, drill }: { worker: string; env?: string; drill?: true }) => {
      const { text } = readPlan(file);
      const run = await cli.client('agent').startRecovery({ worker_id: worker, plan: text, drill: drill === true, ...(env === undefined ? {} : { deployment_env: env }) });
      cli.print(run, ({ run_id, drill: isDrill }) => `${isDrill ? 'drill ' : ''}${run_id} is running; the first card comes in a moment: wingman dr show ${run_id.slice(0, 8)}`);
    });

  dr.command('list')
    .description('runs, newest first')
    .action(async () => cli.print((await cli.client('reviewer').recoveries()).runs, runTable));

  dr.command('show')
    .description('how it stands, what it waits for, what every act came to')
    .argument('<run>', ID_HELP)
    .action(async (id: string) => {
      const client = cli.client('reviewer');
      cli.print(await client.recovery(await findRun(cli, id)), showRun);
    });

  for (const decision of ['approve', 'reject'] as const) {
    dr.command(decision)
      .description(decision === 'approve' ? 'approve the stage that is waiting, and no other' : 'reject the stage that is waiting; the plan says what follows')
      .argument('<run>', ID_HELP)
      .option('--note <text>', 'why')
      .option('--yes', 'do not ask (for scripts)')
      .action(async (id: string, { note, yes }: { note?: string; yes?: true }) => {
        const client = cli.client('reviewer');
        const run = await client.recovery(await findRun(cli, id));
        if (run.waiting_for === null) throw new CliFailure(`nothing of this run waits for a decision: it is ${run.status}`);
        // The same command, the same card, the same questions: a stage is a request like any other.
        const { url, key, json } = program.opts<{ url?: string; key?: string; json?: true }>();
        const globals = [...(url === undefined ? [] : ['--url', url]), ...(key === undefined ? [] : ['--key', key]), ...(json === true ? ['--json'] : [])];
        await program.parseAsync([...globals, decision, run.waiting_for, ...(note === undefined ? [] : ['--note', note]), ...(yes === true ? ['--yes'] : [])], { from: 'user' });
      });
  }

  for (const [verb, says, question] of [
    ['pause', 'nothing new begins; the card that is out is taken back', null],
    ['resume', 'go on, with a new card', null],
    ['abort', 'end the run; of what was approved nothing more is begun', 'Abort it? It cannot be resumed.'],
  ] as const) {
    const command = dr.command(verb).description(says).argument('<run>', ID_HELP).option('--note <text>', 'why; it is kept');
    if (question !== null) command.option('--yes', 'do not ask (for scripts)');
    command.action(async (id: string, { note, yes }: { note?: string; yes?: true }) => {
      const client = cli.client('reviewer');
      const run_id = await findRun(cli, id);
      if (question !== null && yes !== true && !(await confirm(question))) throw new CliFailure('nothing was done');
      const run = await { pause: client.pauseRecovery, resume: client.resumeRecovery, abort: client.abortRecovery }[verb](run_id, note);
      cli.print(run, ({ status, state }) => `${status} ${run_id}\n${state}`);
    });
  }

  dr.command('report')
    .description('times, recovery time and point, who decided, digests of the evidence; as Markdown, or with --json as data')
    .argument('<run>', ID_HELP)
    .action(async (id: string) => {
      const client = cli.client('reviewer');
      const run_id = await findRun(cli, id);
      if (cli.isJson()) cli.print(await client.recoveryReport(run_id), () => '');
      else cli.print({ markdown: await client.recoveryMarkdown(run_id) }, ({ markdown }) => markdown.trimEnd());
    });
}

function readPlan(file: string): { readonly text: string; readonly plan: ReturnType<typeof parseDrPlanFile> } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliFailure(`${file} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`, EXIT.usage);
  }
  try {
    return { text, plan: parseDrPlanFile(text) };
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    throw new CliFailure(`${file}: ${error.message}`, EXIT.usage);
  }
}

function requireOne(words: readonly string[]): string {
  const [file, second] = words;
  if (file === undefined || second !== undefined) throw new CliFailure('name one plan file, or say --init with containers', EXIT.usage);
  return file;
}

async function findRun(cli: Cli, typed: string): Promise<string> {
  const text = typed.toLowerCase();
  if (isUuid(text)) return text;
  if (!/^[0-9a-f-]{6,36}$/.test(text)) throw new CliFailure(`${typed} is no run id: give it whole, or at least its first 6 characters`, EXIT.usage);
  const fitting = (await cli.client('reviewer').recoveries()).runs.filter(({ run_id }) => run_id.startsWith(text));
  const [only, second] = fitting;
  if (only === undefined || second !== undefined) throw new CliFailure(`${String(fitting.length)} runs begin with ${typed}: see \`wingman dr list\``, EXIT.usage);
  return only.run_id;
}

const runTable: Show<readonly DrRunSummary[]> = (runs, style) =>
  runs.length === 0
    ? 'there are no runs'
    : table(style, ['RUN', 'STATUS', 'DRILL', 'ENV', 'AGENT', 'PLAN', 'STARTED'], runs.map((run) => [run.run_id, run.status, run.drill, run.environment, run.worker_id, run.name, run.started_at]));

const showRun: Show<DrRunShape> = (run, style) => [
  style.bold(`${run.status}  ${run.drill ? 'DRILL: ' : ''}${run.name} in ${run.environment}`),
  `run         ${run.run_id}`,
  `agent       ${run.worker_id}`,
  `state       ${run.state}`,
  ...(run.reason === null ? [] : [`why         ${run.reason}`]),
  ...(run.waiting_for === null ? [] : [`waits for   ${run.waiting_for}`]),
  ...run.stages.flatMap(showAct),
  ...run.controls.map(({ action, reviewer, note, at }) => `${action.toLowerCase().padEnd(12)}by ${reviewer} ${at}${note === null ? '' : `: ${note}`}`),
].join('\n');

function showAct(act: DrActShape): readonly string[] {
  return [
    `${`act ${String(act.position)}`.padEnd(12)}${act.direction === 'undo' ? 'undo of ' : ''}stage ${String(act.stage)} ${act.name}: ${act.end ?? `open (${act.status ?? 'its card is being made'})`}${act.decided_by === null ? '' : `, ${(act.status ?? '').toLowerCase()} by ${act.decided_by}`}`,
    ...act.executions.map(({ command, status, exit_code }) => `            ${command}: ${status}${exit_code === null ? '' : `, exit ${String(exit_code)}`}`),
    ...(act.reason === null ? [] : [`            ${act.reason}`]),
  ];
}
