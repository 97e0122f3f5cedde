import type { Inventory } from '../domain/command/action';
import type { Engine } from './engine';
import type { EngineEvent } from './engine-event';
import { readInventory } from './engine-inventory';
import { sleep } from './sleep';

export interface WatchOptions {
  readonly clock?: () => Date;
  /** Events within this time of each other cause one reading. */
  readonly coalesceMs?: number;
  /** Read once more this long after the last change: the engine tells of it before its own list shows it (measured: 15 ms and more). */
  readonly settleMs?: number;
  /** Read again after this long without events: status texts age, and an engine that hangs says nothing. */
  readonly refreshMs?: number;
  /** Handed the way to have the engine read once more, for whoever knows that it has changed. */
  readonly onWatching?: (readAgain: () => void) => void;
  /** First and longest pause before the engine is tried again. */
  readonly backoffMs?: { readonly first: number; readonly longest: number };
}

/** Happen often and change nothing that an inventory holds. */
const UNRELATED =
  /^(?:exec_|health_status|top$|attach$|detach$|resize$|export$|copy$|commit$|mount$|unmount$|connect$|disconnect$|archive-path$|extract-to-dir$|save$|push$)/;

/**
 * Calls back with a new inventory at the start, after every change that the engine reports and at least every
 * `refreshMs`; with null once each time the engine is away. Callbacks come one after the other. Ends when `signal` fires;
 * a callback that throws ends it with that error.
 */
export async function watchInventory(
  engine: Pick<Engine, 'call' | 'events'>,
  onInventory: (inventory: Inventory | null) => void | Promise<void>,
  signal: AbortSignal,
  options: WatchOptions = {},
): Promise<void> {
  const {
    clock = () => new Date(),
    coalesceMs = 50,
    settleMs = 500,
    refreshMs = 30_000,
    backoffMs = { first: 250, longest: 10_000 },
  } = options;
  let pause = backoffMs.first;
  let away = false;
  let failures = 0;
  let hasSettled = false;

  while (!signal.aborted) {
    const session = new AbortController();
    const stop = AbortSignal.any([signal, session.signal]);
    const changes = followChanges(engine, clock(), stop);
    options.onWatching?.(changes.mark);
    try {
      while (!signal.aborted) {
        const inventory = await readInventory(engine, clock());
        pause = backoffMs.first;
        away = false;
        failures = 0;
        await callBack(onInventory, inventory);
        hasSettled = !(await changes.next(hasSettled ? refreshMs : settleMs, stop));
        await sleep(coalesceMs, stop);
        changes.clear();
      }
    } catch (error) {
      if (error instanceof CallbackFailure) throw error.cause;
      if (signal.aborted) return;
      failures += 1;
      // Once is no absence: an engine that is busy removing things may fail at a list, and every card would rest on nothing for that moment.
      if (!away && failures > 1) {
        away = true;
        await onInventory(null);
      }
      await sleep(pause, signal);
      pause = Math.min(pause * 2, backoffMs.longest);
    } finally {
      session.abort();
      await changes.ended;
    }
  }
}

class CallbackFailure extends Error {}

async function callBack(
  onInventory: (inventory: Inventory) => void | Promise<void>,
  inventory: Inventory,
): Promise<void> {
  try {
    await onInventory(inventory);
  } catch (error) {
    throw new CallbackFailure('the inventory was not taken', { cause: error });
  }
}

interface Changes {
  /** Resolves at the next change (true) or after `milliseconds`; rejects when the stream has broken. */
  next(milliseconds: number, signal: AbortSignal): Promise<boolean>;
  clear(): void;
  /** As if the engine had told of a change. */
  readonly mark: () => void;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

function followChanges(engine: Pick<Engine, 'events'>, start: Date, signal: AbortSignal): Changes {
  let changed = false;
  let failure: { error: unknown } | undefined;
  let wake: () => void = () => undefined;
  const mark = (): void => {
    changed = true;
    wake();
  };
  const follow = async (): Promise<void> => {
    // From a second before: the engine subscribes a moment after it has answered, and its clock may differ a little.
    for await (const event of engine.events(Math.floor(start.getTime() / 1000) - 1, signal)) {
      if (isChange(event)) mark();
    }
  };
  const ended = follow().catch((error: unknown) => {
    failure = { error };
    wake();
  });
  return {
    async next(milliseconds, stop) {
      const woken = new AbortController();
      wake = () => woken.abort();
      if (!changed && failure === undefined) await sleep(milliseconds, AbortSignal.any([stop, woken.signal]));
      if (failure !== undefined) throw failure.error;
      return changed;
    },
    clear() {
      changed = false;
    },
    mark,
    ended,
  };
}

const isChange = ({ type, action }: EngineEvent): boolean =>
  ['container', 'image', 'network', 'volume'].includes(type) && !UNRELATED.test(action);
