/**
 * Follows an engine's events for one environment, for as long as the gateway runs: takes up where the last watch stopped, by what the
 * engine still remembers (its last 256 events) and, where that does not reach, by comparing. Nothing of it is lost by a crash: what
 * was not written down is told again, and reports are made once.
 */
import { isWingmanError } from '../domain/errors';
import { eventKey } from '../domain/engine/change';
import type { Logger } from '../platform/log';
import { markWatching, readWatchState, writeWatchState, type WatchStateRow } from '../stores/watch-states';
import { tryWatchLock, type WatchLock } from '../stores/watch-lock';
import { hangsAfter, type Engine } from './engine';
import { parseEngineEvent, type EngineEvent } from './engine-event';
import { createEngineWatch, type EngineWatch, type EngineWatchParts } from './engine-watch';
import { readScope, type Scope } from './governed-scope';
import { closeGap, openGap, type GapReason } from './watch-gaps';
import { sleep } from './sleep';

export interface WatchEngineParts extends Omit<EngineWatchParts, 'engine'> {
  readonly engine: Pick<Engine, 'call' | 'events'>;
  readonly log: Logger;
}

const TICK_MS = 200;
const ALIVE_MS = 2_000;
const SCOPE_MS = 3_000;
const PAUSE_MS = { first: 250, longest: 5_000 };
const REPLAY_BYTES = 16 * 1024 * 1024;
const REPLAY_MS = 10_000;
/** An engine remembers 256 events; with so many of them it has surely forgotten older ones. */
const REMEMBERED = 240;
const OVERLAP_NANO = 2_000_000_000n;

/** Ends when `signal` fires. Never rejects: what goes wrong is logged, and tried again. */
export async function watchEngine(parts: WatchEngineParts, signal: AbortSignal): Promise<void> {
  let reason: GapReason = 'GATEWAY_AWAY';
  let pause = PAUSE_MS.first;
  while (!signal.aborted) {
    let lock: WatchLock | null = null;
    try {
      lock = await tryWatchLock(parts.pool, parts.environment);
      if (lock !== null) await session(parts, lock, reason, signal, () => (pause = PAUSE_MS.first));
    } catch (error) {
      reason = reasonOf(error);
      parts.log.warn({ err: error, environment: parts.environment, reason }, 'the events of the engine are not followed at this moment');
    } finally {
      lock?.release();
    }
    await sleep(pause, signal);
    pause = Math.min(pause * 2, PAUSE_MS.longest);
  }
}

async function session(parts: WatchEngineParts, lock: WatchLock, reason: GapReason, signal: AbortSignal, onLive: () => void): Promise<void> {
  const { pool, engine, environment } = parts;
  let scope = await readScope(pool, environment);
  const before = await readWatchState(pool, environment);
  // Put down before the engine is asked: if it is away, that is part of the same gap.
  const noticed = before === null ? null : await openGap(parts, scope, before.alive_at, reason);
  const engine_id = await readEngineId(engine);
  const isSame = before !== null && before.engine_id === engine_id;
  const gap = noticed === null || isSame ? noticed : { ...noticed, reason: 'ENGINE_REPLACED' as const };
  const start = Date.now();
  const watch = createEngineWatch(parts, scope, isSame ? before : { cursor: `${String(start)}000000`, state: null });
  // Known as one of this engine's environments before the first event is judged.
  if (before === null) await writeWatchState(pool, environment, { engine_id, cursor: watch.cursor(), state: watch.state() });

  const live = follow(engine, Math.floor(start / 1000) - 1, signal);
  try {
    const replay = isSame ? await replayEvents(engine, start, before) : null;
    if (replay !== null) await watch.take(replay.events);
    await watch.take(live.drain());
    const now = await watch.refresh();
    if (gap !== null && before !== null && isSame && replay !== null) {
      await closeGap(parts, scope, gap, before, now, { replayed: replay.events.length, continuous: replay.continuous, engine_restarted: replay.engine_restarted, told: watch.told() });
    } else if (gap !== null && before !== null) {
      await closeGap(parts, scope, gap, { ...before, state: { ...before.state, snapshot: now } }, now, { replayed: 0, continuous: false, engine_restarted: true, told: watch.told() });
    }
    await write(parts, engine_id, watch);
    onLive();
    let [alive, scoped] = [Date.now(), Date.now()];
    while (!signal.aborted) {
      await live.next(TICK_MS);
      if (!lock.isHeld()) throw new TypeError('the lock of this watch was lost with its connection');
      const events = live.drain();
      await watch.take(events);
      await watch.settle(Date.now());
      if (Date.now() - scoped >= SCOPE_MS) {
        scope = await rescope(parts, watch, scope);
        scoped = Date.now();
      }
      if (watch.isDirty()) {
        await write(parts, engine_id, watch);
        alive = Date.now();
      } else if (Date.now() - alive >= ALIVE_MS) {
        await markWatching(pool, environment);
        alive = Date.now();
      }
      live.check();
    }
  } finally {
    await live.close();
  }
}

