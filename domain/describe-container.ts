/** A container as the card names it: what it is now, or that there is none. */
import type { Inventory } from './action';

export function describeContainer(name: string, inventory: Inventory | null): string {
  if (inventory === null) return `container ${name} (the engine could not be seen)`;
  const found = inventory.containers.find((it) => it.name === name || (/^[0-9a-f]{4,64}$/.test(name) && it.id.startsWith(name)));
  if (found === undefined) return `container ${name} (not found now)`;
  const ports = found.ports.length === 0 ? '' : `, ports ${found.ports.join(' ')}`;
  const real = found.name === name ? name : `${name} = ${found.name}`;
  return `container ${real} (image ${found.image}, ${found.status}${ports})`;
}

export const describeContainers = (names: readonly string[], inventory: Inventory | null): string =>
  names.map((name) => describeContainer(name, inventory)).join(', ');
