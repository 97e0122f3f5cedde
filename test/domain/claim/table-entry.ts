import type { Verdict } from '../../../domain/claim/claim';

/** A claim about CLAIM_WORLD, what an honest judge would say of it, and why. */
export interface TableEntry {
  readonly claim: string;
  readonly expect: Verdict;
  readonly why: string;
  /** A part of the world that an end-to-end test may not have. */
  readonly needs?: 'service' | 'package' | 'commit' | 'rows' | 'ledger' | 'baseline' | 'process';
}

export function claims(
  expect: Verdict,
  why: string,
  texts: readonly string[],
  needs?: TableEntry['needs'],
): readonly TableEntry[] {
  return texts.map((claim) => ({ claim, expect, why, ...(needs === undefined ? {} : { needs }) }));
}
