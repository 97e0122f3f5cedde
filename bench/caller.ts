import { Agent, request as httpRequest } from 'node:http';

/**
 * JSON over kept connections, with as little of a client as possible: its cost is in the subject's figure.
 *
 * @param addresses so many senders, by turns, each with a budget of its own where budgets are by address
 */
export function caller(url: string, addresses = 1) {
  const agents = Array.from({ length: addresses }, (_, index) => new Agent({ keepAlive: true, maxSockets: 256, ...(addresses > 1 ? { localAddress: `127.0.1.${String(index + 1)}` } : {}) }));
  let turn = 0;
  const { hostname, port } = new URL(url);
  return <T>(method: string, path: string, key: string | null, body?: unknown): Promise<T> =>
    new Promise((done, fail) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const sent = httpRequest({
        agent: agents[(turn += 1) % addresses], hostname, port, method, path,
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
