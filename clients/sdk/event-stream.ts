/** The text/event-stream format (WHATWG HTML, 9.2.6): any line ending, fields over several lines, comments, unknown fields. */

export interface StreamedEvent {
  /** Null: this block named none. */
  readonly id: string | null;
  readonly event: string;
  /** Null: a block without data, which is no event; its id counts all the same. */
  readonly data: string | null;
}

/** A proxy that never sends a line's end must not fill the memory. */
const LONGEST_LINE = 4 * 1_048_576;

export async function* parseEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent, void, undefined> {
  let id: string | null = null;
  let event = 'message';
  let data: string[] = [];
  for await (const line of linesOf(body)) {
    if (line === '') {
      if (id !== null || data.length > 0) yield { id, event, data: data.length === 0 ? null : data.join('\n') };
      id = null;
      event = 'message';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
  // A block without its empty line was cut off: it comes again after the reconnection.
}

/** Lines without their ends (LF, CR or CRLF); the last need not have one. */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be the first half of a CRLF.
    const parts = rest.split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    yield* parts;
    if (rest.length > LONGEST_LINE) throw new RangeError('a line of the stream has no end');
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}
