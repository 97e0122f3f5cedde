/** A place in the words of one sentence. Rules take words from it, and go back to where they began if they do not fit. */
import { parseUtc } from '../../text/utc-time';
import type { ClaimSubject, ClaimWorld, UnparsedCode } from '../claim';
import type { ByKind } from './said';
import type { Noun } from './noun';
import type { Token } from './tokens';

/** Phrases of one to several words with what they mean; the longest that fits is taken. Keys: `stopped|shut down`. */
export type Phrases<T> = ReadonlyMap<string, readonly { readonly words: readonly string[]; readonly value: T }[]>;

export function phrases<T>(entries: Readonly<Record<string, T>>): Phrases<T> {
  const table = new Map<string, { words: readonly string[]; value: T }[]>();
  for (const [keys, value] of Object.entries(entries)) {
    for (const key of keys.split('|')) {
      const words = key.split(' ');
      const first = words[0];
      if (first === undefined) continue;
      const list = table.get(first) ?? [];
      list.push({ words, value });
      table.set(
        first,
        list.sort((a, b) => b.words.length - a.words.length),
      );
    }
  }
  return table;
}

export interface Problem {
  readonly code: UnparsedCode;
  readonly reason: string;
}

/** A report has one time and many sentences. */
const TIMES = new WeakMap<ClaimWorld, { readonly seconds: number | undefined }>();

function nowOf(world: ClaimWorld): number | undefined {
  const known = TIMES.get(world) ?? { seconds: parseUtc(world.now)?.seconds };
  TIMES.set(world, known);
  return known.seconds;
}

export class Cursor {
  at = 0;
  /** The first thing that was read and refused: the reason to give if the clause does not hold. */
  problem: Problem | null = null;
  /** What "it" and a clause without a subject mean. */
  last: readonly { readonly subject: ClaimSubject; readonly ambiguous?: true }[] = [];

  /** What was said last, for "and db is not". */
  lastSaid: ByKind | null = null;

  /** What was found at a place, by what was looked for there. */
  readonly seen = new Map<string, { readonly nouns: readonly Noun[] | null; readonly end: number; readonly problem: Problem | null }>();

  /** What the slots of forms took, by place and slot. */
  readonly slots = new Map<number, Map<string, { readonly value: unknown; readonly end: number }>>();
  /** Whether an address stands anywhere in the sentence. */
  readonly hasUrl: boolean;
  /** The time of the claim in seconds, read once. */
  readonly now: number | undefined;

  constructor(
    readonly text: string,
    readonly tokens: readonly Token[],
    readonly world: ClaimWorld,
  ) {
    this.now = nowOf(world);
    this.hasUrl = tokens.some(({ kind, text: written }) => kind === 'url' || (kind === 'quoted' && written.includes('://')));
  }

  get ended(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  /** The next token if it is a plain word, in lower case. */
  peekWord(ahead = 0): string | undefined {
    const token = this.peek(ahead);
    return token?.kind === 'word' ? token.lower : undefined;
  }

  /** Takes the next word if it is one of these. */
  take(...words: readonly string[]): boolean {
    const next = this.peekWord();
    if (next === undefined || !words.includes(next)) return false;
    this.at += 1;
    return true;
  }

  mark(...marks: readonly string[]): boolean {
    const token = this.peek();
    if (token?.kind !== 'mark' || !marks.includes(token.text)) return false;
    this.at += 1;
    return true;
  }

  /** Takes the longest phrase of the table that stands here. */
  phrase<T>(table: Phrases<T>): T | undefined {
    const first = this.peekWord();
    if (first === undefined) return undefined;
    for (const { words, value } of table.get(first) ?? []) {
      if (words.every((word, ahead) => this.peekWord(ahead) === word)) {
        this.at += words.length;
        return value;
      }
    }
    return undefined;
  }

  /** Runs a rule; if it gives null, the place is as before. */
  attempt<T>(rule: () => T | null): T | null {
    const from = this.at;
    const result = rule();
    if (result === null) this.at = from;
    return result;
  }

  refuse(code: UnparsedCode, reason: string): null {
    this.problem ??= { code, reason };
    return null;
  }

  /** The words from one place to another, as they were written. */
  slice(from: number, to: number = this.at): string {
    const first = this.tokens[from];
    const last = this.tokens[Math.max(from, to - 1)];
    return first === undefined || last === undefined ? '' : this.text.slice(first.start, last.end);
  }
}
