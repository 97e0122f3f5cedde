/** keys, reviewers, policy, lock, unlock, locks, quarantine, release, executions. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { assessRequest } from '../../../domain/assessment';
import { toEnvironment, toTenantId, toWorkerId } from '../../../domain/ids';
import { sha256Hex } from '../../../security/digest';
import { EXIT } from '../exit';
import { print, say, table } from '../output';
import { connect, type GlobalOptions } from '../session';

type Row = Readonly<Record<string, unknown>>;
const rowsOf = (columns: readonly string[]) => (rows: readonly Row[]): string => table(columns.map((name) => name.toUpperCase()), rows.map((row) => columns.map((name) => row[name])));
const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

export function addOperationCommands(program: Command): void {
  const globals = (): GlobalOptions & { json: boolean } => ({ json: false, ...program.opts<GlobalOptions>() });
  const operator = () => connect(globals(), 'operator');

  const keys = program.command('keys').description('keys of agents, reviewers, operators');
  keys.command('list').action(async () => print(globals(), (await operator().keys()).keys, rowsOf(['key_id', 'kind', 'subject', 'worker_ids', 'environments', 'revoked_at'])));
  keys
    .command('issue')
    .description('make a key; it is shown this once')
    .argument('<kind>', 'agent, reviewer, operator or delegate')
    .option('--subject <name>', 'whose it is (not for agents)')
    .option('--workers <ids>', 'worker ids, with commas', list)
    .option('--prefixes <texts>', 'beginnings of worker ids, with commas', list)
    .option('--envs <names>', 'environments, with commas', list)
    .option('--owner <reviewer>', 'who answers for the agent')
    .action(async (kind: string, { subject, workers, prefixes, envs, owner }: Partial<Record<'subject' | 'owner', string>> & Partial<Record<'workers' | 'prefixes' | 'envs', readonly string[]>>) => {
      const body = Object.fromEntries(Object.entries({ kind, subject, worker_ids: workers, worker_prefixes: prefixes, environments: envs, owner }).filter(([, value]) => value !== undefined));
      print(globals(), await operator().createKey(body), ({ key }) => key);
      say('keep it now: it is stored nowhere');
    });
  keys.command('revoke').argument('<key_id>').action(async (id: string) => print(globals(), await operator().revokeKey(id), ({ key_id }) => `revoked ${key_id}`));

  const reviewers = program.command('reviewers').description('people who may read or decide');
  reviewers.command('list').action(async () => print(globals(), (await operator().reviewers()).reviewers, rowsOf(['reviewer', 'may_decide', 'disabled', 'telegram_user'])));
  reviewers.command('add').argument('<name>').option('--read-only', 'may look, not decide').action(async (name: string, { readOnly }: { readOnly?: true }) => {
    print(globals(), await operator().addReviewer(name, readOnly !== true), ({ reviewer }) => `added ${reviewer}; now: wingman keys issue reviewer --subject ${reviewer}`);
  });
  reviewers.command('disable').argument('<name>').action(async (name: string) => print(globals(), await operator().disableReviewer(name), ({ reviewer }) => `disabled ${reviewer}`));
  reviewers.command('link').description('a one-time code for the Telegram bot').argument('<name>').action(async (name: string) => {
    print(globals(), await operator().linkCode(name), ({ code, expires_in_seconds }) => `send this to the bot within ${String(expires_in_seconds / 60)} minutes: /link ${code}`);
  });

  const policy = program.command('policy').description('who may do what, and who decides');
  policy.command('show').action(async () => print(globals(), await operator().policy(), (row) => row.policy));
  policy.command('apply').argument('<file>').action(async (file: string) => print(globals(), await operator().applyPolicy(readFileSync(file, 'utf8')), ({ version, hash }) => `version ${String(version)} applies from now on (${hash})`));
  policy
    .command('explain')
    .description('what a request would get, and why, without making it')
    .argument('[command...]', 'the plan')
    .option('--task <name>', 'its task', 'explain')
    .option('--worker <id>', 'the agent', 'agent-1')
    .option('--instruction <text>', 'its instruction', 'No further instruction.')
    .option('--env <name>', 'the environment')
    .action(async (commands: readonly string[], { task, worker, instruction, env }: Record<'task' | 'worker' | 'instruction', string> & { env?: string }) => {
      const explained = await operator().explain({ worker_id: worker, task_name: task, instruction, ...(commands.length === 0 ? {} : { commands }), ...(env === undefined ? {} : { deployment_env: env }) });
      print(globals(), explained, ({ status, explanation, reasons }) => [status, ...explanation, ...reasons.map(({ code, message }) => `${code}: ${message}`)].join('\n'));
    });
  policy
    .command('test')
    .description('judge cases by a policy file, here and without a server')
    .argument('<cases>', 'YAML: a list of { name, env, worker, task, instruction, commands, expect: { status, risk } }')
    .requiredOption('--policy <file>', 'the policy')
    .action((file: string, options: { policy: string }) => testPolicy(file, options.policy, globals()));

  program.command('lock').description('stop all execution at once').argument('<environment>', 'its name, or "*" for all').requiredOption('--reason <text>').action(async (environment: string, { reason }: { reason: string }) => print(globals(), await operator().lock(environment, reason), () => `locked ${environment}`));
  program.command('unlock').description('let execution go on').argument('<environment>').action(async (environment: string) => print(globals(), await operator().unlock(environment), () => `unlocked ${environment}`));
  program.command('locks').description('locks in force').action(async () => print(globals(), (await operator().locks()).locks, rowsOf(['environment', 'reason', 'locked_by', 'locked_at'])));
  program.command('quarantine').description('refuse everything of one agent').argument('<worker_id>').requiredOption('--reason <text>').action(async (id: string, { reason }: { reason: string }) => print(globals(), await operator().quarantine(id, reason), () => `quarantined ${id}`));
  program.command('release').description('let a quarantined agent go on').argument('<worker_id>').requiredOption('--reason <text>').action(async (id: string, { reason }: { reason: string }) => print(globals(), await operator().release(id, reason), () => `released ${id}`));

  const executions = program.command('executions').description('what was run');
  executions.command('list').option('--status <status>').action(async ({ status }: { status?: string }) => print(globals(), (await operator().executions(status === undefined ? {} : { status })).executions as unknown as readonly Row[], rowsOf(['execution_id', 'status', 'exit_code', 'environment', 'worker_id', 'command', 'started_at'])));
  executions.command('show').argument('<id>').action(async (id: string) => print(globals(), await operator().execution(id), (row) => JSON.stringify(row, null, 2)));
  executions
    .command('resolve')
    .description('say what an UNKNOWN execution really did')
    .argument('<id>')
    .requiredOption('--outcome <word>', 'HAPPENED, DID_NOT_HAPPEN or PARTLY')
    .requiredOption('--note <text>', 'how you know')
    .action(async (id: string, body: { outcome: string; note: string }) => print(globals(), await operator().resolveExecution(id, body), () => `resolved ${id}: ${body.outcome}`));
}

interface PolicyCase {
  readonly name: string;
  readonly env: string;
  readonly worker?: string;
  readonly task?: string;
  readonly instruction?: string;
  readonly commands?: readonly string[];
  readonly expect: { readonly status: string; readonly risk?: string };
}

function testPolicy(casesFile: string, policyFile: string, options: GlobalOptions & { json: boolean }): void {
  const policy = parsePolicyFile(readFileSync(policyFile, 'utf8'));
  const cases = parse(readFileSync(casesFile, 'utf8')) as readonly PolicyCase[];
  const results = cases.map((one) => {
    const { status, risk_level } = assessRequest({
      tenant: toTenantId('default'), environment: toEnvironment(one.env), worker_id: toWorkerId(one.worker ?? 'agent-1'), task_name: one.task ?? one.name,
      instruction: one.instruction ?? '', commands: one.commands ?? null, ordered: false, policy, inventory: null, now: Date.now(), sha256: sha256Hex,
    });
    const ok = status === one.expect.status && (one.expect.risk === undefined || one.expect.risk === risk_level);
    return { name: one.name, ok, status, risk: risk_level, expected: one.expect };
  });
  print(options, results, (rows) => table(['CASE', 'OK', 'STATUS', 'RISK', 'EXPECTED'], rows.map((row) => [row.name, row.ok, row.status, row.risk, row.ok ? '' : row.expected])));
  process.exitCode = results.length > 0 && results.every(({ ok }) => ok) ? EXIT.ok : EXIT.failure;
}
