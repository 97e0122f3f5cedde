import { createDemultiplexer } from '../../gateway/demultiplex';

function demultiplex(chunks: readonly Buffer[]): { stdout: string; stderr: string } {
  const result = { stdout: '', stderr: '' };
  const demultiplexer = createDemultiplexer({
    stdout: (chunk) => (result.stdout += chunk.toString('latin1')),
    stderr: (chunk) => (result.stderr += chunk.toString('latin1')),
  });
  chunks.forEach((chunk) => demultiplexer.push(chunk));
  demultiplexer.end();
  return result;
}

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

test('frames are sorted by their stream, wherever the chunks are cut', () => {
  const whole = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, ''), frame(0, 'in'), frame(1, ' more')]);
  for (let size = 1; size <= whole.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
      whole.subarray(index * size, (index + 1) * size),
    );
    expect(demultiplex(chunks)).toEqual({ stdout: 'outin more', stderr: 'err' });
  }
});

test.each(['hello terminal', 'short', '\u0001\u0000\u0000'])('output without frames is stdout: %j', (text) => {
  expect(demultiplex([Buffer.from(text)])).toEqual({ stdout: text, stderr: '' });
});

test('a frame that is cut off gives what there is of it', () => {
  expect(demultiplex([frame(2, 'broken').subarray(0, 11)])).toEqual({ stdout: '', stderr: 'bro' });
});

test('a header that makes no sense after good frames is an error, not output', () => {
  expect(() => demultiplex([frame(1, 'fine'), Buffer.from('not a header')])).toThrow(
    expect.objectContaining({ code: 'ENGINE_ERROR' }),
  );
});
