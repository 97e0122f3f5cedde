/**
 * What a command says that no operator registered. It can be said: it was read whole and stands on the card. Whether a person may be
 * asked for it is the policy's word, for each environment and kind; without a word of the policy it is refused.
 */
import { refusal, type ErrorCode } from '../errors';
import type { Registry } from './registry';
import type { UnregisteredKind } from './unregistered-kinds';

export interface Unregistered {
  readonly kind: UnregisteredKind;
  /** What it is refused with where nobody is asked. */
  readonly code: ErrorCode;
  /** For the card and for the refusal: `image redis is not registered (images)`. */
  readonly says: string;
  /** The offending part. */
  readonly part: string;
}

/** @returns what a person must be asked for. @throws WingmanError the first of them that this registry's policy refuses */
export function requireAskable(found: readonly Unregistered[], registry: Registry): readonly Unregistered[] {
  const refused = found.find(({ kind }) => registry.unregistered?.[kind] !== 'ask');
  if (refused !== undefined) throw refusal(refused.code, refused.says, { part: refused.part.slice(0, 200) });
  return found.filter(({ kind }) => kind !== 'following');
}
