import type { Action } from '../action';
import type { RunArgs } from './body';

/** What a `docker run` or `docker create` was read as; null: it is another verb. */
export function toRunArgs({ program, verb, args }: Action): RunArgs | null {
  return program === 'docker' && (verb === 'run' || verb === 'create') ? (args as unknown as RunArgs) : null;
}
