/**
 * The two voters that are always at hand: `rules` looks at words, environment and class; `structure` at the shape of the
 * plan and at whether the prose tells the same story. The third, a model, votes from outside (see `parseModelVote`).
 */
import type { Action } from '../command/action';
import type { Vote } from './consensus';
import { foldLookalikes } from '../text/hidden-text';
import { SECTIONS } from '../instruction/report';
import { isWithin, prohibitedRanges } from '../instruction/prohibition';
import { actionReversibility, actionTargets } from '../command/parse-action';
import type { Plan } from '../plan/plan';
import type { TouchedThing } from '../plan/touched';
import { assessRisk, highestRisk, type RiskInput, type RiskLevel } from './risk';

export interface VoterInput extends RiskInput {
  /** Sections that the instruction gate missed; null if the gate is off. */
  readonly missing_sections: readonly string[] | null;
}

export function rulesVote(input: RiskInput): Vote {
  const { risk_level, risk_reason } = assessRisk(input);
  return { voter: 'rules', risk_level, reason: risk_reason };
}

interface Observation {
  readonly level: RiskLevel;
  readonly says: string;
}

/** Above this many steps a reviewer no longer takes in the whole; measured in no study, chosen for one screen. */
const MANY_STEPS = 5;
const MANY_TARGETS = 3;

export function structureVote(input: VoterInput): Vote {
  const observations = input.plan === null ? [] : observePlan(input.plan, input);
  const risk_level = highestRisk(observations.map(({ level }) => level));
  const says = observations.map((observation) => observation.says);
  return { voter: 'structure', risk_level, reason: says.length === 0 ? emptyReason(input.plan) : says.join('; ') };
}

function emptyReason(plan: Plan | null): string {
  return plan === null ? 'there is no plan, so nothing can be executed' : 'every step only reads';
}

function observePlan(plan: Plan, input: VoterInput): readonly Observation[] {
  const classes = plan.steps.map(actionReversibility);
  const destroying = classes.filter((kind) => kind === 'DESTRUCTIVE').length;
  const changing = classes.filter((kind) => kind !== 'READ_ONLY').length;
  const observations: Observation[] = [];
  if (destroying > 0)
    observations.push({ level: 'HIGH', says: `${count(destroying, 'step')} of ${plan.steps.length} cannot be undone` });
  else if (changing > 0)
    observations.push({
      level: 'MEDIUM',
      says: `${count(changing, 'step')} of ${plan.steps.length} changes something`,
    });
  if (plan.steps.some(isSweeping))
    observations.push({ level: 'HIGH', says: 'a step takes whatever it finds, not what it names' });
  if (changing > 0) observations.push(...observeChange(plan, input, changing));
  return observations;
}

function observeChange(plan: Plan, input: VoterInput, changing: number): readonly Observation[] {
  const observations: Observation[] = [];
  const text = foldLookalikes(`${input.task_name}\n${input.instruction}`);
  const broad = plan.steps.filter(
    (step) => step.program === 'docker' && targetNames(step).length > MANY_TARGETS,
  ).length;
  if (changing > MANY_STEPS)
    observations.push({ level: 'HIGH', says: `${changing} changes at once are more than one can oversee` });
  if (broad > 0) observations.push({ level: 'MEDIUM', says: `${count(broad, 'step')} names several targets` });
  if (input.missing_sections !== null && input.missing_sections.length > 0) {
    const { length } = input.missing_sections;
    const says = length === SECTIONS.length ? `the instruction has none of the ${String(length)} sections` : `the instruction leaves out ${input.missing_sections.join(', ')}`;
    observations.push({ level: 'MEDIUM', says });
  }
  if (CLAIMS_READ_ONLY.test(text)) {
    observations.push({ level: 'HIGH', says: 'the text says that nothing is changed, the plan changes something' });
  }
  const spared = sparedTarget(plan, input.touched, text);
  if (spared !== null) observations.push({ level: 'HIGH', says: `the text rules out ${spared}, the plan acts on it` });
  return observations;
}

const CLAIMS_READ_ONLY =
  /\b(?:read[- ]?only|no changes? (?:is|are|will be) made|(?:makes?|making) no changes?|without (?:any )?changes?|nothing (?:is|will be|gets) changed|(?:does|do|will) not (?:change|modify) anything|(?:only|just) (?:look|looks|looking|list|lists|listing|inspect|inspects|inspecting|read|reads|reading)|dry[- ]?run only)\b/i;

/** Verbs and switches that choose their own targets. */
function isSweeping(step: Action): boolean {
  if (actionReversibility(step) === 'READ_ONLY') return false;
  return (
    /(?:^| )prune$/.test(step.verb) ||
    step.argv.some((word) => /^(?:--all(?:=true)?|--volumes|--remove-orphans|--rmi(?:=.*)?)$/.test(word))
  );
}

/** What the step acts on by name; for programs whose targets only they know, every word that is no flag. */
function targetNames(step: Action): readonly string[] {
  if (step.program === 'docker') return actionTargets(step).map(({ name }) => name);
  return step.argv.slice(1).filter((word) => !word.startsWith('-'));
}

/** A target that the prose forbids to touch, as in "never touch db", by whatever name the plan calls it. */
function sparedTarget(plan: Plan, touched: readonly (readonly TouchedThing[])[], text: string): string | null {
  const forbidden = prohibitedRanges(text);
  if (forbidden.length === 0) return null;
  const changed = plan.steps.flatMap((step, at) =>
    actionReversibility(step) === 'READ_ONLY' ? [] : [...targetNames(step), ...(touched[at] ?? []).flatMap(({ names, of }) => (step.program === 'compose' ? [...names, ...of] : names))],
  );
  const targets = new Set(changed);
  for (const { index, 0: word } of text.matchAll(/[A-Za-z0-9][\w.-]*/g)) {
    const name = word.replace(/[.-]+$/, '');
    if (targets.has(name) && name.length > 1 && isWithin(forbidden, index)) return name;
  }
  return null;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
