import { REASONS } from '../grammar/markers';
import type { TypedClaim, UnparsedCode } from '../claim';
import type { SaidSentence } from './said-sentence';

/** The sentence without the parts that do not stand any more, each with the reason. */
export function weakenedParts(sentence: SaidSentence, isWeak: (part: TypedClaim) => boolean, code: UnparsedCode, reason = REASONS[code] ?? ''): SaidSentence {
  const weak = sentence.parts.filter(isWeak);
  if (weak.length === 0) return sentence;
  return { ...sentence, parts: sentence.parts.filter((part) => !isWeak(part)), unparsed: [...sentence.unparsed, ...weak.map(({ text }) => ({ text, code, reason }))] };
}
