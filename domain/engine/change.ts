/** An event of the engine as a change of something, or null if it changes nothing that anybody answers for. */
import type { TargetKind } from '../command/action';
import type { EngineChange } from './match-event';

/** As gateway/engine-event.ts hands it over; attributes were written by whoever made the thing. */
export interface ToldEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly time_nano: string;
}

const KINDS: readonly string[] = ['container', 'image', 'network', 'volume'] satisfies TargetKind[];
/**
 * Looks and copies, what goes on inside a container, and what only accompanies another event. `prune` sums up the removals that
 * were told one by one.
 */
const UNRELATED = /^(?:exec_|health_status|top$|attach$|detach$|resize$|export$|copy$|mount$|unmount$|archive-path$|extract-to-dir$|save$|push$|prune$|oom$)/;
const MOST_TEXT = 300;
const MOST_LABELS = 100;
const OWN_ATTRIBUTES = new Set(['name', 'image', 'oldName', 'exitCode', 'signal', 'container', 'type', 'driver', 'execID', 'execDuration']);

export function toChange({ type, action, id, attributes, time_nano }: ToldEvent): EngineChange | null {
  if (!KINDS.includes(type) || UNRELATED.test(action)) return null;
  const own = (name: string): string | null => (Object.hasOwn(attributes, name) ? (attributes[name] ?? '').slice(0, MOST_TEXT) : null);
  const labels = Object.entries(attributes).filter(([name]) => !OWN_ATTRIBUTES.has(name));
  return {
    key: eventKey({ type, action, id, attributes, time_nano }),
    kind: type as TargetKind,
    action: action.slice(0, 40),
    id: id.slice(0, MOST_TEXT),
    name: own('name') ?? id.slice(0, MOST_TEXT),
    image: own('image'),
    old_name: own('oldName')?.replace(/^\//, '') ?? null,
    container: type === 'network' ? own('container') : null,
    labels: Object.fromEntries(labels.slice(0, MOST_LABELS).map(([name, value]) => [name, value.slice(0, MOST_TEXT)])),
    at: Number(BigInt(time_nano) / 1_000_000n),
  };
}

export const eventKey = ({ type, action, id, attributes, time_nano }: ToldEvent): string =>
  `${time_nano}:${type}:${action.slice(0, 40)}:${id.slice(0, 80)}${type === 'network' ? `:${(attributes['container'] ?? '').slice(0, 64)}` : ''}`;
