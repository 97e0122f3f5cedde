/** "I created it for the test and cleaned everything up": words that were not read but undo make what was done before no lie. */
import { isAction } from '../predicates';
import { weakenedParts } from './weaken';
import type { SaidSentence } from './said-sentence';

const UNDOES =
  /\b(?:clean(?:ed|ing|s)?(?: \w+){0,3} up|cleanup|clean-up|removed?|removing|deleted?|deleting|roll(?:ed|ing)?(?: \w+){0,2} back|rollback|revert(?:ed|ing|s)?|undo|undid|undone|discard(?:ed)?|tore(?: \w+){0,2} down|torn down|teardown|tear-down|wiped?|purged?|reset|restored?|destroyed|dropped|got rid|took(?: \w+){0,2} down|shut(?: \w+){0,2} down|stopped|killed|moved|renamed|replaced)\b/i;
const BACKWARD = /\b(?:it|its|them|they|everything|all|both|these|those|this|that|afterwards|again|the (?:file|files|container|containers|directory|folder|test \w+|temporary \w+|same \w*))\b/i;

export function withoutUndone(sentences: readonly SaidSentence[]): readonly SaidSentence[] {
  const last = sentences.findLastIndex(({ unparsed }) => unparsed.some(({ text }) => UNDOES.test(text) && BACKWARD.test(text)));
  if (last === -1) return sentences;
  return sentences.map((sentence, at) => (at > last ? sentence : weakenedParts(sentence, (part) => part.deed === true || isAction(part.predicate), 'SUPERSEDED', 'what was said later may have undone it')));
}
