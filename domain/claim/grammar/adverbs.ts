/** Adverbs that say nothing that could be false, and "just", which says when. */
import { NOTHING_SAID } from './states';
import { justNow } from './time';
import type { Cursor } from './cursor';
import type { Span } from './time';

/** Takes all that stand here; the span of "just", if it was among them. */
export function takeAdverbs(cursor: Cursor): Span | null {
  let just: Span | null = null;
  for (;;) {
    if (cursor.take(...NOTHING_SAID)) continue;
    if (cursor.peekWord() !== 'just' || cursor.peekWord(1) === 'now') return just;
    cursor.at += 1;
    just = justNow(cursor);
  }
}
