/** HTTP as bytes: what attackers send and no client library would. */
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0: the connection was closed without a word, which refuses as well as any status. */
  readonly status: number;
  readonly body: Record<string, any>;
  /** What came, whole; more than one answer shows smuggling. */
  readonly text: string;
}

/** Header lines with these characters end or corrupt the header; anything else is sent as it is. */
export const canBeHeader = (text: string): boolean => text === text.trim() && /^[\x20-\x7e\x80-\xff]*$/.test(text);

export function httpText(method: string, path: string, headers: Readonly<Record<string, string>>, body: string | null): string {
  const lines = Object.entries({ host: 'x', ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }), connection: 'close', ...headers });
  return `${method} ${path.replaceAll(' ', '%20')} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`;
}

export function sendRaw(url: string, text: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      // A refused sender that goes on sending is not waited for.
      if (/^HTTP\/1\.1 4/.test(answer) && isWhole(answer)) socket.end();
    });
    // A reset while it still sends: what had been answered until then counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), body: jsonOf(answer), text: answer }));
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(answer)?.[1];
  return end >= 0 && Buffer.byteLength(answer.slice(end + 4)) >= Number(length ?? 0);
}

function jsonOf(answer: string): Record<string, any> {
  try {
    return JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Record<string, any>;
  } catch {
    // Node's own 400, 408 and 431 have no body.
    return {};
  }
}