async function rescope({ pool, environment }: WatchEngineParts, watch: EngineWatch, before: Scope): Promise<Scope> {
  const scope = await readScope(pool, environment);
  watch.setScope(scope);
  if (scope.text !== before.text) await watch.refresh();
  return scope;
}

async function write({ pool, environment }: WatchEngineParts, engine_id: string, watch: EngineWatch): Promise<void> {
  await writeWatchState(pool, environment, { engine_id, cursor: watch.cursor(), state: watch.state() });
  watch.clean();
}

interface Replay {
  readonly events: readonly EngineEvent[];
  readonly continuous: boolean;
  readonly engine_restarted: boolean;
}

/** All that the engine remembers until `start`; of it, what is newer than the cursor or was not taken. */
async function replayEvents(engine: Pick<Engine, 'call'>, start: number, { cursor, state }: WatchStateRow): Promise<Replay> {
  const { json } = await engine.call(
    { method: 'GET', path: '/events', query: { since: '1', until: `${String(Math.floor(start / 1000))}.${String(start % 1000).padStart(3, '0')}000000` }, answer: 'lines', expect: [200] },
    { signal: hangsAfter(REPLAY_MS), maxOutputBytes: REPLAY_BYTES },
  );
  const remembered = (Array.isArray(json) ? json : []).map(parseEngineEvent);
  const continuous = remembered.some((event) => event.time_nano === cursor && Object.hasOwn(state.seen, eventKey(event)));
  const neverTold = Object.keys(state.seen).length === 0;
  return {
    events: remembered.filter(({ time_nano }) => BigInt(time_nano) >= BigInt(cursor) - OVERLAP_NANO).filter((event) => !Object.hasOwn(state.seen, eventKey(event))),
    continuous,
    // It remembers few and not the one that was taken last: it has begun anew.
    engine_restarted: !continuous && !neverTold && remembered.length < REMEMBERED,
  };
}

async function readEngineId(engine: Pick<Engine, 'call'>): Promise<string> {
  const { json } = await engine.call({ method: 'GET', path: '/info', answer: 'json', expect: [200] }, { signal: hangsAfter(REPLAY_MS) });
  const id = typeof json === 'object' && json !== null && 'ID' in json ? json.ID : null;
  if (typeof id !== 'string' || id === '') throw new TypeError('the engine told no id');
  return id.slice(0, 200);
}

interface Live {
  /** Resolves when there is something, or after so long. */
  next(milliseconds: number): Promise<void>;
  drain(): readonly EngineEvent[];
  /** @throws what ended the stream */
  check(): void;
  close(): Promise<void>;
}

function follow(engine: Pick<Engine, 'events'>, since: number, signal: AbortSignal): Live {
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  let queue: EngineEvent[] = [];
  let failure: { readonly error: unknown } | null = null;
  let wake: () => void = () => undefined;
  const ended = (async () => {
    try {
      for await (const event of engine.events(since, stop)) {
        queue.push(event);
        wake();
      }
    } catch (error) {
      failure = { error };
      wake();
    }
  })();
  return {
    async next(milliseconds) {
      if (queue.length > 0 || failure !== null) return;
      const woken = new AbortController();
      wake = () => woken.abort();
      await sleep(milliseconds, AbortSignal.any([stop, woken.signal]));
    },
    drain() {
      const taken = queue;
      queue = [];
      return taken;
    },
    check() {
      if (failure !== null) throw failure.error;
    },
    async close() {
      own.abort();
      await ended;
    },
  };
}

function reasonOf(error: unknown): GapReason {
  if (!isWingmanError(error)) return 'WATCH_FAILED';
  return error.code === 'DATABASE_UNAVAILABLE' ? 'DATABASE_AWAY' : ['ENGINE_UNAVAILABLE', 'ENGINE_ERROR', 'TIMED_OUT'].includes(error.code) ? 'ENGINE_AWAY' : 'WATCH_FAILED';
}
