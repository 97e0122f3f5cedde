/** What a shell line would come to under a policy: run at once, asked of a person, or never. Offline; names are not looked up. */
import { assessRequest, type Assessment } from '../../../domain/approval/assessment';
import { isWingmanError } from '../../../domain/errors';
import { toEnvironment, toTenantId, toWorkerId } from '../../../domain/ids';
import type { Policy } from '../../../domain/policy/policy';
import { sha256Hex } from '../../../security/digest';
import { withAbsolutePaths } from '../shim/absolute-paths';
import { withSpoolFile } from '../shim/with-spool-file';
import { toCommandLine } from '../shim/to-command-line';
import { dockerCalls, type DockerCall } from './docker-calls';

export type Outcome = 'run' | 'ask' | 'never';

export interface Judged {
  readonly line: string;
  readonly outcome: Outcome;
  /** Of a refusal the error's; else why it is asked: UNREGISTERED, CHANGES, POLICY; NO_DOCKER and READS run at once. */
  readonly code: string;
  readonly reason: string;
  readonly risk: 'LOW' | 'MEDIUM' | 'HIGH' | null;
  /** Of the calls that could be read. */
  readonly assessments: readonly Assessment[];
}

export interface TryOptions {
  readonly policy: Policy;
  readonly environment: string;
  readonly worker: string;
  readonly home: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** Where the shim keeps what goes through a pipe. */
const SPOOL = '/tmp/wingman-spool/bytes';

const GRAVITY: Readonly<Record<Outcome, number>> = { run: 0, ask: 1, never: 2 };

/** @returns the verdict, and where the shell stands afterwards */
export function classifyLine(line: string, dir: string, options: TryOptions): { readonly judged: Judged; readonly dir: string } {
  const { calls, never, dir: after } = dockerCalls(line, dir, options.home);
  if (never !== null) return { judged: { line, outcome: 'never', code: never.code, reason: never.why, risk: null, assessments: [] }, dir: after };
  const each = calls.map((call) => classifyCall(call, options));
  const worst = each.reduce<Omit<Judged, 'line' | 'assessments'>>((grave, one) => (GRAVITY[one.outcome] > GRAVITY[grave.outcome] || grave.code === 'NO_DOCKER' ? one : grave), {
    outcome: 'run', code: 'NO_DOCKER', reason: 'there is no docker call in it', risk: null,
  });
  const { outcome, code, reason, risk } = worst;
  return { judged: { line, outcome, code, reason, risk, assessments: each.flatMap(({ assessment }) => (assessment === null ? [] : [assessment])) }, dir: after };
}

function classifyCall(call: DockerCall, options: TryOptions): Omit<Judged, 'line' | 'assessments'> & { readonly assessment: Assessment | null } {
  if (call.reads && wantsInput(call.argv)) return { outcome: 'never', code: 'COMMAND_WAITS', reason: 'it reads what the shell hands to it, and no input is carried into a container; copy the file in with docker cp and read it there', risk: null, assessment: null };
  let command: string;
  try {
    command = toCommandLine(withProject(withAbsolutePaths(withSpoolFile(call.argv, SPOOL), call.dir), call.dir, options.policy));
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return { outcome: 'never', code: error.code, reason: error.message, risk: null, assessment: null };
  }
  const assessment = assessRequest({
    tenant: toTenantId('default'), environment: toEnvironment(options.environment), worker_id: toWorkerId(options.worker), task_name: 'policy try', instruction: '',
    commands: [command], ordered: false, policy: options.policy, inventory: null, now: options.now, sha256: sha256Hex,
  });
  return { ...verdictOf(assessment), assessment };
}

/** `docker exec -i db psql < dump.sql` */
const wantsInput = (argv: readonly string[]): boolean => (argv.includes('exec') || argv.includes('run')) && argv.some((word) => /^(?:-[a-z]*i[a-z]*|--interactive)$/.test(word));

function verdictOf({ status, reasons, outcome, risk_level, plan }: Assessment): Omit<Judged, 'line' | 'assessments'> {
  const [refused] = reasons;
  if (refused !== undefined) return { outcome: 'never', code: refused.code, reason: refused.message, risk: null };
  if (status === 'AUTO_APPROVED') return { outcome: 'run', code: 'READS', reason: outcome.reasons.join('; '), risk: risk_level };
  const unregistered = (plan?.steps ?? []).flatMap((step) => step.unregistered ?? []);
  if (unregistered.length > 0) return { outcome: 'ask', code: 'UNREGISTERED', reason: unregistered.map(({ says }) => says).join('; '), risk: risk_level };
  return { outcome: 'ask', code: outcome.matched_rules.length > 0 ? 'POLICY' : 'CHANGES', reason: outcome.reasons.join('; '), risk: risk_level };
}

/** The shim pins the files of the directory where `docker compose` is typed; a line tells their names alone. */
const UNREAD = '0'.repeat(64);
const FILE_FLAG = /^(?:-f|--file)(?:=(.*))?$/;

function withProject(argv: readonly string[], dir: string, { registry }: Policy): readonly string[] {
  const at = argv[0] === 'docker-compose' ? 1 : argv[0] === 'docker' && argv[1] === 'compose' ? 2 : -1;
  if (at < 0 || Object.keys(registry.compose).length > 0 || argv.includes('--project-directory')) return argv;
  const before = globalWords(argv, at);
  if (/^(?:version|ls|--version|-v)$/.test(argv[at + before.length] ?? argv[at] ?? '') || ['--version', '-v'].includes(argv[at] ?? '')) return argv;
  const files = before.flatMap((word, place) => {
    const match = FILE_FLAG.exec(word);
    return match === null ? [] : [match[1] ?? before[place + 1] ?? ''];
  });
  const names = files.length === 0 ? ['docker-compose.yml'] : files.map((file) => file.replace(/^\.\//, '').replace(/^.*\//, ''));
  const variables = before.flatMap((word, place) => (word === '--env-file' ? [before[place + 1] ?? ''] : word.startsWith('--env-file=') ? [word.slice('--env-file='.length)] : [])).map((file) => file.replace(/^\.\//, ''));
  const outside = files.find((file) => /^[a-z]+:\/\//.test(file));
  if (outside !== undefined) return argv;
  const words = argv.slice(at).map((word, place) => (place < before.length ? word.replace(/^((?:-f|--file)=)?(?:\.\/|.*\/)(?=[^/]+\.ya?ml$)/, '$1') : word));
  return [...argv.slice(0, at), '--project-directory', dir, ...[...names, ...variables].flatMap((name) => ['--pin', `${name}=${UNREAD}`]), ...words];
}

/** Up to the verb. */
function globalWords(argv: readonly string[], from: number): readonly string[] {
  let at = from;
  while (at < argv.length && (argv[at] ?? '').startsWith('-')) at += /^(?:-f|-p|--file|--project-name|--profile|--env-file|--ansi|--progress|--parallel)$/.test(argv[at] ?? '') ? 2 : 1;
  return argv.slice(from, at);
}
