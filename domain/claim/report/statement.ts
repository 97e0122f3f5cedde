import type { Polarity } from '../grammar/polarity';

export interface Statement {
  readonly text: string;
  readonly polarity: Polarity;
  /** The line above that this one goes on from: "Created:", "The following containers are running:". */
  readonly lead?: string;
  /** A title: it need not say anything. */
  readonly isTitle?: true;
}
