/** Requests for people: the card, and what became of it. */
import type { RequestShape } from '../sdk/shapes';
import type { WingmanClient } from '../sdk/client';
import { CliFailure } from './exit';
import { bold, red, table } from './output';

export function showRequest(request: RequestShape): string {
  const { card } = request;
  const lines = [
    bold(`${request.status}  ${card.title}`),
    `request     ${request.request_id}`,
    `agent       ${card.worker_id} in ${card.environment}`,
    `risk        ${card.risk_level === 'HIGH' ? red(card.risk_level) : card.risk_level}: ${card.risk_reasons.join('; ')}`,
    `effect      ${card.reversibility ?? 'none: there are no commands, so nothing can be executed'}`,
    `quorum      ${String(request.quorum)} reviewer${request.quorum === 1 ? '' : 's'}${card.dissent ? ' (the voters disagree)' : ''}`,
    ...card.votes.map(({ voter, risk_level, reason }) => `vote        ${voter}: ${risk_level}, ${reason}`),
    ...card.warnings.map((warning) => red(`warning     ${warning}`)),
    ...card.steps.flatMap((step) => [`step ${String(step.number)}      ${step.command}`, `            ${step.says} [${step.reversibility}]`]),
    ...card.targets.map((target) => `target      ${target}`),
    `plan hash   ${request.plan_hash ?? '-'}`,
    ...card.instruction.lines,
    ...(card.instruction.more > 0 ? [`(${String(card.instruction.more)} more lines: --json shows all)`] : []),
    ...(request.decided_at === null ? [`expires     ${request.expires_at}`] : [`decided     ${request.decided_at} by ${request.decided_by ?? '-'}${request.decision_note === null ? '' : `: ${request.decision_note}`}`]),
    ...(request.executions ?? []).flatMap((run) => [
      `execution   ${run.execution_id} step ${String(run.step + 1)} ${run.status}${run.exit_code === null ? '' : `, exit ${String(run.exit_code)}`}`,
      ...(run.output === null || run.output === '' ? [] : run.output.trimEnd().split('\n').map((line) => `            ${line}`)),
    ]),
  ];
  return lines.join('\n');
}

export const requestTable = (requests: readonly RequestShape[]): string =>
  requests.length === 0
    ? 'nothing is waiting'
    : table(['REQUEST', 'RISK', 'ENV', 'AGENT', 'TASK', 'EXPIRES'], requests.map((it) => [it.request_id, it.risk_level, it.deployment_env, it.card.worker_id, it.card.task_name, it.expires_at]));

/** A full id, or at least six characters that fit exactly one waiting request. */
export async function resolveId(client: WingmanClient, text: string): Promise<string> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) return text;
  if (!/^[0-9a-f-]{6,}$/.test(text)) throw new CliFailure(`${text} is no request id: give it whole, or at least its first 6 characters`, 2);
  const { pending } = await client.pending(500);
  const fitting = pending.filter(({ request_id }) => request_id.startsWith(text));
  if (fitting.length !== 1) throw new CliFailure(`${String(fitting.length)} waiting requests begin with ${text}; see \`wingman pending\``, 2);
  return fitting[0]?.request_id ?? text;
}
