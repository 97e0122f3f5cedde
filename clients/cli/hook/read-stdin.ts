/** All of standard input, of a bounded length: whoever writes it decides how much it is, and whether it ever ends. */
import { refusal } from '../../../domain/errors';

const MOST_BYTES = 16 * 1_048_576;

/** @throws WingmanError BODY_TOO_LARGE; the signal's reason */
export async function readStdin(signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = (): void => void process.stdin.destroy(new Error('standard input did not end in time'));
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of process.stdin) {
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      if (bytes > MOST_BYTES) throw refusal('BODY_TOO_LARGE', `the call is longer than ${String(MOST_BYTES)} bytes`);
      chunks.push(buffer);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
