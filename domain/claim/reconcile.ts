/**
 * Approved, executed, claimed: the three accounts of one request side by side, and where they differ. Pure; a model has no part in it,
 * and what a claim says counts only as far as it was parsed into typed parts.
 */
import { deniesAll, isDenial, mentions, namesExactly, verbsIn } from './words-of-doing';
import type { Predicate, TypedClaim, UnparsedCode } from './claim';
import type { Policy } from '../policy/policy';

export type FindingKind = 'CLAIMED_NOT_EXECUTED' | 'EXECUTED_NOT_CLAIMED' | 'CLAIMED_OTHER_THAN_EXECUTED' | 'EXECUTED_NOT_APPROVED';

export interface Finding {
  readonly kind: FindingKind;
  readonly step: number | null;
  readonly execution_id: string | null;
  readonly claim_id: string | null;
  /** For people: what was approved, executed, claimed. */
  readonly reason: string;
}

export interface Account {
  /** Somebody, or the policy, said yes to it. */
  readonly approved: boolean;
  /** The plan's steps as words, program first. */
  readonly plan: readonly (readonly string[])[];
  readonly executed: readonly ExecutedStep[];
  readonly claimed: readonly ClaimedParts[];
  /** Names of things that the engine knows: in words that were not understood, only they are names for sure. */
  readonly known?: readonly string[];
}

export interface ExecutedStep {
  readonly execution_id: string;
  readonly step: number;
  readonly argv: readonly string[];
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN';
  readonly finished_at: number | null;
  /** False for what only reads: nobody has to claim it. */
  readonly changes: boolean;
}

export interface ClaimedParts {
  readonly claim_id: string;
  readonly execution_id: string | null;
  readonly parts: readonly TypedClaim[];
  /** All of its words, and those of which no part was made because they were not understood, or deny. */
  readonly text?: string;
  readonly unread?: readonly { readonly text: string; readonly code: UnparsedCode }[];
}

/** What an agent says when it says that it did something, and the verbs that do it. States ("is running") are no such claims. */
const DONE_BY: Readonly<Partial<Record<Predicate, readonly string[]>>> = {
  restarted: ['restart', 'stop', 'start'],
  started: ['start', 'restart', 'run', 'unpause'],
  stopped: ['stop', 'kill', 'rm'],
  paused: ['pause'],
  created: ['run', 'build', 'pull', 'tag', 'create'],
  deleted: ['rm', 'remove', 'rmi', 'prune'],
};
const ENGINE_KINDS = new Set<string>(['container', 'image', 'network', 'volume']);
const GROUPS = new Set(['container', 'image', 'network', 'volume']);

const DEFAULT_GRACE_MINUTES = 15;

/** How long an agent has, by this policy, to say what it did. */
export const graceMinutesOf = (policy: Policy | null): number => policy?.reconcile?.claim_grace_minutes ?? DEFAULT_GRACE_MINUTES;

/** @param graceMs how long an agent has to say what it did; `now` and times are unix milliseconds */
export function reconcile(account: Account, now: number, graceMs: number): readonly Finding[] {
  return [...notApproved(account), ...account.claimed.flatMap((claim) => [...claim.parts.flatMap((part) => ofPart(account, claim, part)), ...ofWords(account, claim)]), ...notClaimed(account, now, graceMs)];
}

function notApproved({ approved, plan, executed }: Account): readonly Finding[] {
  return executed
    .filter(({ step, argv }) => !approved || !isSame(plan[step], argv))
    .map(({ execution_id, step, argv }) => ({
      kind: 'EXECUTED_NOT_APPROVED', step, execution_id, claim_id: null,
      reason: approved ? `step ${String(step + 1)} ran ${shown(argv)}, and the approved plan has ${plan[step] === undefined ? 'no such step' : shown(plan[step])}` : `step ${String(step + 1)} ran ${shown(argv)}, and nobody approved it`,
    }));
}

function ofPart({ executed }: Account, { claim_id }: ClaimedParts, part: TypedClaim): readonly Finding[] {
  const finding = (kind: FindingKind, reason: string, found: ExecutedStep | null): readonly Finding[] => [{ kind, step: found?.step ?? null, execution_id: found?.execution_id ?? null, claim_id, reason }];
  const said = `claimed: ${part.text.slice(0, 200)}`;
  const about = executed.filter((step) => isAbout(step, part));
  if (part.subject.kind === 'execution') {
    const [found] = about.slice(-1);
    if (found === undefined) return part.predicate === 'failed' ? [] : finding('CLAIMED_NOT_EXECUTED', `${said}; nothing of this request ran it`, null);
    const wrong = part.predicate === 'failed' ? found.status === 'SUCCEEDED' : part.predicate === 'succeeded' && found.status !== 'SUCCEEDED';
    return wrong ? finding('CLAIMED_OTHER_THAN_EXECUTED', `${said}; step ${String(found.step + 1)} ended ${found.status}`, found) : [];
  }
  const verbs = DONE_BY[part.predicate];
  // A word that may be no name, or a description, accuses nobody.
  const isUnsure = part.ambiguous === true || ('described' in part.subject && part.subject.described !== undefined);
  if (verbs === undefined || !ENGINE_KINDS.has(part.subject.kind) || (isUnsure && about.length === 0)) return [];
  const by = about.filter(({ argv }) => verbs.includes(verbOf(argv)));
  const done = by.find(({ status }) => status === 'SUCCEEDED' || status === 'RUNNING' || status === 'UNKNOWN');
  if (done !== undefined) return [];
  const [tried] = by.slice(-1);
  if (tried !== undefined) return finding('CLAIMED_OTHER_THAN_EXECUTED', `${said}; step ${String(tried.step + 1)} (${shown(tried.argv)}) ended ${tried.status}`, tried);
  const [other] = about.slice(-1);
  if (other !== undefined) return finding('CLAIMED_OTHER_THAN_EXECUTED', `${said}; what ran upon it is ${shown(other.argv)}`, other);
  return finding('CLAIMED_NOT_EXECUTED', `${said}; nothing of this request did that`, null);
}

