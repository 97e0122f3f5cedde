/** What the engine of an environment holds, as its gateway last saw it. */
import type { Pool } from 'pg';
import type { Inventory } from '../domain/action';

/** Null: no gateway of that environment sees an engine. Then nothing can be bound, and so nothing that changes something can run. */
export async function readInventory(pool: Pool, environment: string): Promise<Inventory | null> {
  const { rows } = await pool.query<{ inventory: Inventory | null }>({
    name: 'inventory-of-environment',
    text: 'select inventory from wingman.inventories where environment = $1',
    values: [environment],
  });
  return rows[0]?.inventory ?? null;
}

export async function writeInventory(pool: Pool, environment: string, inventory: Inventory | null, at: Date): Promise<void> {
  await pool.query({
    name: 'inventory-write',
    text: `insert into wingman.inventories (environment, as_of, inventory) values ($1, $2, $3)
      on conflict (environment) do update set as_of = excluded.as_of, inventory = excluded.inventory`,
    values: [environment, at, inventory === null ? null : JSON.stringify(inventory)],
  });
}
