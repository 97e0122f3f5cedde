/** Requests for people: the card, and what became of it. */
import { reasonsBesideVotes } from '../sdk/card-reasons';
import type { ExecutionShape, RequestShape } from '../sdk/shapes';
import { EXIT } from './exit';
import { table, type Show, type Style } from './output';

export const showRequest: Show<RequestShape> = (request, style) => {
  const { card } = request;
  return [
    style.bold(`${request.status}  ${card.title}`),
    // The first screen: what will happen, to what, what breaks, what cannot be undone, who asks.
    ...card.steps.flatMap((step) => [`${`step ${String(step.number)}`.padEnd(12)}${step.command}`, `            ${step.says} [${step.reversibility}]`]),
    ...(card.blast_radius == null ? [] : [card.blast_radius.word === 'destructive' ? style.red(`reach       ${card.blast_radius.word}`) : `reach       ${card.blast_radius.word}`]),
    ...(card.blast_radius?.lines ?? []).map((line) => `            ${line}`),
    ...card.warnings.map((warning) => style.red(`warning     ${warning}`)),
    ...recoveryLines(request, style),
    `agent       ${card.worker_id} in ${card.environment}`,
    `request     ${request.request_id}`,
    `effect      ${card.reversibility ?? 'none: there are no commands, so nothing can be executed'}`,
    `quorum      ${String(request.quorum)} reviewer${request.quorum === 1 ? '' : 's'}${card.dissent ? ' (the voters disagree)' : ''}`,
    `risk        ${[card.risk_level === 'HIGH' ? style.red(card.risk_level) : card.risk_level, ...reasonsBesideVotes(card)].join(': ')}`,
    ...card.votes.map(({ voter, risk_level, reason }) => `vote        ${voter}: ${risk_level}, ${reason}`),
    ...card.targets.map((target) => `target      ${target}`),
    `plan hash   ${request.plan_hash ?? '-'}`,
    ...card.instruction.lines,
    ...(card.instruction.more > 0 ? [`(${String(card.instruction.more)} more lines: --json shows all)`] : []),
    ...decisionLines(request),
    ...(request.executions ?? []).flatMap((run) => showRun(run, style)),
    ...(request.execution_status === 'NOT_STARTED' ? [style.red('execution   NOT_STARTED: the gateway refused or the approval had lapsed')] : []),
  ].join('\n');
};

function recoveryLines({ card: { recovery } }: RequestShape, style: Style): readonly string[] {
  if (recovery === undefined) return [];
  const { run_id, stage, stages, direction, name, drill, earlier } = recovery;
  return [
    ...(drill ? [style.bold('drill       nothing of this is executed')] : []),
    `recovery    ${direction === 'undo' ? 'undo of ' : ''}stage ${String(stage)} of ${String(stages)}, ${name}; run ${run_id}`,
    ...earlier.map((line) => `before      ${line}`),
  ];
}

function decisionLines(request: RequestShape): readonly string[] {
  const votes = (request.decisions ?? []).map(({ reviewer, decision, note, decided_at }) => `by          ${reviewer}: ${decision} ${decided_at}${note === null ? '' : `, ${note}`}`);
  const end = request.decided_at === null ? `expires     ${request.expires_at}` : `decided     ${request.decided_at} by ${request.decided_by ?? '-'}${request.decision_note === null ? '' : `: ${request.decision_note}`}`;
  const revoked = request.revoked_at == null ? [] : [`revoked     ${request.revoked_at}`];
  // One decision of one reviewer is the end itself.
  return votes.length > 1 || (votes.length === 1 && request.decided_at === null) ? [...votes, end, ...revoked] : [end, ...revoked];
}

function showRun(run: ExecutionShape, style: Style): readonly string[] {
  const ended = `execution   ${run.execution_id} ${endOf(run)}`;
  const output = run.output === null || run.output === '' ? [] : run.output.trimEnd().split('\n').map((line) => `            ${line}`);
  return [run.status === 'SUCCEEDED' || run.status === 'RUNNING' ? ended : style.red(ended), ...output];
}

export const endOf = (run: ExecutionShape): string =>
  `step ${String(run.step + 1)} ${run.status}${run.exit_code === null ? '' : `, exit ${String(run.exit_code)}`}${run.error_code === null ? '' : `, ${run.error_code}`}`;

export const requestTable: Show<readonly RequestShape[]> = (requests, style) =>
  requests.length === 0
    ? 'nothing is waiting'
    : table(style, ['REQUEST', 'RISK', 'ENV', 'AGENT', 'TASK', 'EXPIRES'], requests.map((it) => [it.request_id, it.risk_level, it.deployment_env, it.card.worker_id, it.card.task_name, it.expires_at]));

export function exitCodeOfRequest({ status }: RequestShape): number {
  if (status === 'APPROVED' || status === 'AUTO_APPROVED' || status === 'PENDING') return EXIT.ok;
  return status === 'EXPIRED' ? EXIT.expired : EXIT.rejected;
}

export function exitCodeOfExecution(execution_status: string | null): number {
  if (execution_status === 'SUCCEEDED') return EXIT.ok;
  return execution_status === 'TIMED_OUT' ? EXIT.expired : EXIT.failure;
}
