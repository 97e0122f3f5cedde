/** After a crash: every INTENT without an outcome whose process is gone gets its one terminal row, UNKNOWN. */
import type { Pool, PoolClient } from 'pg';
import { listRunning } from '../stores/executions';
import type { Ledger } from '../stores/ledger';
import { listTenants } from '../stores/tenants';
import { recordUnknownOutcome } from '../stores/unknown-outcome';

/** First half of the advisory lock pair that a living gateway holds; the second is its boot number. */
const BOOT_LOCK = 0x77_6d_67_77;

export interface Boot {
  readonly boot: number;
  /** False once the session that holds the lock is lost: then this process could be taken for dead. */
  isAlive(): boolean;
  close(): void;
}

/** Takes a boot number, and a session lock on it that lasts as long as this process and its database connection. */
export async function claimBoot(pool: Pool): Promise<Boot> {
  const client: PoolClient = await pool.connect();
  let alive = true;
  client.on('error', () => {
    alive = false;
  });
  const { rows } = await client.query<{ boot: number }>(`select nextval('wingman.gateway_boots')::int as boot`);
  const boot = rows[0]?.boot;
  if (boot === undefined) throw new TypeError('the database gave no boot number');
  await client.query('select pg_advisory_lock($1, $2)', [BOOT_LOCK, boot]);
  return { boot, isAlive: () => alive, close: () => client.release(true) };
}

/** @returns how many were settled. Safe to run at any time and by several gateways: the first row wins. */
export async function settleOrphans({ pool, ledger, environment }: { readonly pool: Pool; readonly ledger: Ledger; readonly environment: string }): Promise<number> {
  let settled = 0;
  for (const tenant of await listTenants(pool)) {
    for (const { execution_id, boot } of await listRunning(pool, tenant, environment)) {
      if (await isBootAlive(pool, boot)) continue;
      if (await recordUnknownOutcome(ledger, tenant, execution_id)) settled += 1;
    }
  }
  return settled;
}

async function isBootAlive(pool: Pool, boot: number): Promise<boolean> {
  const { rows } = await pool.query<{ held: boolean }>(
    `select exists (select from pg_locks where locktype = 'advisory' and classid = $1 and objid = $2 and database = (select oid from pg_database where datname = current_database())) as held`,
    [BOOT_LOCK, boot],
  );
  return rows[0]?.held === true;
}
