import { Agent, request as httpRequest } from 'node:http';

/** JSON over kept connections, with as little of a client as possible: its cost is in the subject's figure. */
export function caller(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const { hostname, port } = new URL(url);
  return <T>(method: string, path: string, key: string | null, body?: unknown): Promise<T> =>
    new Promise((done, fail) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const sent = httpRequest({
        agent, hostname, port, method, path,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
      }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', fail);
        answer.once('end', () => {
          const got = Buffer.concat(chunks).toString('utf8');
          if ((answer.statusCode ?? 500) >= 300) fail(new Error(`${method} ${path}: ${String(answer.statusCode)} ${got.slice(0, 300)}`));
          else done(JSON.parse(got) as T);
        });
      });
      sent.once('error', fail);
      sent.end(text);
    });
}
