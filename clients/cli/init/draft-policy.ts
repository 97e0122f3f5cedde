/**
 * The policy in force with the answers of `wingman init` in it. What was not asked about stays as it stands, comments too: a
 * second set-up must not undo what an operator wrote by hand in between.
 */
import { parseDocument, type Document } from 'yaml';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { matchesGlob } from '../../../domain/text/glob';
import type { Policy } from '../../../domain/policy/policy';
import { CliFailure, EXIT } from '../exit';

export type PersonFor = 'changes' | 'everything' | readonly string[];
export type Quorum = readonly [low: number, medium: number, high: number];

export interface PolicyAnswers {
  readonly environments: readonly string[];
  /** Null: as the policy has it. */
  readonly containers: readonly string[] | null;
  readonly personFor: PersonFor | null;
  readonly quorum: Quorum | null;
}

export interface PolicyDraft {
  readonly text: string;
  readonly policy: Policy;
  /** In words; none: the policy in force says it all. */
  readonly changes: readonly string[];
}

const matchesAny = (patterns: readonly string[], name: string): boolean => patterns.some((pattern) => matchesGlob(pattern, name));

/** @throws WingmanError CONFIG_INVALID for what no policy may say, CliFailure for a container that the policy protects */
export function draftPolicy(inForce: string, answers: PolicyAnswers, seen: readonly string[]): PolicyDraft {
  const before = parsePolicyFile(inForce);
  const document = parseDocument(inForce);
  const changes: string[] = [];
  const set = (path: readonly string[], value: unknown, from: unknown, says: string): void => {
    if (JSON.stringify(from) === JSON.stringify(value)) return;
    document.setIn(path, document.createNode(value, { flow: true }));
    changes.push(says);
  };
  for (const name of answers.environments) setEnvironment(name, before, answers, document, set, changes);
  if (answers.containers !== null) setProtected(answers.containers, before, answers.environments, seen, set);
  const text = changes.length === 0 ? inForce : document.toString({ lineWidth: 0 });
  return { text, policy: parsePolicyFile(text), changes };
}

type Change = (path: readonly string[], value: unknown, from: unknown, says: string) => void;

function setEnvironment(name: string, before: Policy, { containers, personFor, quorum }: PolicyAnswers, document: Document, set: Change, changes: string[]): void {
  const at = ['environments', name];
  const old = Object.hasOwn(before.environments, name) ? before.environments[name] : undefined;
  if (old === undefined) {
    document.setIn(at, document.createNode({ production: name === 'prd' }));
    changes.push(`${name}: a new environment`);
  }
  if (containers !== null) set([...at, 'governed', 'containers'], containers, old?.governed.containers, `${name}: answers for the containers ${containers.join(', ') || '(none)'}`);
  if (quorum !== null) {
    const [LOW, MEDIUM, HIGH] = quorum;
    set([...at, 'quorum'], { LOW, MEDIUM, HIGH }, old?.quorum, `${name}: people who must approve: LOW ${String(LOW)}, MEDIUM ${String(MEDIUM)}, HIGH ${String(HIGH)}`);
  }
  if (personFor !== null) setPersonFor(name, personFor, before, document, set, changes);
}

const ruleName = (environment: string): string => `set-up: a person decides in ${environment}`;

function setPersonFor(environment: string, personFor: PersonFor, before: Policy, document: Document, set: Change, changes: string[]): void {
  const old = Object.hasOwn(before.environments, environment) ? before.environments[environment] : undefined;
  const automatic = personFor !== 'everything';
  // What is production stays without: Wingman would not pass it anyway, and the file should not look as if it did.
  if (old?.production !== true && environment !== 'prd') {
    const says = automatic ? 'reading passes without a person, changes never do' : 'a person decides on everything';
    set(['environments', environment, 'auto_approve'], automatic, old?.auto_approve, `${environment}: ${says}`);
    if (!automatic) set(['environments', environment, 'auto_approve_without_plan'], false, old?.auto_approve_without_plan, `${environment}: no request without commands passes by itself`);
  }
  const name = ruleName(environment);
  const index = before.rules.findIndex((rule) => rule.name === name);
  const verbs = typeof personFor === 'string' ? [] : personFor;
  const had = before.rules[index]?.when.verb ?? [];
  if (JSON.stringify(had) === JSON.stringify(verbs)) return;
  if (index >= 0) document.deleteIn(['rules', index]);
  if (verbs.length > 0) {
    if (!document.hasIn(['rules'])) document.set('rules', document.createNode([]));
    document.addIn(['rules'], document.createNode({ name, when: { verb: verbs, environment }, then: { auto: false } }));
  }
  changes.push(verbs.length === 0 ? `${environment}: no verbs of its own that need a person` : `${environment}: a person decides on every ${verbs.join(', ')}`);
}

/** A policy has no list of what may be touched, only of what may not: so what is seen and was not chosen goes there by name. */
function setProtected(chosen: readonly string[], before: Policy, environments: readonly string[], seen: readonly string[], set: Change): void {
  const old = before.registry.protected.containers;
  const others = Object.entries(before.environments).filter(([name]) => !environments.includes(name)).flatMap(([, { governed }]) => governed.containers);
  for (const name of chosen) {
    const pattern = old.find((one) => one !== name && matchesAny([one], name));
    if (pattern !== undefined) throw new CliFailure(`the policy protects ${name} (registry.protected.containers: ${pattern}); choose others, or change that entry by hand: wingman policy show`, EXIT.usage);
  }
  const added = seen.filter((name) => !matchesAny([...chosen, ...others, ...old], name));
  const freed = old.filter((name) => chosen.includes(name));
  const parts = [...(added.length === 0 ? [] : [`never touched from now on: ${added.join(', ')}`]), ...(freed.length === 0 ? [] : [`no longer protected: ${freed.join(', ')}`])];
  set(['registry', 'protected', 'containers'], [...old.filter((name) => !freed.includes(name)), ...added], old, `containers ${parts.join('; ')}`);
}
