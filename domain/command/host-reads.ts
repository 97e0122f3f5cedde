/**
 * What changes nothing, so that nobody has to be asked. For Docker and Compose that is this program's own table of verbs. What a
 * registered program does, its label in a policy cannot know: only the owner of the host where it runs can say that it only reads.
 */
import type { Action } from './action';
import type { HostRead } from './host-read';
import { actionReversibility } from './parse-action';

export function onlyReads(action: Action, hostReads: readonly HostRead[]): boolean {
  if (actionReversibility(action) !== 'READ_ONLY' || (action.unregistered ?? []).length > 0) return false;
  return action.program !== 'registered' || hostReads.some((read) => isSame(action, read));
}

function isSame({ argv, args }: Action, read: HostRead): boolean {
  const user = args !== null && typeof args === 'object' && 'user' in args ? args.user : undefined;
  return user === read.user && argv.length === read.argv.length && argv.every((word, at) => word === read.argv[at]);
}
