/**
 * What a person sees before deciding, as plain data: the dashboard, Telegram and the CLI only lay it out. Everything here is
 * said by the server from the parsed plan. What an agent wrote appears in `task_name` and `instruction` alone, with hidden
 * characters shown, and every line of an instruction framed, so that no text can pass for one of the server's own lines.
 */
import type { BoundTarget, Inventory } from '../command/action';
import type { Reversibility } from '../command/reversibility';
import { blastLines, blastRadius, type BlastWord } from '../plan/blast-radius';
import type { Consensus, Vote } from '../policy/consensus';
import { hasHidden, showHidden, showOnOneLine } from '../text/hidden-text';
import type { InstructionReport } from '../instruction/report';
import { actionReversibility, renderAction } from '../command/parse-action';
import { planReversibility, type Plan } from '../plan/plan';
import type { Validity } from '../policy/policy';
import type { PolicyOutcome } from '../policy/evaluate';
import { redact } from '../secrets/redact';
import type { RiskLevel } from '../policy/risk';

export interface CardInput {
  readonly environment: string;
  readonly worker_id: string;
  readonly task_name: string;
  readonly instruction: string;
  readonly plan: Plan | null;
  readonly plan_hash: string | null;
  readonly inventory: Inventory | null;
  readonly targets: readonly BoundTarget[];
  readonly outcome: PolicyOutcome;
  readonly consensus: Consensus;
  readonly instruction_report: InstructionReport;
  /** What must not be overlooked: too few reviewers, and what `composeDangers` found. */
  readonly dangers: readonly string[];
  readonly recovery?: CardRecovery;
}

/** Of a stage of a recovery run; said by the server from the run's rows. */
export interface CardRecovery {
  readonly run_id: string;
  readonly stage: number;
  readonly stages: number;
  readonly direction: 'do' | 'undo';
  readonly name: string;
  readonly drill: boolean;
  /** One line for each act before it: what it really did. */
  readonly earlier: readonly string[];
}

export interface CardStep {
  /** From 1. */
  readonly number: number;
  /** The argument list in one spelling, each word quoted where it needs to be. Never cut. */
  readonly command: string;
  /** What it does, from the parsed action and what the engine holds. */
  readonly says: string;
  readonly reversibility: Reversibility;
}

export interface Card {
  readonly title: string;
  readonly risk_level: RiskLevel;
  readonly risk_reasons: readonly string[];
  /** Of the worst step; null: no plan, nothing can be executed. */
  readonly reversibility: Reversibility | null;
  readonly environment: string;
  readonly worker_id: string;
  readonly task_name: string;
  readonly steps: readonly CardStep[];
  /** One line each: kind, name and the engine's id, or that there is none. */
  readonly targets: readonly string[];
  readonly plan_hash: string | null;
  readonly votes: readonly Vote[];
  readonly dissent: boolean;
  readonly quorum: number;
  readonly validity: Validity;
  /** The agent's text, framed; `more` counts the lines that are left out. */
  readonly instruction: { readonly lines: readonly string[]; readonly more: number };
  readonly score: number;
  readonly warnings: readonly string[];
  /** In one word, and then line by line; null without a plan. Missing on cards of an older release. */
  readonly blast_radius?: { readonly word: BlastWord; readonly lines: readonly string[] } | null;
  /** Only of stages of a recovery run. */
  readonly recovery?: CardRecovery;
}

/** Before each line of an agent's text; no line of the server begins with it. */
export const AGENT_LINE = '│ ';
const MAX_TITLE = 120;
const MAX_LINES = 60;
const MAX_LINE_LENGTH = 400;

export function renderCard(input: CardInput): Card {
  const { outcome, consensus, plan } = input;
  const task_name = oneLine(input.task_name);
  return {
    title: cut(`${outcome.risk_level} ${oneLine(input.environment)}: ${task_name}`, MAX_TITLE),
    risk_level: outcome.risk_level,
    risk_reasons: outcome.risk_reasons.map(oneLine),
    reversibility: plan === null ? null : planReversibility(plan),
    environment: oneLine(input.environment),
    worker_id: oneLine(input.worker_id),
    task_name,
    steps: plan === null ? [] : renderSteps(plan, input.inventory),
    targets: input.targets.map(renderTarget),
    plan_hash: input.plan_hash,
    votes: consensus.votes.map((vote) => ({ ...vote, reason: oneLine(vote.reason) })),
    dissent: consensus.dissent,
    quorum: outcome.quorum,
    validity: outcome.validity,
    instruction: frame(input.instruction),
    score: input.instruction_report.score,
    warnings: warningsOf(input),
    blast_radius: plan === null ? null : previewOf(plan, input.inventory),
    ...(input.recovery === undefined ? {} : { recovery: recoveryOf(input.recovery) }),
  };
}

function previewOf(plan: Plan, inventory: Inventory | null): NonNullable<Card['blast_radius']> {
  const radius = blastRadius(plan, inventory);
  return { word: radius.word, lines: blastLines(radius).map(oneLine) };
}

function recoveryOf({ run_id, stage, stages, direction, name, drill, earlier }: CardRecovery): CardRecovery {
  return { run_id, stage, stages, direction, name: oneLine(name), drill, earlier: earlier.map(oneLine) };
}

function renderSteps(plan: Plan, inventory: Inventory | null): readonly CardStep[] {
  return plan.steps.map((step, at) => ({
    number: at + 1,
    command: canonicalCommand(step.argv),
    says: oneLine(renderAction(step, inventory)),
    reversibility: actionReversibility(step),
  }));
}

/** Words that need no quotes stay bare; any other is quoted, with hidden characters shown, so that two lists never look alike. */
export function canonicalCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : JSON.stringify(showOnOneLine(word))))
    .join(' ');
}

function renderTarget({ kind, name, id }: BoundTarget): string {
  return `${kind} ${oneLine(name)}: ${id === null ? 'does not exist now' : oneLine(id)}`;
}

function frame(instruction: string): Card['instruction'] {
  const lines = redact(instruction)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => AGENT_LINE + cut(showHidden(line), MAX_LINE_LENGTH));
  return { lines: lines.slice(0, MAX_LINES), more: Math.max(0, lines.length - MAX_LINES) };
}

function warningsOf(input: CardInput): readonly string[] {
  const { plan, inventory, targets, consensus, instruction_report: report } = input;
  const warnings: string[] = input.dangers.map(oneLine);
  if (plan === null) warnings.push('there is no plan: an approval executes nothing');
  if (hasHidden(input.task_name) || hasHidden(input.instruction))
    warnings.push('the text holds hidden characters, shown as \\u{…}');
  if (consensus.dissent) warnings.push('the voters do not agree');
  if (plan !== null && inventory === null) warnings.push('nothing is known of the engine: names were not looked up');
  else for (const target of targets) if (target.id === null) warnings.push(renderTarget(target));
  for (const { check, message } of report.findings) if (check !== 'section') warnings.push(oneLine(message));
  return warnings;
}

/** An agent may have written any part of it: secrets out, hidden characters shown, no second line. */
function oneLine(text: string): string {
  return showOnOneLine(redact(text));
}

/** Between characters, never inside one. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, end)}…`;
}
