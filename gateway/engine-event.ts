/** Events of the engine (`GET /events`), reduced to what inventory and watcher need. */
import { WingmanError } from '../domain/errors';

export interface EngineEvent {
  /** container, image, network, volume, daemon … */
  readonly type: string;
  /** start, die, `exec_create: sh -c …`, pull … as the engine says it */
  readonly action: string;
  /** Container or network id; image id or reference; volume name. */
  readonly id: string;
  /** Labels, name, image, exitCode …; whoever made the container wrote some of them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Unix time in nanoseconds, as text: more digits than a number holds. */
  readonly time_nano: string;
}

export function parseEngineEvent(value: unknown): EngineEvent {
  if (typeof value !== 'object' || value === null)
    throw new WingmanError('ENGINE_ERROR', 'the engine streamed an event that is no object');
  const event = value as {
    Type?: unknown;
    Action?: unknown;
    time?: unknown;
    timeNano?: unknown;
    Actor?: { ID?: unknown; Attributes?: unknown };
  };
  const attributes = event.Actor?.Attributes;
  return {
    type: text(event.Type),
    action: text(event.Action),
    id: text(event.Actor?.ID),
    attributes:
      typeof attributes === 'object' && attributes !== null
        ? Object.fromEntries(
            Object.entries(attributes).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
          )
        : {},
    time_nano: timeNano(event.timeNano, event.time),
  };
}

/** JSON.parse rounds `timeNano` to about 256 ns; good enough to order by and to resume from. */
function timeNano(nano: unknown, seconds: unknown): string {
  if (typeof nano === 'number' && Number.isFinite(nano)) return BigInt(nano).toString();
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return `${String(Math.trunc(seconds))}000000000`;
  throw new WingmanError('ENGINE_ERROR', 'the engine streamed an event without a time');
}

function text(value: unknown): string {
  if (typeof value !== 'string')
    throw new WingmanError('ENGINE_ERROR', 'the engine streamed an event of an unknown form');
  return value;
}
