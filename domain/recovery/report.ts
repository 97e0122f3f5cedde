/** A recovery run as people read it afterwards: times, who decided, what really ran, what was seen. Data first, Markdown from it. */
import type { DrDirection, DrPlan } from './plan';
import type { DrEnd } from './run';
import { describeState } from './run';
import { showOnOneLine } from '../text/hidden-text';

/** One act as its rows have it. Times are UTC ISO-8601. */
export interface DrActRecord {
  readonly position: number;
  readonly stage: number;
  readonly direction: DrDirection;
  readonly name: string;
  readonly approval_id: string;
  /** How the request stands; null while it has no row yet. */
  readonly status: string | null;
  readonly opened_at: string;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly decisions: readonly { readonly reviewer: string; readonly decision: string; readonly note: string | null; readonly at: string; readonly attestation_sha256: string }[];
  readonly executions: readonly {
    readonly execution_id: string;
    readonly command: string;
    readonly status: string;
    readonly exit_code: number | null;
    readonly started_at: string;
    readonly finished_at: string | null;
    readonly receipt_sha256: string | null;
  }[];
  readonly end: DrEnd | null;
  readonly began: boolean;
  readonly reason: string | null;
  readonly evidence_sha256: string | null;
  readonly settled_at: string | null;
}

export interface DrRecord {
  readonly run_id: string;
  readonly name: string;
  readonly environment: string;
  readonly worker_id: string;
  readonly drill: boolean;
  readonly plan: DrPlan;
  readonly plan_hash: string;
  readonly status: string;
  readonly reason: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly acts: readonly DrActRecord[];
  readonly controls: readonly { readonly action: string; readonly reviewer: string; readonly note: string | null; readonly at: string }[];
}

export interface DrReport {
  readonly run_id: string;
  readonly name: string;
  readonly environment: string;
  readonly drill: boolean;
  readonly status: string;
  /** Stage by stage, what the run has left. */
  readonly state: string;
  readonly reason: string | null;
  readonly plan_hash: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  /** Of all of it, and what of it went where; null while it is open. Parts of different acts do not overlap. */
  readonly recovery_time_ms: number | null;
  readonly waited_for_people_ms: number;
  readonly executing_ms: number;
  readonly proving_ms: number;
  /** The last stage that was proven: what was reached, and when. Null: none. */
  readonly recovery_point: { readonly stage: number; readonly name: string; readonly at: string } | null;
  readonly acts: readonly (DrActRecord & { readonly waited_ms: number | null; readonly executing_ms: number; readonly proving_ms: number | null; readonly total_ms: number | null })[];
  readonly controls: DrRecord['controls'];
}

export function reportOf(record: DrRecord): DrReport {
  const acts = record.acts.map((act) => ({ ...act, ...timesOf(act) }));
  const proven = record.acts.findLast(({ direction, end }) => direction === 'do' && end === 'DONE');
  const undone = record.acts.some(({ direction, end, stage }) => direction === 'undo' && end === 'DONE' && stage === proven?.stage);
  const sum = (pick: (act: (typeof acts)[number]) => number | null): number => acts.reduce((total, act) => total + (pick(act) ?? 0), 0);
  return {
    run_id: record.run_id,
    name: record.name,
    environment: record.environment,
    drill: record.drill,
    status: record.status,
    state: stateOf(record),
    reason: record.reason,
    plan_hash: record.plan_hash,
    started_at: record.started_at,
    ended_at: record.ended_at,
    recovery_time_ms: record.ended_at === null ? null : between(record.started_at, record.ended_at),
    waited_for_people_ms: sum(({ waited_ms }) => waited_ms),
    executing_ms: sum(({ executing_ms }) => executing_ms),
    proving_ms: sum(({ proving_ms }) => proving_ms),
    recovery_point: proven === undefined || undone || proven.settled_at === null ? null : { stage: proven.stage, name: proven.name, at: proven.settled_at },
    acts,
    controls: record.controls,
  };
}

export function stateOf({ plan, acts }: Pick<DrRecord, 'plan' | 'acts'>): string {
  return describeState(plan, acts.flatMap(({ stage, direction, end, began }) => (end === null ? [] : [{ stage, direction, end, began }])));
}

function timesOf({ opened_at, decided_at, executions, settled_at }: DrActRecord) {
  const last = executions.map(({ finished_at }) => finished_at).findLast((at) => at !== null) ?? null;
  return {
    waited_ms: decided_at === null ? null : between(opened_at, decided_at),
    executing_ms: executions.reduce((total, { started_at, finished_at }) => total + (finished_at === null ? 0 : between(started_at, finished_at)), 0),
    proving_ms: last === null || settled_at === null ? null : between(last, settled_at),
    total_ms: settled_at === null ? null : between(opened_at, settled_at),
  };
}

