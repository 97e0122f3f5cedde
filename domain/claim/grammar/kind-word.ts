import type { SubjectKind } from '../predicates';

/** A word for a kind of thing. */
export interface KindWord {
  readonly kind: SubjectKind;
  /** Several may follow: "containers web and db". */
  readonly many?: true;
}
