/** Of several gateways of one environment one watches: an advisory lock that lives as long as its session. */
import type { Pool, PoolClient } from 'pg';

const WATCH_LOCK = 0x77_6d_77_61;

export interface WatchLock {
  /** False once the session is lost: then another may have it. */
  isHeld(): boolean;
  release(): void;
}

/** Null: another process watches this environment. */
export async function tryWatchLock(pool: Pool, environment: string): Promise<WatchLock | null> {
  const client: PoolClient = await pool.connect();
  let held = true;
  const lost = (): void => {
    held = false;
  };
  client.on('error', lost);
  try {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as locked', [WATCH_LOCK, environment]);
    if (rows[0]?.locked !== true) {
      client.release();
      return null;
    }
  } catch (error) {
    client.release(true);
    throw error;
  }
  return {
    isHeld: () => held,
    release: () => {
      // With the session the lock goes too.
      client.release(true);
    },
  };
}
