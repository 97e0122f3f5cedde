/** `wingman init`: a first policy, a reviewer and an agent's key, by questions; all of it by calls that have commands of their own. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { ID_SHAPES, toWorkerId } from '../../../domain/ids';
import { VERBS } from '../../../domain/command/verbs';
import type { WingmanClient } from '../../sdk/client';
import { WingmanApiError } from '../../sdk/errors';
import type { KeyShape, ReviewerShape } from '../../sdk/shapes';
import { applyPolicy } from '../apply-policy';
import { canAsk, confirm } from '../ask';
import { commaList, examples, type Cli } from '../cli';
import { CliFailure, EXIT, onInterrupt } from '../exit';
import { draftPolicy, type PolicyDraft } from '../init/draft-policy';
import { askQuestions, parsePersonFor, parseQuorum, withoutQuestions, type InitAnswers, type InitOptions, type Known } from '../init/questions';
import { say } from '../output';
import { readTextFile } from '../read-text';
import { replaceFile } from '../replace-file';
import { visibleText } from '../visible';

interface Flags extends InitOptions {
  readonly overwrite?: true;
  readonly dryRun?: true;
  readonly yes?: true;
}

export function addInitCommand(program: Command, cli: Cli): void {
  program
    .command('init')
    .description('a first policy, a reviewer and an agent’s key, by questions; again at any time')
    .option('--environment <names>', 'the environments it is about, with commas', commaList)
    .option('--containers <names>', 'what agents may touch there; what else runs now is protected', commaList)
    .option('--person-for <what>', 'a person decides on `changes`, on `everything`, or also on these verbs, with commas', parsePersonFor)
    .option('--quorum <numbers>', 'people who must approve: one number, or LOW,MEDIUM,HIGH', parseQuorum)
    .option('--reviewer <name>', 'a person to add')
    .option('--telegram', 'also a one-time code that links the reviewer’s Telegram account')
    .option('--agent <id>', 'an agent to make a key for')
    .option('--policy-file <file>', 'where the policy is written; else wingman-policy.yaml')
    .option('--overwrite', 'replace that file if it is there and differs')
    .option('--dry-run', 'show everything, change nothing')
    .option('--yes', 'ask nothing: what no option says stays as it is')
    .addHelpText('after', examples('wingman init', 'wingman init --environment dev --containers web --reviewer alice --agent deployer --yes', 'wingman init --environment dev --containers web --dry-run'))
    .action((flags: Flags) => run(cli, flags));
}

async function run(cli: Cli, flags: Flags): Promise<void> {
  const asks = canAsk() && !cli.isJson() && flags.yes !== true && flags.dryRun !== true;
  if (!asks && flags.yes !== true && flags.dryRun !== true) throw new CliFailure('nothing was changed: there is no terminal to ask on; give the answers as options, and --yes or --dry-run', EXIT.usage);
  const client = cli.client('operator');
  // An operator's key is needed for each of these: without it the command ends before its first question.
  const [{ keys }, { reviewers }, inForce] = await Promise.all([client.keys(), client.reviewers(), client.policy()]);
  const { environments } = parsePolicyFile(inForce.policy);
  const known: Known = {
    environments: Object.keys(environments),
    running: (names) => runningIn(client, names.filter((name) => Object.hasOwn(environments, name))),
    governed: (name) => (Object.hasOwn(environments, name) ? (environments[name]?.governed.containers ?? []) : []),
  };
  const answers = asks ? await askQuestions(flags, known) : withoutQuestions(flags, known);
  check(answers, reviewers);
  const draft = draftPolicy(inForce.policy, answers, answers.containers === null ? [] : await known.running(answers.environments));
  const todo = plan(answers, draft, keys, reviewers);
  say(visibleText(summary(todo, draft, answers)));
  if (flags.dryRun === true) {
    cli.print({ ...todo, policy: draft.text, done: [] }, () => (draft.changes.length === 0 ? '' : draft.text.trimEnd()));
    return say('nothing was changed (--dry-run)');
  }
  if (draft.changes.length > 0 && asks) say(visibleText(`\n${draft.text}`));
  await mayWrite(todo, flags, asks);
  if (asks && todo.steps.length > 0 && !(await confirm('Do this?'))) throw new CliFailure('nothing was changed');
  const result = await act(client, todo, draft, answers);
  cli.print({ ...todo, ...result }, () =>
    [...result.done, ...(result.agent_key === null ? [] : [`export WINGMAN_URL=${client.url} WINGMAN_WORKER=${String(answers.agent)} WINGMAN_KEY=${result.agent_key}`])].join('\n'),
  );
  for (const line of nextSteps(client.url, answers, todo)) say(line);
}

/** Those of a first recovery plan are those that run: it is how the API tells names without an engine's socket. */
async function runningIn(client: WingmanClient, environments: readonly string[]): Promise<readonly string[]> {
  const names = await Promise.all(
    environments.map(async (environment) => {
      try {
        const { plan: text } = await client.recoveryTemplate(environment, []);
        const { stages } = parse(text) as { stages: readonly { commands: readonly string[] }[] };
        return stages[0]?.commands[0]?.split(' ').slice(2) ?? [];
      } catch (error) {
        // No engine, nothing running, or more than fit into a plan.
        if (!(error instanceof WingmanApiError) || !['ENGINE_UNAVAILABLE', 'NOT_FOUND', 'INVALID_FIELD'].includes(error.code)) throw error;
        if (error.code !== 'NOT_FOUND') say(`${environment}: the containers that run cannot be listed (${error.message}); what is not chosen is not protected`);
        return [];
      }
    }),
  );
  return [...new Set(names.flat())];
}

