/**
 * English into typed claims, by rules. Hostile: written by an agent. A sentence is TRUE only if every one of its words was understood; what
 * was not is in `unparsed` with a code and a reason, so that nothing is dropped in silence and nothing is TRUE by accident. One grounded
 * assertion that is refuted is FALSE, whatever stands in the sentences around it.
 */
import { speaksToTheJudge, takesBack } from './grammar/scope';
import { REASONS } from './grammar/markers';
import { withoutSuperseded } from './grammar/superseded';
import { withoutUndone } from './report/undone';
import { refusedWhole, shown } from './grammar/whole-text';
import { readSentences } from './report/read-sentences';
import { weakenedParts } from './report/weaken';
import type { SaidSentence } from './report/said-sentence';
import type { ClaimWorld, ParsedClaim, Unparsed, UnparsedCode } from './claim';

const MAX_PARTS = 64;

/** Never throws. Linear in the length of the text. */
export function parseClaim(text: string, world: ClaimWorld): ParsedClaim {
  const sentences = readClaimSentences(text, world);
  if ('code' in sentences) return { parts: [], unparsed: [sentences] };
  const parts = sentences.flatMap((sentence) => [...sentence.parts]);
  const unparsed = sentences.flatMap((sentence) => [...sentence.unparsed]);
  const asides = sentences.filter(({ isAside }) => isAside).map((sentence) => sentence.text);
  if (parts.length > MAX_PARTS) return { parts: [], unparsed: [refused(text, 'TOO_MANY_PARTS', `a claim has at most ${String(MAX_PARTS)} parts`)] };
  if (parts.length === 0 && unparsed.length === 0) return { parts, unparsed: [refused(text, 'EMPTY', 'the claim says nothing that can be checked')] };
  return { ...withoutSuperseded({ parts, unparsed }), ...(asides.length === 0 ? {} : { aside: asides }) };
}

/** The sentences of a claim or a report, or why none of it is read. */
export function readClaimSentences(text: string, world: ClaimWorld): readonly SaidSentence[] | Unparsed {
  const refusal = refusedWhole(text);
  if (refusal !== null) return refusal;
  const plain = text.replaceAll('\u00a0', ' ');
  if (speaksToTheJudge(plain)) return refused(plain, 'INSTRUCTION', REASONS.INSTRUCTION ?? '');
  const sentences = readSentences(plain, world);
  return takesBack(plain) ? sentences.map((sentence) => weakenedParts(sentence, () => true, 'RETRACTED')) : withoutUndone(sentences);
}

const refused = (text: string, code: UnparsedCode, reason: string): Unparsed => ({ text: shown(text), code, reason });
