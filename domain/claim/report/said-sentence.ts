import type { TypedClaim, Unparsed } from '../claim';

export interface SaidSentence {
  /** As it stands in the report, without its decoration. */
  readonly text: string;
  readonly parts: readonly TypedClaim[];
  readonly unparsed: readonly Unparsed[];
  /** It claims nothing: a courtesy or a title. */
  readonly isAside: boolean;
}
