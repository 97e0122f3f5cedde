/** How risky a request is, and why. Every reason can only raise the level; nothing that an agent writes lowers it. */
import type { Reversibility } from '../command/reversibility';
import type { Plan } from '../plan/plan';
import { planReversibility } from '../plan/plan';
import type { TouchedThing } from '../plan/touched';
import { foldLookalikes, hasHidden } from '../text/hidden-text';
import { prohibitedRanges, isWithin } from '../instruction/prohibition';
import { HIGH_WORDS, MEDIUM_WORDS, PERSUASION, PRODUCTION, type RiskWord } from '../instruction/risk-words';

export type RiskLevel = 'LOW' | 'MEDIUM' | 'HIGH';

/** `risk_reason` is one line for the wire; `reasons` are the same, one each, the gravest first. */
export interface Risk {
  readonly risk_level: RiskLevel;
  readonly risk_reason: string;
  readonly reasons: readonly string[];
}

/** The part of a policy that risk needs: which environments are production. `prd` always is. */
export interface RiskPolicy {
  readonly environments: Readonly<Record<string, { readonly production: boolean }>>;
}

export interface RiskInput {
  readonly environment: string;
  /** Hostile, like the instruction: written by an agent. */
  readonly task_name: string;
  readonly instruction: string;
  readonly plan: Plan | null;
  /** What each step touches; see `touchedThings`. */
  readonly touched: readonly (readonly TouchedThing[])[];
  /** What it hands out that a container should not have; see `composeDangers`. */
  readonly dangers: readonly string[];
  readonly policy: RiskPolicy;
}

const ORDER: Readonly<Record<RiskLevel, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 };

export const RISK_LEVELS: readonly RiskLevel[] = ['LOW', 'MEDIUM', 'HIGH'];

/** True if `level` is as grave as `floor` or graver. */
export const isAtLeast = (level: RiskLevel, floor: RiskLevel): boolean => ORDER[level] >= ORDER[floor];

/** The gravest of all; LOW if there is none. */
export function highestRisk(levels: readonly RiskLevel[]): RiskLevel {
  return levels.reduce<RiskLevel>((highest, level) => (isAtLeast(level, highest) ? level : highest), 'LOW');
}

/** `prd` is production whatever the policy says: the floor under every policy. */
export function isProduction(environment: string, policy: RiskPolicy): boolean {
  return environment === 'prd' || policy.environments[environment]?.production === true;
}

interface Ground {
  readonly level: RiskLevel;
  readonly reason: string;
}

/** Linear in the length of the texts. */
export function assessRisk(input: RiskInput): Risk {
  const reversibility = input.plan === null ? null : planReversibility(input.plan);
  const grounds = [
    ...environmentGrounds(input),
    ...planGrounds(reversibility),
    ...(reversibility === null || reversibility === 'READ_ONLY' ? [] : thingGrounds(input.touched.flat())),
    ...input.dangers.map((reason): Ground => ({ level: 'HIGH', reason })),
    ...textGrounds(`${input.task_name}\n${input.instruction}`, reversibility),
  ];
  return toRisk(grounds);
}

function toRisk(grounds: readonly Ground[]): Risk {
  const risk_level = highestRisk(grounds.map(({ level }) => level));
  const reasons = [...grounds].sort((a, b) => ORDER[b.level] - ORDER[a.level]).map(({ reason }) => reason);
  if (reasons.length === 0) reasons.push('nothing risky was found');
  return { risk_level, risk_reason: reasons.join('; '), reasons };
}

function environmentGrounds({ environment, policy }: RiskInput): Ground[] {
  if (!isProduction(environment, policy)) return [];
  return [{ level: 'HIGH', reason: `environment ${environment} is production` }];
}

function planGrounds(reversibility: Reversibility | null): Ground[] {
  if (reversibility === 'DESTRUCTIVE') return [{ level: 'HIGH', reason: 'the plan destroys something for good' }];
  if (reversibility === 'REVERSIBLE') return [{ level: 'MEDIUM', reason: 'the plan changes something' }];
  return [];
}

/** A thing whose name says production is one, whatever the command calls it. Other risk words are no names. */
function thingGrounds(touched: readonly TouchedThing[]): Ground[] {
  const found = touched.find(({ kind, names, of }) => kind !== 'image' && [...names, ...of].some((name) => PRODUCTION.test(name)));
  return found === undefined ? [] : [{ level: 'HIGH', reason: `${found.kind} ${found.name} is named as a production thing` }];
}

function textGrounds(text: string, reversibility: Reversibility | null): Ground[] {
  const grounds: Ground[] = [];
  if (hasHidden(text)) grounds.push({ level: 'HIGH', reason: 'the text holds hidden characters' });
  const folded = foldLookalikes(text);
  if (folded !== text && /[\u0370-\u052f]/u.test(text) && mixesScripts(text)) {
    grounds.push({ level: 'HIGH', reason: 'the text mixes alphabets inside a word' });
  }
  if (PERSUASION.some((pattern) => pattern.test(folded))) {
    grounds.push({ level: 'HIGH', reason: 'the text tries to talk the reviewer into a decision' });
  }
  // A plan that only reads stays read-only whatever the prose forbids ("never delete anything"), so there a word under a
  // prohibition does not count. Without a plan, or with one that changes something, every mention does.
  const forbidden = reversibility === 'READ_ONLY' ? prohibitedRanges(folded) : [];
  grounds.push(...wordGrounds(folded, HIGH_WORDS, 'HIGH', forbidden));
  grounds.push(...wordGrounds(folded, MEDIUM_WORDS, 'MEDIUM', forbidden));
  return grounds;
}

function wordGrounds(
  text: string,
  list: readonly RiskWord[],
  level: RiskLevel,
  forbidden: readonly (readonly [number, number])[],
): Ground[] {
  const found = list.filter(({ pattern }) => mentions(text, pattern, forbidden));
  if (found.length === 0) return [];
  return [{ level, reason: `the text speaks of ${found.map(({ means }) => means).join(', ')}` }];
}

function mentions(text: string, pattern: RegExp, forbidden: readonly (readonly [number, number])[]): boolean {
  if (forbidden.length === 0) return pattern.test(text);
  for (const match of text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))) {
    if (!isWithin(forbidden, match.index)) return true;
  }
  return false;
}

function mixesScripts(text: string): boolean {
  return /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u.test(
    text,
  );
}
