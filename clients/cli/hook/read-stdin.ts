/** All of standard input, of a bounded length: whoever writes it decides how much it is, and whether it ever ends. */
import { refusal } from '../../../domain/errors';

const MOST_BYTES = 4 * 1_048_576;

/** @throws WingmanError BODY_TOO_LARGE; an error when it has no end by then, or the signal fires */
export async function readStdin(milliseconds: number, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = (): void => void process.stdin.destroy(new Error('standard input did not end in time'));
  // A timer of its own: Node 20 forgets a timeout signal that only a combined one refers to (measured: it never fired).
  const timer = setTimeout(stop, milliseconds);
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
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