/** Words that became no part: a denial of what ran, and a deed upon a known thing that nothing of this request touched. */
function ofWords({ executed, known = [] }: Account, { claim_id, unread = [] }: ClaimedParts): readonly Finding[] {
  const done = executed.filter(({ changes, status }) => changes && status === 'SUCCEEDED');
  return unread.flatMap(({ text, code }): readonly Finding[] => {
    const said = `claimed: ${text.slice(0, 200)}`;
    const verbs = verbsIn(text);
    if (code === 'NEGATED_ACTION' || (code === 'NOT_UNDERSTOOD' && deniesAll(text))) {
      const denied = deniesAll(text) ? done[0] : isDenial(text) ? done.find((step) => verbs.includes(verbOf(step.argv)) && operandsOf(step.argv).some((name) => mentions(text, name))) : undefined;
      return denied === undefined ? [] : [{ kind: 'CLAIMED_OTHER_THAN_EXECUTED', step: denied.step, execution_id: denied.execution_id, claim_id, reason: `${said}; step ${String(denied.step + 1)} (${shown(denied.argv)}) did it` }];
    }
    if (!['NOT_UNDERSTOOD', 'NAME_WITHOUT_KIND', 'NOT_CHECKABLE', 'REFERS_BACK'].includes(code) || verbs.length === 0 || isDenial(text)) return [];
    const untouched = known.find((name) => namesExactly(text, name) && !executed.some(({ argv }) => operandsOf(argv).includes(name) || (argv[1] === 'compose' && argv.some((word) => isPartOf(word, name)))));
    return untouched === undefined ? [] : [{ kind: 'CLAIMED_NOT_EXECUTED', step: null, execution_id: null, claim_id, reason: `${said}; nothing of this request touched ${untouched}` }];
  });
}

function notClaimed({ executed, claimed }: Account, now: number, graceMs: number): readonly Finding[] {
  return executed
    .filter(({ changes, finished_at, status }) => changes && status !== 'RUNNING' && finished_at !== null && now - finished_at >= graceMs)
    .filter((step) => !claimed.some(({ execution_id, parts, text = '' }) => execution_id === step.execution_id || parts.some((part) => isAbout(step, part)) || isMentioned(step, text)))
    .map(({ execution_id, step, argv, status }) => ({ kind: 'EXECUTED_NOT_CLAIMED', step, execution_id, claim_id: null, reason: `step ${String(step + 1)} (${shown(argv)}) ended ${status}, and its agent has not said a word of it` }));
}

function isAbout({ argv, execution_id }: ExecutedStep, { subject }: TypedClaim): boolean {
  if (subject.kind === 'execution') {
    if (subject.execution_id !== undefined) return subject.execution_id === execution_id;
    return subject.command === undefined || subject.command.split(/\s+/).filter(Boolean).join(' ') === argv.join(' ');
  }
  if (!ENGINE_KINDS.has(subject.kind) || !('name' in subject) || subject.name === undefined) return false;
  const { name, described } = subject;
  return argv.slice(2).some((word) => word === name || (described === 'word' && isPartOf(name.toLowerCase(), word)) || (argv[1] === 'compose' && isPartOf(word, name)));
}

/** "cache" of `shop-cache-1`. */
const isPartOf = (part: string, name: string): boolean => name.toLowerCase().split(/[-_.]/).includes(part);

/** "✅ cache restarted" is a word said, though no part was made of it. */
const isMentioned = ({ argv }: ExecutedStep, text: string): boolean => operandsOf(argv).some((name) => mentions(text, name)) && (verbsIn(text).includes(verbOf(argv)) || namesExactly(text, verbOf(argv)));

const operandsOf = (argv: readonly string[]): readonly string[] => argv.slice(GROUPS.has(argv[1] ?? '') || argv[1] === 'compose' ? 3 : 2).filter((word) => !word.startsWith('-'));

const verbOf = (argv: readonly string[]): string => (GROUPS.has(argv[1] ?? '') || argv[1] === 'compose' ? (argv[2] ?? '') : (argv[1] ?? ''));
const isSame = (a: readonly string[] | undefined, b: readonly string[]): boolean => a?.length === b.length && a.every((word, at) => word === b[at]);
const shown = (argv: readonly string[]): string => argv.join(' ').slice(0, 200);
