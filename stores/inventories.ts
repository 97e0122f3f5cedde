/** What the engine of an environment holds, as its gateway last saw it. */
import type { Pool } from 'pg';
import type { Inventory } from '../domain/command/action';
import { createLastRead } from './last-read';

interface Written {
  /** Which writing of the row this is: another one for each, also of the same moment. */
  readonly written: string;
  readonly inventory: Inventory | null;
}

/** By environment: an engine with hundreds of containers is not sent and parsed again for every request. */
const known = createLastRead<Written>();

/** Null: no gateway of that environment sees an engine. Then nothing can be bound, and so nothing that changes something can run. */
export async function readInventory(pool: Pool, environment: string): Promise<Inventory | null> {
  const last = known.get(pool, environment);
  const { rows } = await pool.query<Written>({
    name: 'inventory-of-environment',
    text: `select written, case when written = $2 then null else inventory end as inventory
      from (select inventory, as_of::text || ' ' || xmin::text || ' ' || ctid::text as written from wingman.inventories where environment = $1) one`,
    values: [environment, last?.written ?? null],
  });
  const [row] = rows;
  if (row === undefined) return null;
  if (row.written === last?.written) return last.inventory;
  return known.set(pool, environment, row).inventory;
}

export async function writeInventory(pool: Pool, environment: string, inventory: Inventory | null, at: Date): Promise<void> {
  await pool.query({
    name: 'inventory-write',
    text: `insert into wingman.inventories (environment, as_of, inventory) values ($1, $2, $3)
      on conflict (environment) do update set as_of = excluded.as_of, inventory = excluded.inventory`,
    values: [environment, at, inventory === null ? null : JSON.stringify(inventory)],
  });
}
