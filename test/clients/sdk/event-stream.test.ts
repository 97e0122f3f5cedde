import { linesOf, parseEventStream, type StreamedEvent } from '../../../clients/sdk/event-stream';

async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function read(text: string, size = 3): Promise<readonly StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  for await (const event of parseEventStream(chunksOf(text, size))) events.push(event);
  return events;
}

const DATA = [
  ['an event as Wingman writes it', 'id: 7\nevent: claim\ndata: {"a":1}\n\n', [{ id: '7', event: 'claim', data: '{"a":1}' }]],
  ['an id without data, as the feed begins', 'retry: 2000\nid: 12\n: following\n\n', [{ id: '12', event: 'message', data: null }]],
  ['comments alone are nothing', ': still here\n\n: still here\n\n', []],
  ['CRLF', 'id: 1\r\ndata: x\r\n\r\n', [{ id: '1', event: 'message', data: 'x' }]],
  ['CR alone', 'id: 1\rdata: x\r\r', [{ id: '1', event: 'message', data: 'x' }]],
  ['data over several lines', 'data: one\ndata:two\ndata\n\n', [{ id: null, event: 'message', data: 'one\ntwo\n' }]],
  ['only one blank is taken off', 'data:  x\n\n', [{ id: null, event: 'message', data: ' x' }]],
  ['unknown fields are passed over', 'colour: red\ndata: x\n\n', [{ id: null, event: 'message', data: 'x' }]],
  ['an id with NUL is none', 'id: 1\0\ndata: x\n\n', [{ id: null, event: 'message', data: 'x' }]],
  ['what was cut off is left out', 'id: 1\ndata: x\n\nid: 2\ndata: y\n', [{ id: '1', event: 'message', data: 'x' }]],
  ['characters cut between two chunks', 'data: Grüße │ 👍\n\n', [{ id: null, event: 'message', data: 'Grüße │ 👍' }]],
] as const;

describe('the event-stream format', () => {
  it.each(DATA)('%s', async (_, text, expected) => {
    for (const size of [1, 2, 3, 7, 1_000]) expect(await read(text, size)).toEqual(expected);
  });

  it('gives lines whatever their ends, the last one too', async () => {
    const found: string[] = [];
    for await (const line of linesOf(chunksOf('a\nb\r\n\rc', 2))) found.push(line);
    expect(found).toEqual(['a', 'b', '', 'c']);
  });

  it('refuses a line that never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1_048_576).fill(120);
    }
    const reading = (async () => {
      for await (const event of parseEventStream(endless())) throw new Error(`an event out of nothing: ${String(event.data)}`);
    })();
    await expect(reading).rejects.toThrow('no end');
  });
});