const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** One line for each act that has ended: what it really did, as the card of the next one has it. */
export function earlierLines(acts: readonly DrActRecord[]): readonly string[] {
  return acts.flatMap((act) => {
    if (act.end === null) return [];
    const ran = act.executions.map(({ command, status, exit_code }) => `${command} ${status}${exit_code === null ? '' : ` (exit ${String(exit_code)})`}`);
    const who = act.decided_by === null ? '' : `, ${(act.status ?? 'decided').toLowerCase()} by ${act.decided_by}`;
    const what = ran.length === 0 ? 'nothing was executed' : ran.join(', ');
    return [`${act.direction === 'undo' ? 'undo of stage' : 'stage'} ${String(act.stage)} ${act.name}: ${act.end}${who}; ${what}${act.reason === null ? '' : `; ${act.reason}`}`.slice(0, 1000)];
  });
}

/** For people and for tickets. Every text of an agent or a person stands on one line, in code or in a cell. */
export function reportMarkdown(report: DrReport): string {
  const point = report.recovery_point;
  return [
    `# ${report.drill ? 'DRILL: ' : ''}${cell(report.name)}`,
    '',
    `**${report.status}** · ${report.environment} · run \`${report.run_id}\``,
    '',
    `- state left: ${cell(report.state)}`,
    ...(report.reason === null ? [] : [`- why: ${cell(report.reason)}`]),
    `- started ${report.started_at}, ${report.ended_at === null ? 'not over' : `ended ${report.ended_at}`}`,
    `- recovery time: ${report.recovery_time_ms === null ? 'not over' : seconds(report.recovery_time_ms)} (people ${seconds(report.waited_for_people_ms)}, executing ${seconds(report.executing_ms)}, proving ${seconds(report.proving_ms)})`,
    `- recovery point: ${point === null ? 'none: no stage was proven and kept' : `stage ${String(point.stage)} ${cell(point.name)}, proven ${point.at}`}`,
    `- plan hash \`${report.plan_hash}\``,
    ...(report.drill ? ['- **This was a drill: nothing was executed.**'] : []),
    '',
    '| # | stage | end | decided by | waited | executing | proving | request |',
    '|---|---|---|---|---|---|---|---|',
    ...report.acts.map((act) =>
      `| ${String(act.position)} | ${act.direction === 'undo' ? 'undo of ' : ''}${String(act.stage)} ${cell(act.name)} | ${act.end ?? 'open'} | ${cell(act.decisions.map(({ reviewer, decision }) => `${reviewer} ${decision}`).join(', ') || (act.decided_by ?? '-'))} | ${orDash(act.waited_ms)} | ${seconds(act.executing_ms)} | ${orDash(act.proving_ms)} | \`${act.approval_id}\` |`,
    ),
    '',
    ...report.acts.flatMap((act) => [
      `## ${String(act.position)}. ${act.direction === 'undo' ? 'Undo of stage' : 'Stage'} ${String(act.stage)}: ${cell(act.name)}`,
      '',
      ...act.executions.map(({ command, status, exit_code, execution_id, receipt_sha256 }) => `- \`${code(command)}\`: ${status}${exit_code === null ? '' : `, exit ${String(exit_code)}`}, execution \`${execution_id}\`${receipt_sha256 === null ? '' : `, receipt sha256 \`${receipt_sha256}\``}`),
      ...(act.executions.length === 0 ? ['- nothing was executed'] : []),
      ...act.decisions.map(({ reviewer, decision, note, at, attestation_sha256 }) => `- ${cell(reviewer)} ${decision} ${at}${note === null ? '' : `: ${cell(note)}`}, attestation sha256 \`${attestation_sha256}\``),
      ...(act.reason === null ? [] : [`- ${act.end ?? 'open'}: ${cell(act.reason)}`]),
      ...(act.evidence_sha256 === null ? [] : [`- evidence sha256 \`${act.evidence_sha256}\``]),
      '',
    ]),
    ...report.controls.map(({ action, reviewer, note, at }) => `- ${action} by ${cell(reviewer)} ${at}${note === null ? '' : `: ${cell(note)}`}`),
  ].join('\n').trimEnd().concat('\n');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const orDash = (ms: number | null): string => (ms === null ? '-' : seconds(ms));
const code = (text: string): string => showOnOneLine(text).replaceAll('`', "'");
const cell = (text: string): string => showOnOneLine(text).replace(/[|<>[\]`*_\\]/g, (character) => `\\${character}`);
