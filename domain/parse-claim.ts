/** English into typed claims, by rules. Hostile: written by an agent. */
import type { ClaimWorld, ParsedClaim } from './claim';

/** Never throws: what is not understood is in `unparsed`, with a code and a reason. Linear in the length of the text. */
export function parseClaim(text: string, _world: ClaimWorld): ParsedClaim {
  return { parts: [], unparsed: [{ text: text.slice(0, 300), code: 'NOT_UNDERSTOOD', reason: 'nothing in it can be checked' }] };
}
