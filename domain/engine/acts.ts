/**
 * From changes at the engine to acts of somebody. One act by hand makes several events (`docker stop`: kill, die, stop), and the
 * engine does things by itself: a container ends, is started again by its policy, is removed because it was made with --rm, joins
 * and leaves its networks. Pure; what must be remembered goes in and comes out, and is kept with the cursor.
 */
import type { TargetKind } from '../command/action';
import type { Json } from '../text/canonical-json';
import { forgetSpent, matchChange, type EngineChange, type RunningStep, type Spent } from './match-event';

/** What somebody did to one thing without an execution that accounts for it. */
export type Act = {
  /** Of its first event: the act's identity, also after a restart of whoever watches. */
  readonly key: string;
  readonly kind: TargetKind;
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly first_at: number;
  readonly last_at: number;
  /** The thing as it was before, as facts; null if it was not known. */
  readonly before: Json;
  /** Tenants that answer for the thing. */
  readonly owners: readonly string[];
  readonly reported: boolean;
};

export interface ActMemory {
  readonly spent: Spent;
  readonly acts: readonly Act[];
  /** By container: the last event of its own, whoever caused it. */
  readonly touched: Readonly<Record<string, { readonly at: number; readonly action: string; readonly natural: boolean }>>;
}

export const NO_MEMORY: ActMemory = { spent: {}, acts: [], touched: {} };

/** What only a look at the engine can tell. */
export interface ChangeHints {
  /** The engine has restarted this container by its policy since a person last started it. */
  readonly restarted_by_policy: boolean;
  /** Made with --rm. */
  readonly auto_remove: boolean;
  readonly before: Json;
  readonly owners: readonly string[];
}

export type Judged = { readonly memory: ActMemory } & (
  | { readonly cause: 'EXECUTION'; readonly execution_id: string }
  /** The engine did it, or it follows from an event that is accounted for. */
  | { readonly cause: 'ENGINE' }
  | { readonly cause: 'UNKNOWN'; readonly act: Act; readonly is_new: boolean }
);

/** Events of one act follow each other at once; only a stop may wait long between its signal and the end. */
const SAME_ACT_MS = 1_000;
const LONGEST_STOP_MS = 130_000;
const REMOVAL_MS = 10_000;
/** How long before and after its container's own event a membership of a network is told. Measured: under 300 ms. */
export const FOLLOWS_MS = 1_500;
const MOST_ACTIONS = 40;

export function judgeChange(change: EngineChange, steps: readonly RunningStep[], memory: ActMemory, hints: ChangeHints): Judged {
  const match = matchChange(change, steps, memory.spent);
  const touched = touch(change, memory);
  if (match !== null) return { cause: 'EXECUTION', execution_id: match.execution_id, memory: { ...memory, touched, spent: match.spent } };
  const open = memory.acts.findLast((act) => act.kind === change.kind && act.id === change.id && continues(act, change));
  if (open === undefined && isEnginesOwn(change, memory, hints)) return { cause: 'ENGINE', memory: { ...memory, touched } };
  const act: Act =
    open === undefined
      ? { key: change.key, kind: change.kind, id: change.id, name: change.name, actions: [change.action], first_at: change.at, last_at: change.at, before: hints.before, owners: hints.owners, reported: false }
      : { ...open, actions: [...open.actions, change.action].slice(0, MOST_ACTIONS), last_at: change.at };
  const acts = [...memory.acts.filter(({ key }) => key !== act.key), act];
  return { cause: 'UNKNOWN', act, is_new: open === undefined, memory: { ...memory, touched, acts } };
}

/** Joining and leaving a network as part of a start, an end or a removal. To be asked FOLLOWS_MS after the event: the start comes later. */
export function followsFromContainer(change: EngineChange, memory: ActMemory): boolean {
  const last = change.container === null ? undefined : memory.touched[change.container];
  return last !== undefined && Math.abs(last.at - change.at) <= FOLLOWS_MS;
}

export const isNetworkMembership = ({ kind, action }: EngineChange): boolean => kind === 'network' && (action === 'connect' || action === 'disconnect');

/** Acts that were reported and can go on no more, uses of executions that are over (`steps` null: not asked): forgotten. `now` is event time. */
export function forget(memory: ActMemory, steps: readonly RunningStep[] | null, now: number): ActMemory {
  return {
    spent: steps === null ? memory.spent : forgetSpent(memory.spent, steps),
    acts: memory.acts.filter((act) => !act.reported || now - act.last_at < LONGEST_STOP_MS),
    touched: Object.fromEntries(Object.entries(memory.touched).filter(([, { at }]) => now - at < LONGEST_STOP_MS)),
  };
}

/** What may come next in one act upon a container: `docker restart` is kill, die, stop, start, restart. Anything else is another act. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  create: ['start', 'destroy'],
  start: ['restart', 'die', 'destroy'],
  kill: ['kill', 'die', 'stop', 'destroy', 'oom'],
  die: ['stop', 'start', 'restart', 'destroy'],
  stop: ['start', 'restart', 'destroy'],
};

function continues(act: Act, change: EngineChange): boolean {
  const wait = change.at - act.last_at;
  const last = act.actions.at(-1) ?? '';
  if (wait <= SAME_ACT_MS) return act.kind !== 'container' || (NEXT[last] ?? []).includes(change.action);
  return last === 'kill' && ['kill', 'die', 'stop', 'oom'].includes(change.action) && wait <= LONGEST_STOP_MS;
}

/** A kill is always somebody's: the engine says it only when it was asked to. So a `die` without one is the process's own end. */
function isEnginesOwn(change: EngineChange, { touched }: ActMemory, hints: ChangeHints): boolean {
  if (change.kind !== 'container') return false;
  const before = touched[change.id];
  switch (change.action) {
    case 'die':
      return before?.action !== 'kill' || before.natural || change.at - before.at > LONGEST_STOP_MS;
    case 'oom':
      return true;
    case 'start':
      return hints.restarted_by_policy && (before === undefined || (before.action === 'die' && before.natural));
    case 'destroy':
      return hints.auto_remove && before !== undefined && ['die', 'stop'].includes(before.action) && change.at - before.at <= REMOVAL_MS;
    default:
      return false;
  }
}

/** Of a container that nobody answers for: what its networks are told by. */
export const noteContainer = (change: EngineChange, memory: ActMemory): ActMemory => ({ ...memory, touched: touch(change, memory) });

function touch(change: EngineChange, { touched }: ActMemory): ActMemory['touched'] {
  if (change.kind !== 'container') return touched;
  const natural = change.action === 'die' && touched[change.id]?.action !== 'kill';
  return { ...touched, [change.id]: { at: change.at, action: change.action, natural } };
}
