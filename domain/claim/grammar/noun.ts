/** A thing that a sentence names, with what was said of it on the way. */
import type { ClaimSubject } from '../claim';
import type { KindWord } from './kind-word';
import type { Said } from './said';

export interface Noun {
  readonly subject: ClaimSubject;
  /** Said of it on the way: "an empty file", "/x (120 bytes)". */
  readonly extras: readonly Said[];
  readonly ambiguous?: true;
  /** The kind that a bare name after "and" has, and whether a plural said so. */
  readonly kind: KindWord;
  /** "but not db", "neither web". */
  readonly negated?: true;
  /** Where the list ends without it: "I stopped web and db is running" has one object only. */
  readonly listEnd?: number;
}