/** What the server would refuse in the middle is refused here, at the start. */
function check({ environments, personFor, reviewer, telegram, agent }: InitAnswers, reviewers: readonly ReviewerShape[]): void {
  if (environments.length === 0) throw new CliFailure('name an environment', EXIT.usage);
  const unknown = typeof personFor === 'string' || personFor === null ? undefined : personFor.find((verb) => !VERBS.some((one) => one.verb === verb));
  if (unknown !== undefined) throw new CliFailure(`${unknown} is no verb: say changes, everything, or verbs of docs/commands.md`, EXIT.usage);
  if (reviewer !== null && !ID_SHAPES.reviewer.test(reviewer)) throw new CliFailure('a reviewer’s name is letters, digits, dots, dashes, @ and underscores, 64 at most', EXIT.usage);
  if (reviewers.find((one) => one.reviewer === reviewer)?.disabled === true) throw new CliFailure(`${String(reviewer)} is disabled; to let the person in again: wingman reviewers add ${String(reviewer)}`);
  if (telegram && reviewer === null) throw new CliFailure('--telegram needs --reviewer', EXIT.usage);
  if (agent !== null) toWorkerId(agent);
}

type Step = 'file' | 'policy' | 'reviewer' | 'telegram' | 'key';

interface Todo {
  readonly steps: readonly Step[];
  readonly changes: readonly string[];
  readonly policy_file: string;
  /** The key that the agent has already. */
  readonly existing_key: string | null;
  readonly warnings: readonly string[];
}

function plan(answers: InitAnswers, { changes, policy, text }: PolicyDraft, keys: readonly KeyShape[], reviewers: readonly ReviewerShape[]): Todo {
  const file = resolve(answers.policyFile);
  const changed = changes.length > 0;
  const there = reviewers.some(({ reviewer }) => reviewer === answers.reviewer);
  const existing = keys.find(({ kind, revoked_at, worker_ids }) => kind === 'agent' && revoked_at === null && answers.agent !== null && worker_ids.includes(answers.agent));
  const steps: Step[] = [
    ...(changed && !(existsSync(file) && readTextFile(file) === text) ? (['file'] as const) : []),
    ...(changed ? (['policy'] as const) : []),
    ...(answers.reviewer !== null && !there ? (['reviewer'] as const) : []),
    ...(answers.telegram ? (['telegram'] as const) : []),
    ...(answers.agent !== null && existing === undefined ? (['key'] as const) : []),
  ];
  const people = reviewers.filter(({ may_decide, disabled }) => may_decide && !disabled).length + (steps.includes('reviewer') ? 1 : 0);
  const lacking = existing === undefined ? [] : answers.environments.filter((name) => !existing.environments.includes(name) && !existing.environments.includes('*'));
  const warnings = [
    ...answers.environments.flatMap((name) => {
      const most = Math.max(...Object.values(policy.environments[name]?.quorum ?? {}));
      return most > people ? [`${name}: ${String(most)} people must approve what is gravest there, and ${String(people)} may decide: add reviewers, or nobody can approve it`] : [];
    }),
    ...(lacking.length === 0 ? [] : [`the key ${String(existing?.key_id)} is not for ${lacking.join(', ')}: revoke it (wingman keys revoke ${String(existing?.key_id)}) and run this again for one that is`]),
  ];
  return { steps, changes, policy_file: file, existing_key: existing?.key_id ?? null, warnings };
}

