/**
 * What agents, containers and servers wrote, as a terminal may have it. Any text of theirs could move the cursor, hide a line
 * or paint a card that nobody rendered; so every text of a value is made visible before it is laid out, in this one place.
 */
import { showHidden } from '../../domain/text/hidden-text';

export function visible<T>(value: T): T {
  return made(value) as T;
}

function made(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(made);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, made(inner)]));
  return value;
}

/** Line ends of other systems are line ends; all else that cannot be seen is spelled out. */
export const visibleText = (text: string): string => showHidden(text.replaceAll('\r\n', '\n'));
