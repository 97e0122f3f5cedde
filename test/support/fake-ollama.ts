/** A server of ours that speaks Ollama's HTTP protocol, where no model can be run: /api/chat without streaming, /api/tags. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ModelAnswer = { readonly content: string } | { readonly status: number } | 'hang';

export interface FakeOllama {
  readonly host: string;
  readonly model: string;
  readonly digest: string;
  /** What the model was told, last. */
  asked(): { readonly messages: readonly { readonly role: string; readonly content: string }[]; readonly format: unknown } | null;
  answer(next: ModelAnswer): void;
  close(): Promise<void>;
}

export async function startFakeOllama(): Promise<FakeOllama> {
  const model = 'small:1b';
  const digest = 'd'.repeat(64);
  let next: ModelAnswer = { content: '{"claims":[]}' };
  let asked: ReturnType<FakeOllama['asked']> = null;
  const server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const send = (body: object): void => void res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      if (req.url === '/api/tags') {
        send({ models: [{ name: model, model, digest, size: 1, modified_at: '2026-01-01T00:00:00Z' }] });
        return;
      }
      asked = JSON.parse(Buffer.concat(chunks).toString()) as NonNullable<typeof asked>;
      if (next === 'hang') return;
      if ('status' in next) {
        res.writeHead(next.status).end('{"error":"no"}');
        return;
      }
      send({ model, created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: next.content }, done: true });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    model,
    digest,
    asked: () => asked,
    answer(wanted) {
      next = wanted;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
