/** claim, verify, claims, agents: what agents say, and whether it is so. */
import { Option, type Command } from 'commander';
import type { AgentShape, ClaimShape, ProbeShape, RateShape, VerdictShape } from '../../sdk/truth-shapes';
import { examples, wholeNumber, type Cli } from '../cli';
import { EXIT } from '../exit';
import { table, type Show, type Style } from '../output';
import { readText } from '../read-text';
import { workerOption } from './request';

const STATUSES = ['PENDING_VERIFICATION', 'TRUE', 'FALSE', 'UNVERIFIABLE'];

interface ClaimOptions {
  readonly worker: string;
  readonly execution?: string;
  readonly approval?: string;
  readonly host?: string;
  readonly env?: string;
}

export function addClaimCommands(program: Command, cli: Cli): void {
  program
    .command('claim')
    .description('log what was done, as an agent; the watcher verifies it')
    .argument('<text>', 'the claim; @FILE, or - for standard input')
    .addOption(workerOption())
    .option('--execution <id>', 'the run that it is about')
    .option('--approval <id>', 'the request that it is about')
    .option('--host <name>', 'where it can be seen; else this installation’s own')
    .option('--env <name>', 'the environment; else the first one of the key')
    .addHelpText('after', examples('wingman claim "I restarted the container web"', 'wingman claim --approval ad47d5b9-5c90-48be-ba6f-9aac174286f0 "docker restart web exited with code 0"'))
    .action(async (text: string, { worker, execution, approval, host, env }: ClaimOptions) => {
      const extra = { ...named('execution_id', execution), ...named('approval_id', approval), ...named('host', host), ...named('deployment_env', env) };
      cli.print(await cli.client('agent').logClaim(worker, readText(text), extra), ({ status, entry }) => `${status} ${entry.claim_id}`);
    });

  program
    .command('verify')
    .description('a verdict with its evidence, now; a text costs nobody anything')
    .argument('<claim>', 'a text (@FILE, or - for standard input), or with --id the id of a logged claim')
    .option('--id', 'the argument is the id of a logged claim')
    .option('--enhanced', 'let a local model take the sentence apart; the same probes decide')
    .option('--host <name>', 'where to look')
    .option('--env <name>', 'which engine to ask')
    .addHelpText('after', `${examples('wingman verify "the container web is running"', 'wingman verify --id 3f2a9c1d-23b7-4df8-9816-febde30b051e')}\n\nExit codes: 0 TRUE, 3 FALSE, 1 UNVERIFIABLE`)
    .action(async (claim: string, { id, enhanced, host, env }: { id?: true; enhanced?: true; host?: string; env?: string }) => {
      const what = id === true ? { claim_id: claim } : { claim: readText(claim) };
      const verdict = await cli.client('operator').verify({ ...what, ...(enhanced === true ? { use_enhanced: true } : {}), ...named('host', host), ...named('deployment_env', env) });
      cli.print(verdict, showVerdict);
      process.exitCode = verdict.verdict === 'TRUE' ? EXIT.ok : verdict.verdict === 'FALSE' ? EXIT.rejected : EXIT.failure;
    });

  const claims = program.command('claims').description('what agents claimed, and what became of it');
  claims
    .command('list', { isDefault: true })
    .description('newest first')
    .addOption(new Option('--status <status>', 'these alone').choices(STATUSES))
    .option('--worker <id>', 'of one agent')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 50)
    .action(async ({ status, worker, limit }: { status?: string; worker?: string; limit: number }) =>
      cli.print((await cli.client('operator').claims({ ...named('status', status), ...named('worker_id', worker), limit })).claims, (rows, style) =>
        rows.length === 0 ? 'nothing was claimed' : table(style, ['CLAIM', 'VERDICT', 'AGENT', 'WHEN', 'TEXT'], rows.map((row) => [row.claim_id, row.status, row.worker_id, row.timestamp, shortened(row.claim)])),
      ),
    );
  claims
    .command('show')
    .description('one claim, with every verdict and its evidence')
    .argument('<id>')
    .action(async (id: string) => cli.print(await cli.client('operator').claim(id), showClaim));

  program
    .command('agents')
    .description('the record of each agent: what it asked, ran and claimed, and how much of that was so')
    .action(async () =>
      cli.print((await cli.client('operator').agents()).agents, (rows, style) =>
        rows.length === 0
          ? 'no agent has done anything yet'
          : table(style, ['AGENT', 'REQUESTS', 'RUNS', 'FAILED', 'CLAIMS', 'TRUE', 'FALSE', 'UNVERIFIABLE', 'TRUE RATE (95%)', 'INCIDENTS', 'QUARANTINED'], rows.map(agentCells)),
      ),
    );
}

