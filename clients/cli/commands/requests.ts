/** request, show, pending, approve, reject, cancel, execute, watch, check, claim. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { RequestShape } from '../../sdk/shapes';
import { askPerson, confirm } from '../ask';
import { CliFailure, EXIT } from '../exit';
import { print, say } from '../output';
import { connect, type GlobalOptions } from '../session';
import { requestTable, resolveId, showRequest } from '../show-request';

const readText = (value: string): string => (value === '-' ? readFileSync(0, 'utf8') : value.startsWith('@') ? readFileSync(value.slice(1), 'utf8') : value);

export function addRequestCommands(program: Command): void {
  const globals = (): GlobalOptions & { json: boolean } => ({ json: false, ...program.opts<GlobalOptions>() });

  program
    .command('request')
    .description('ask for permission, as an agent')
    .argument('<command...>', 'the plan: one quoted command an argument')
    .requiredOption('--task <name>', 'what it is for')
    .option('--worker <id>', 'the agent', 'agent-1')
    .option('--instruction <text>', 'the instruction; @FILE or - for standard input', 'No further instruction.')
    .option('--env <name>', 'the environment')
    .option('--execute', 'run the plan as soon as it is approved')
    .option('--ordered', 'each step needs the success of the one before it')
    .option('--wait', 'wait for the decision')
    .addHelpText('after', '\nExample:\n  wingman request --task "Restart the shop" --execute --wait "docker restart web"')
    .action(async (commands: readonly string[], options: { task: string; worker: string; instruction: string; env?: string; execute?: true; ordered?: true; wait?: true }) => {
      const client = connect(globals(), 'agent');
      const { request, deduped } = await client.request({
        worker_id: options.worker, task_name: options.task, instruction: readText(options.instruction), commands,
        ...(options.env === undefined ? {} : { deployment_env: options.env }),
        execute: options.execute === true, ordered: options.ordered === true,
      });
      if (deduped === true) say('the same request is waiting already; this is that one');
      if (options.wait !== true || request.status !== 'PENDING') {
        print(globals(), request, showRequest);
        return;
      }
      say(`waiting for a decision: wingman approve ${request.request_id}`);
      const decided = await client.waitForDecision(request.request_id);
      print(globals(), decided, showRequest);
      process.exitCode = codeOf(decided);
    });

  program.command('show').description('one request, with its card').argument('<id>').action(async (id: string) => {
    const client = connect(globals(), 'reviewer');
    print(globals(), await client.get(await resolveId(client, id)), showRequest);
  });
  program.command('pending').description('requests that wait for people').option('--limit <n>', 'at most so many', '100').action(async ({ limit }: { limit: string }) => {
    const { pending } = await connect(globals(), 'reviewer').pending(Number(limit));
    print(globals(), pending, requestTable);
  });
  program
    .command('approve')
    .description('approve the plan that is shown')
    .argument('<id>', 'the request, or the first 6 characters of its id')
    .option('--note <text>', 'why')
    .option('--yes', 'do not ask (for scripts)')
    .action(async (id: string, { note, yes }: { note?: string; yes?: true }) => {
      const client = connect(globals(), 'reviewer');
      const request = await client.get(await resolveId(client, id));
      if (yes !== true) await requireConsent(request);
      const decided = await client.approve(request.request_id, { ...(note === undefined ? {} : { note }), ...(request.plan_hash === null ? {} : { plan_hash: request.plan_hash }) });
      print(globals(), decided, ({ status, request_id, decided_by, quorum }) =>
        status === 'APPROVED' ? `APPROVED ${request_id} by ${decided_by ?? '-'}` : `${status} ${request_id}: your approval counts; ${String(quorum)} are needed`);
    });
  program.command('reject').description('reject a request; one rejection ends it').argument('<id>').option('--note <text>', 'why').action(async (id: string, { note }: { note?: string }) => {
    const client = connect(globals(), 'reviewer');
    const decided = await client.reject(await resolveId(client, id), note === undefined ? {} : { note });
    print(globals(), decided, ({ status, request_id }) => `${status} ${request_id}`);
  });
  program.command('cancel').description('withdraw a request, or revoke an approval').argument('<id>').action(async (id: string) => {
    const client = connect(globals(), 'operator');
    const row = await client.cancel(await resolveId(client, id));
    print(globals(), row, ({ status, request_id }) => `${status} ${request_id}${status === 'CANCELLED' ? '' : ', revoked'}`);
  });
  program.command('execute').description('run an approved plan, as its agent').argument('<id>').action(async (id: string) => {
    const done = await connect(globals(), 'agent').execute(id);
    print(globals(), done, ({ execution_status, executions }) => [execution_status ?? '-', ...executions.map((run) => run.output ?? '')].join('\n').trimEnd());
    process.exitCode = done.execution_status === 'SUCCEEDED' ? EXIT.ok : EXIT.failure;
  });
  program.command('watch').description('follow what happens, until Ctrl-C').action(async () => {
    const gone = new AbortController();
    process.once('SIGINT', () => {
      process.exitCode = EXIT.interrupted;
      gone.abort();
    });
    for await (const event of connect(globals(), 'reviewer').events(null, gone.signal)) {
      print(globals(), event, ({ at, kind, seq, ...rest }) => `${at}  ${String(seq).padStart(6)}  ${kind.padEnd(20)}  ${JSON.stringify(rest).slice(0, 160)}`);
    }
  });
  program.command('check').description('check an instruction against the gate').argument('<text>', 'the instruction; @FILE, or - for standard input').action(async (text: string) => {
    const report = await connect(globals(), 'agent').check(readText(text));
    print(globals(), report, ({ approved, score, missing_sections }) => `${approved === true ? 'approved' : 'not approved'}, score ${String(score)}${Array.isArray(missing_sections) && missing_sections.length > 0 ? `, missing: ${missing_sections.join(', ')}` : ''}`);
    process.exitCode = report['approved'] === true ? EXIT.ok : EXIT.rejected;
  });
  program.command('claim').description('log a claim, as an agent').argument('<text>').option('--worker <id>', 'the agent', 'agent-1').action(async (text: string, { worker }: { worker: string }) => {
    print(globals(), await connect(globals(), 'agent').logClaim(worker, text), ({ status }) => status);
  });
}

/** HIGH asks for more than a key press: some of the hash of what was shown. */
async function requireConsent(request: RequestShape): Promise<void> {
  say(showRequest(request));
  if (request.risk_level !== 'HIGH' || request.plan_hash === null) {
    if (await confirm('Approve exactly this?')) return;
  } else {
    const typed = await askPerson(`HIGH risk. Type the first 4 characters of the plan hash to approve: `);
    if (typed !== null && typed === request.plan_hash.slice(0, 4)) return;
  }
  throw new CliFailure(process.stdin.isTTY ? 'nothing was decided' : 'nothing was decided: there is no terminal to ask on; look with `wingman show`, then say --yes');
}

function codeOf({ status }: RequestShape): number {
  if (status === 'APPROVED' || status === 'AUTO_APPROVED') return EXIT.ok;
  return status === 'EXPIRED' ? EXIT.expired : EXIT.rejected;
}
