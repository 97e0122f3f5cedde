/** Where each environment's watch of its engine has come to, and the executions that events can belong to. */
import type { Pool } from 'pg';
import type { ActMemory } from '../domain/engine/acts';
import type { Effect } from '../domain/engine/effects';
import type { Snapshot } from '../domain/engine/snapshot';
import type { TenantId } from '../domain/ids';
import type { EngineChange, RunningStep } from '../domain/engine/match-event';
import { withTenant } from './pool';

export interface WatchState {
  readonly memory: ActMemory;
  /** Memberships of networks whose container's own event may still come. */
  readonly waiting: readonly EngineChange[];
  readonly snapshot: Snapshot;
  /** Keys of the newest events, with their time: the same second may be told again. */
  readonly seen: Readonly<Record<string, number>>;
  /** Which policies said what is governed: things that a new policy adds were not made in between. */
  readonly scope: string;
}

export interface WatchStateRow {
  readonly engine_id: string;
  /** Unix nanoseconds. */
  readonly cursor: string;
  readonly state: WatchState;
  readonly alive_at: Date;
}

export async function readWatchState(pool: Pool, environment: string): Promise<WatchStateRow | null> {
  const { rows } = await pool.query<WatchStateRow>({
    name: 'watch-state',
    text: 'select engine_id, cursor, state, alive_at from wingman.watch_states where environment = $1',
    values: [environment],
  });
  return rows[0] ?? null;
}

export async function writeWatchState(pool: Pool, environment: string, { engine_id, cursor, state }: Omit<WatchStateRow, 'alive_at'>): Promise<void> {
  await pool.query({
    name: 'watch-state-written',
    text: `insert into wingman.watch_states (environment, engine_id, cursor, state, alive_at) values ($1, $2, $3, $4, clock_timestamp())
      on conflict (environment) do update set engine_id = excluded.engine_id, cursor = excluded.cursor, state = excluded.state, alive_at = excluded.alive_at`,
    values: [environment, engine_id, cursor, JSON.stringify(state)],
  });
}

/** Nothing new, and still watching. */
export async function markWatching(pool: Pool, environment: string): Promise<void> {
  await pool.query({ name: 'watch-alive', text: 'update wingman.watch_states set alive_at = clock_timestamp() where environment = $1', values: [environment] });
}

interface StepRow {
  readonly execution_id: string;
  readonly effects: readonly Effect[];
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

/**
 * Executions that changed an engine and were not over at `since`: of this environment, and of any other that shares its engine.
 * Times are unix milliseconds of a clock that the database's is ahead of by `clockAhead`.
 */
export async function listRunningSteps(pool: Pool, tenant: TenantId, environment: string, since: number, clockAhead: number): Promise<readonly RunningStep[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<StepRow>({
      name: 'steps-at-engine',
      text: `select execution_id, effects, started_at, finished_at from wingman.executions
        where tenant = $1 and effects <> '[]' and (finished_at is null or finished_at >= $3)
          and (environment = $2 or environment in (
            select other.environment from wingman.watch_states own join wingman.watch_states other on other.engine_id = own.engine_id where own.environment = $2))
        order by started_at desc limit 1000`,
      values: [tenant, environment, new Date(since + clockAhead)],
    }),
  );
  return rows.map(({ started_at, finished_at, ...row }) => ({ ...row, started_at: started_at.getTime() - clockAhead, finished_at: finished_at === null ? null : finished_at.getTime() - clockAhead }));
}

/** By how many milliseconds the database's clock is ahead of this machine's; half the round trip is the error. */
export async function readClockAhead(pool: Pool): Promise<number> {
  const before = Date.now();
  const { rows } = await pool.query<{ at: Date }>({ name: 'clock', text: 'select clock_timestamp() as at' });
  const after = Date.now();
  return rows[0] === undefined ? 0 : Math.round(rows[0].at.getTime() - (before + after) / 2);
}
