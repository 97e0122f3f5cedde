/** Which rules of a policy speak about a request. */
import type { Action } from '../command/action';
import { buildActions } from '../command/compose/builds';
import { matchesGlob } from '../text/glob';
import type { Plan } from '../plan/plan';
import type { TouchedThing } from '../plan/touched';
import type { Pattern, PolicyRule } from './policy';
import { isAtLeast, type RiskLevel } from './risk';

export interface RuleSubject {
  readonly environment: string;
  readonly worker_id: string;
  readonly task_name: string;
  readonly plan: Plan | null;
  /** What each step touches; see `touchedThings`. */
  readonly touched: readonly (readonly TouchedThing[])[];
  readonly risk_level: RiskLevel;
}

export function matchesRule({ when }: PolicyRule, subject: RuleSubject): boolean {
  return (
    matchesAny(when.environment, subject.environment) &&
    matchesAny(when.worker, subject.worker_id) &&
    matchesAny(when.task?.map(lower), lower(subject.task_name)) &&
    (when.risk_at_least === undefined || isAtLeast(subject.risk_level, when.risk_at_least)) &&
    (when.has_plan === undefined || when.has_plan === (subject.plan !== null)) &&
    matchesPlan(when, subject)
  );
}

function matchesPlan(when: PolicyRule['when'], { plan, touched }: RuleSubject): boolean {
  if (when.program === undefined && when.verb === undefined && when.target === undefined) return true;
  // A rule about building holds however the build is spelled.
  return plan !== null && plan.steps.some((step, at) => [step, ...buildActions(step)].some((one) => matchesStep(when, one, touched[at] ?? [])));
}

function matchesStep(when: PolicyRule['when'], step: Action, touched: readonly TouchedThing[]): boolean {
  return (
    (when.program === undefined || when.program.includes(step.program)) &&
    verbsOf(step).some((verb) => matchesAny(when.verb, verb)) &&
    (when.target === undefined || [...wordsOf(step), ...touched.flatMap(namesOf)].some((name) => matchesAny(when.target, name)))
  );
}

/** A rule about a verb holds for Compose's as well: `rm` is also `compose rm`. */
function verbsOf({ program, verb }: Action): readonly string[] {
  return program === 'compose' ? [verb, verb.replace(/^compose /, '')] : [verb];
}

/** The thing itself by every name, and what it is one of: image, project, service, labels as `key=value`. */
const namesOf = ({ names, of, labels }: TouchedThing): readonly string[] => [...names, ...of, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];

/** Every word of the command and of a flag's value as well: rules only tighten, so finding too much is the safe side. */
function wordsOf({ argv }: Action): readonly string[] {
  const words = argv.slice(1);
  return [...words, ...words.filter((word) => word.startsWith('--') && word.includes('=')).map((word) => word.slice(word.indexOf('=') + 1))];
}

function matchesAny(patterns: readonly Pattern[] | undefined, text: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matchesGlob(pattern, text));
}

function lower(text: string): string {
  return text.toLowerCase();
}
