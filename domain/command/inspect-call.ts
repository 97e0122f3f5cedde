import { assertNever } from '../errors';
import type { EngineCall, TargetKind } from './action';

/** The call that describes one thing by the id that the gateway resolved. */
export function inspectCall(kind: TargetKind, id: string, size = false): EngineCall {
  return {
    method: 'GET',
    path: inspectPath(kind, id),
    ...(size ? { query: { size: true } } : {}),
    answer: 'json',
    expect: [200],
  };
}

function inspectPath(kind: TargetKind, id: string): string {
  switch (kind) {
    case 'container':
      return `/containers/${encodeURIComponent(id)}/json`;
    case 'image':
      return `/images/${encodeURIComponent(id)}/json`;
    case 'network':
      return `/networks/${encodeURIComponent(id)}`;
    case 'volume':
      return `/volumes/${encodeURIComponent(volumeName(id))}`;
    default:
      return assertNever(kind);
  }
}

/** The engine knows volumes by name only; our id of one is `name@created`, and no volume's name holds an `@`. */
export const volumeName = (id: string): string => id.slice(0, id.lastIndexOf('@'));
