import type { Pool } from 'pg';

export interface LastRead<Value> {
  get(pool: Pool, key: string): Value | null;
  set(pool: Pool, key: string, value: Value): Value;
}

/** What was last read through each pool, by key, so that what did not change need not be sent again. Gone with the pool. */
export function createLastRead<Value>(): LastRead<Value> {
  const known = new WeakMap<Pool, Map<string, Value>>();
  return {
    get: (pool, key) => known.get(pool)?.get(key) ?? null,
    set(pool, key, value) {
      const ofPool = known.get(pool) ?? new Map<string, Value>();
      known.set(pool, ofPool.set(key, value));
      return value;
    },
  };
}