const named = <K extends string>(name: K, value: string | undefined): { readonly [key in K]?: string } => (value === undefined ? {} : ({ [name]: value } as { readonly [key in K]: string }));
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const percent = (share: number): string => `${(share * 100).toFixed(0)}%`;
const rateOf = (rate: RateShape | null): string => (rate === null ? '-' : `${percent(rate.rate)} (${percent(rate.low)} to ${percent(rate.high)})`);

const agentCells = (row: AgentShape): readonly unknown[] => [
  row.worker_id, row.requests, row.executions, row.executions_failed, row.claims, row.verdicts.TRUE, row.verdicts.FALSE, row.verdicts.UNVERIFIABLE, rateOf(row.true_rate), row.incidents,
  row.quarantined ? (row.quarantine_reason ?? 'yes') : 'no',
];

const showClaim: Show<ClaimShape> = (claim, style) =>
  [
    style.bold(`${claim.status}  ${claim.claim}`),
    `claim       ${claim.claim_id}`,
    `agent       ${claim.worker_id ?? '-'}${claim.environment === null ? '' : ` in ${claim.environment}`}`,
    `claimed     ${claim.timestamp}`,
    ...(claim.approval_id === null ? [] : [`request     ${claim.approval_id}`]),
    ...(claim.execution_id === null ? [] : [`execution   ${claim.execution_id}`]),
    ...(claim.verdicts ?? []).map((verdict) => showVerdict(verdict, style)),
  ].join('\n');

const showVerdict: Show<VerdictShape> = (verdict, style) =>
  [
    paint(verdict, style),
    `verdict     ${verdict.verdict_id}, ledger row ${String(verdict.ledger_seq)}, ${verdict.verifier}, ${String(verdict.processing_time_ms)} ms`,
    ...verdict.parts.map(({ part, verdict: word, rule, reason }) => `part        ${word} ${rule}: ${part.text} (${reason})`),
    ...verdict.unparsed.map(({ text, code, reason }) => `not read    ${code}: ${text === '' ? '(nothing)' : shortened(text)} (${reason})`),
    ...verdict.probes.map((probe) => `probe       ${showProbe(probe)}`),
    `evidence    sha256 ${verdict.evidence_sha256}`,
    ...(verdict.incident_id === null ? [] : [style.red(`incident    ${verdict.incident_id}`)]),
  ].join('\n');

function paint({ verdict, details }: VerdictShape, style: Style): string {
  const line = `${verdict}  ${details}`;
  return verdict === 'FALSE' ? style.red(line) : style.bold(line);
}

function showProbe({ probe, host, at, seen, blind }: ProbeShape): string {
  const { kind, ...what } = probe;
  const facts = (value: object): string => Object.entries(value).map(([name, fact]) => `${name} ${typeof fact === 'string' ? fact : JSON.stringify(fact)}`).join(', ');
  return `${String(kind)} ${facts(what)} on ${host} at ${at}: ${blind === undefined ? facts(seen ?? {}) : `could not look, ${blind.code}: ${blind.message}`}`;
}
