import type { Expected, Predicate } from '../claim';
import type { SubjectKind } from '../predicates';

/** What is said of a subject. */
export interface Said {
  readonly predicate: Predicate;
  readonly expected?: Expected;
}
export type ByKind = Partial<Record<SubjectKind, Said>>;
