/** Executions: what the ledger holds of them. The ledger is written by the gateway alone, so an agent's words do not enter it. */
import { byFlag, byNumber, no, secondsOf, toSpan, unclear, yes } from './finding';
import type { ExecutionRow, JudgeContext, TypedClaim } from '../claim';
import type { Finding } from './finding';

/** Programs that only the gateway runs: that one of them is missing in a complete ledger shows that it did not run there. */
const GOVERNED = /^(?:docker|docker-compose) /;

export function judgeExecution(part: TypedClaim, context: JudgeContext): Finding {
  const rows = context.executions;
  if (part.subject.kind !== 'execution') return unclear('NOT_CHECKABLE', 'not an execution');
  if (rows === undefined) return unclear('LEDGER_NOT_READ', 'the executions of the ledger were not looked at');
  const { command, execution_id: id } = part.subject;
  const about = rows.filter(
    (row) =>
      (id === undefined || row.execution_id === id) && (command === undefined || plain(row.command) === plain(command)),
  );
  const inTime = about.filter(
    (row) =>
      part.time === undefined ||
      toSpan(part, row.started_at) === 'inside' ||
      toSpan(part, row.finished_at ?? undefined) === 'inside',
  );
  if (inTime.length === 0) return judgeNone(command, about, context);
  const findings = [...inTime]
    .sort((a, b) => (secondsOf(a.started_at) ?? 0) - (secondsOf(b.started_at) ?? 0))
    .map((row) => judgeRow(part, row));
  const latest = findings.at(-1) ?? unclear('LEDGER_NOT_READ', 'no execution');
  // Several runs of one command: the last one counts, but an earlier one that says the contrary keeps it from being FALSE.
  if (latest.verdict === 'FALSE' && findings.some(({ verdict }) => verdict !== 'FALSE')) {
    return unclear(
      'EXECUTIONS_DIFFER',
      `of ${String(findings.length)} runs the last one says otherwise: name the execution`,
    );
  }
  return latest;
}

function judgeNone(command: string | undefined, about: readonly ExecutionRow[], context: JudgeContext): Finding {
  if (context.executions_complete !== true)
    return unclear('NO_EXECUTION_SEEN', 'no such execution among those looked at');
  if (about.length > 0)
    return no('EXECUTED_AT_ANOTHER_TIME', `it ran at ${about.map((row) => row.started_at).join(', ')}`);
  if (command === undefined) return unclear('NO_EXECUTION_SEEN', 'there is no execution of that id');
  if (!GOVERNED.test(`${plain(command)} `))
    return unclear('NOT_GOVERNED', 'only commands that the gateway runs are in the ledger');
  return no('CLAIMED_NOT_EXECUTED', 'the ledger is complete and holds no such execution');
}

function judgeRow(part: TypedClaim, row: ExecutionRow): Finding {
  const id = row.execution_id;
  if (row.outcome === 'UNKNOWN' || row.outcome === 'RUNNING') {
    if (part.predicate === 'executed')
      return unclear('OUTCOME_UNKNOWN', `whether execution ${id} took effect is not known`);
    return unclear('OUTCOME_UNKNOWN', `the outcome of execution ${id} is ${row.outcome}`);
  }
  const ended = `execution ${id} is ${row.outcome}${row.exit_code === null ? '' : `, exit code ${String(row.exit_code)}`}`;
  switch (part.predicate) {
    case 'executed':
      return yes('EXECUTED', ended);
    case 'succeeded':
      return byFlag(row.outcome === 'SUCCEEDED', 'EXECUTION_OUTCOME', 'outcome', ended, ended);
    case 'failed':
      return byFlag(row.outcome !== 'SUCCEEDED', 'EXECUTION_OUTCOME', 'outcome', ended, ended);
    case 'exit_code':
      return byNumber(part.expected, row.exit_code ?? undefined, 'EXECUTION_EXIT_CODE', `exit code of execution ${id}`);
    default:
      return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of an execution`);
  }
}

/** The latest successful execution that did one of these verbs to the thing of the part; null if there is none in its time. */
export function hasDone(part: TypedClaim, context: JudgeContext, verbs: readonly string[]): ExecutionRow | null {
  const { subject } = part;
  if (subject.kind !== 'container' && subject.kind !== 'image' && subject.kind !== 'network' && subject.kind !== 'volume') return null;
  const { name } = subject;
  const groups = subject.kind === 'container' ? ['container'] : subject.kind === 'image' ? ['image'] : [subject.kind];
  const rows = (context.executions ?? []).filter((row) => {
    const [program, ...words] = plain(row.command).split(' ');
    const isGrouped = groups.includes(words[0] ?? '');
    // `docker rm x` is about a container; of a volume or a network only its own group speaks.
    if (!isGrouped && (subject.kind === 'volume' || subject.kind === 'network')) return false;
    const verb = isGrouped ? words[1] : words[0];
    const operands = words.slice(isGrouped ? 2 : 1).filter((word) => !word.startsWith('-'));
    const inTime = part.time === undefined || toSpan(part, row.started_at) === 'inside';
    return (
      program === 'docker' &&
      verb !== undefined &&
      verbs.includes(verb) &&
      operands.includes(name) &&
      row.outcome === 'SUCCEEDED' &&
      inTime
    );
  });
  return rows.reduce<ExecutionRow | null>(
    (latest, row) =>
      latest === null || (secondsOf(row.started_at) ?? 0) > (secondsOf(latest.started_at) ?? 0) ? row : latest,
    null,
  );
}

function plain(command: string): string {
  return command.trim().replace(/\s+/g, ' ');
}
