/** What an entry of kind token says, and what is seen when its token is presented. */
import type { TokenInput } from './forge-token';

export interface TokenEntryInput extends TokenInput {
  readonly sequence?: readonly string[];
  readonly parallel?: number;
  readonly gateways?: number;
  readonly accepted?: number;
}

export interface Seen {
  readonly status: number;
  readonly code: string | undefined;
}

/** One token and how it is presented. */
export interface Presented {
  readonly approval: string;
  readonly token: string;
  readonly use: (body?: string) => Promise<Seen>;
}
