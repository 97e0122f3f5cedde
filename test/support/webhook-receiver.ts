/** Somebody who is told by webhooks: a real server that keeps what came, and answers what the test says. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, any>;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly heard: readonly Heard[];
  /** Statuses of the next answers, in order; then 204. */
  answer(...statuses: readonly number[]): void;
  /** Always this, until told otherwise; null: 204. */
  always(status: number | null): void;
  connections(): number;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const heard: Heard[] = [];
  let next: number[] = [];
  let otherwise: number | null = null;
  let connections = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      heard.push({ method: req.method ?? '', path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString('utf8') });
      const status = next.shift() ?? otherwise ?? 204;
      res.writeHead(status, status >= 300 && status < 400 ? { location: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/elsewhere` } : {}).end();
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/hook`,
    port,
    heard,
    answer: (...statuses) => void (next = [...statuses]),
    always: (status) => void (otherwise = status),
    connections: () => connections,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** By the package that receivers use. @throws WebhookVerificationError */
export const verified = (secret: string, { body, headers }: Heard): Told => new Webhook(secret).verify(body, headers as Record<string, string>) as Told;

export const typesOf = (heard: readonly Heard[]): readonly string[] => heard.map(({ body }) => (JSON.parse(body) as Told).type);