function summary({ steps, changes, policy_file, existing_key, warnings }: Todo, { policy }: PolicyDraft, { reviewer, agent, environments }: InitAnswers): string {
  const says: Readonly<Record<Step, string>> = {
    file: `write ${policy_file}${existsSync(policy_file) ? ' (it is there, and differs)' : ''}`,
    policy: `apply it: the policy ${policy.name}, checked and in good form`,
    reviewer: `add the reviewer ${String(reviewer)}`,
    telegram: `make a code that links the Telegram account of ${String(reviewer)}`,
    key: `make a key for the agent ${String(agent)} in ${environments.join(', ')}`,
  };
  return [
    ...(changes.length === 0 ? ['The policy in force says all of this already.'] : ['The policy in force, with these changes:', ...changes.map((line) => `  - ${line}`)]),
    ...(steps.length === 0 ? ['There is nothing to do.'] : ['To do:', ...steps.map((step, index) => `  ${String(index + 1)}. ${says[step]}`)]),
    ...(existing_key === null ? [] : [`The agent ${String(agent)} has the key ${existing_key}; no second one is made.`]),
    ...warnings.map((line) => `Warning: ${line}`),
  ].join('\n');
}

async function mayWrite({ steps, policy_file }: Todo, { overwrite }: Flags, asks: boolean): Promise<void> {
  if (!steps.includes('file') || !existsSync(policy_file) || overwrite === true) return;
  if (asks && (await confirm(`${policy_file} is there and differs. Replace it?`))) return;
  throw new CliFailure(`nothing was changed: ${policy_file} is there and differs; say --overwrite, or another --policy-file`);
}

interface Result {
  readonly done: readonly string[];
  readonly agent_key: string | null;
  readonly link_code: string | null;
}

/** Whatever stops it in the middle, it says what was done; the rest is done by running it again. */
async function act(client: WingmanClient, { steps, policy_file }: Todo, { text }: PolicyDraft, { reviewer, agent, environments }: InitAnswers): Promise<Result> {
  const done: string[] = [];
  const soFar = (): string => (done.length === 0 ? 'nothing was changed' : `done before that: ${done.join('; ')}. Run it again for the rest`);
  let key: string | null = null;
  let code: string | null = null;
  const acts: Readonly<Record<Step, () => Promise<string>>> = {
    file: () => {
      replaceFile(policy_file, text, 0o644);
      return Promise.resolve(`wrote ${policy_file}`);
    },
    policy: async () => `applied version ${String((await applyPolicy(client, text)).version)} of the policy`,
    reviewer: async () => `added the reviewer ${(await client.addReviewer(reviewer ?? '', true)).reviewer}`,
    telegram: async () => {
      ({ code } = await client.linkCode(reviewer ?? ''));
      return `made a code: ${String(reviewer)} sends the bot /link ${code}`;
    },
    key: async () => {
      const made = await client.createKey({ kind: 'agent', worker_ids: [agent ?? ''], environments });
      key = made.key;
      return `made the key ${made.key_id} for ${String(agent)}`;
    },
  };
  let stopped = false;
  // A call that is under way is waited for: only then is it known what was done.
  onInterrupt(() => (stopped = true));
  for (const step of steps) {
    if (stopped) throw new CliFailure(soFar(), EXIT.interrupted);
    try {
      done.push(await acts[step]());
    } catch (error) {
      say(soFar());
      throw error;
    }
  }
  return { done, agent_key: key, link_code: code };
}

function nextSteps(url: string, { agent, reviewer, environments }: InitAnswers, { steps }: Todo): readonly string[] {
  const [environment = 'dev'] = environments;
  return [
    ...(steps.includes('reviewer') ? [`So that ${String(reviewer)} can decide: wingman keys issue reviewer --subject ${String(reviewer)}`] : []),
    ...(steps.includes('key')
      ? [
          'The key is shown this once: only its hash is stored. That line belongs in the agent’s environment, and nowhere that is committed. To try it:',
          `  curl -H "Authorization: Bearer $WINGMAN_KEY" ${url}/gateway/health`,
        ]
      : []),
    `Next: wingman request --env ${environment}${agent === null ? '' : ` --worker ${agent}`} --task "First look" "docker ps"`,
    'For a coding agent: wingman hook install, wingman shim install or wingman mcp (docs/agents.md)',
  ];
}
