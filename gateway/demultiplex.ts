import { WingmanError } from '../domain/errors';

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Splits the engine's multiplexed stream (logs, attach, exec start): frames of an 8-byte header (stream 0-2, three zero
 * bytes, length as big-endian 32 bits) and that many bytes. Frames are passed on piecewise, so a frame that claims 4 GB
 * costs no memory. A stream that does not begin with such a header is one of a container with a TTY: all of it is stdout.
 *
 * @throws WingmanError ENGINE_ERROR when a later header makes no sense
 */
export function createDemultiplexer(sink: { stdout(chunk: Buffer): void; stderr(chunk: Buffer): void }): {
  push(chunk: Buffer): void;
  end(): void;
} {
  let header = Buffer.alloc(0);
  let frameLeft = 0;
  let frameIsStderr = false;
  let frames = 0;
  let raw = false;

  const takeHeader = (chunk: Buffer): Buffer => {
    const missing = HEADER_BYTES - header.length;
    header = Buffer.concat([header, chunk.subarray(0, missing)]);
    const rest = chunk.subarray(missing);
    if (header.length < HEADER_BYTES) return rest;
    const stream = header.readUInt8(0);
    if (stream > STDERR || header.readUIntBE(1, 3) !== 0) {
      if (frames > 0) throw new WingmanError('ENGINE_ERROR', 'the engine sent an output stream that is out of step');
      raw = true;
      sink.stdout(header);
      return rest;
    }
    frames += 1;
    frameIsStderr = stream === STDERR;
    frameLeft = header.readUInt32BE(4);
    header = Buffer.alloc(0);
    return rest;
  };

  return {
    push(chunk) {
      let rest = chunk;
      while (rest.length > 0) {
        if (raw) {
          sink.stdout(rest);
          return;
        }
        if (frameLeft === 0) {
          rest = takeHeader(rest);
          continue;
        }
        const part = rest.subarray(0, frameLeft);
        frameLeft -= part.length;
        rest = rest.subarray(part.length);
        if (frameIsStderr) sink.stderr(part);
        else sink.stdout(part);
      }
    },
    /** Fewer than eight bytes in all can only be raw output; a cut frame is left as far as it came. */
    end() {
      if (!raw && frames === 0 && header.length > 0) sink.stdout(header);
    },
  };
}
