/**
 * A small proxy in front of the engine's socket that writes every call that may change something to disk before it forwards
 * it. What the product says about itself proves nothing: this file is the judge of what was started.
 */
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface DockerWitness {
  /** Where the gateway is pointed at. */
  readonly socketPath: string;
  /** `METHOD path` of every call but reading ones, in order. */
  readonly acts: readonly string[];
  close(): Promise<void>;
}

const READS = new Set(['GET', 'HEAD']);

/** @param logFile gets one line for each act */
export async function startDockerWitness(upstream: string, socketPath: string, logFile: string): Promise<DockerWitness> {
  const acts: string[] = [];
  const sockets = new Set<Duplex>();
  writeFileSync(logFile, '');
  const witness = ({ method = '', url = '' }: IncomingMessage): void => {
    if (READS.has(method)) return;
    appendFileSync(logFile, `${method} ${url}\n`);
    acts.push(`${method} ${url}`);
  };
  const server = createServer({ keepAlive: true }, (req, res) => {
    witness(req);
    forward(upstream, req, res);
  });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    witness(req);
    sockets.add(hijack(upstream, req, socket, head));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    acts,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(socketPath, { force: true });
    },
  };
}

function forward(socketPath: string, req: IncomingMessage, res: ServerResponse): void {
  const onward = request({ socketPath, method: req.method, path: req.url, headers: req.headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    res.flushHeaders();
    answer.pipe(res);
    answer.once('error', () => res.destroy());
  });
  onward.once('error', () => res.destroy());
  // A caller that went away, such as a cut-off `events`, must not leave its call open at the engine.
  res.once('close', () => onward.destroy());
  req.pipe(onward);
}

/** `attach` and `exec` turn the connection into a plain stream: from then on bytes are passed as they are. */
function hijack(upstream: string, req: IncomingMessage, socket: Duplex, head: Buffer): Socket {
  const lines = [`${req.method ?? 'POST'} ${req.url ?? '/'} HTTP/1.1`];
  for (let at = 0; at < req.rawHeaders.length; at += 2) lines.push(`${req.rawHeaders[at] ?? ''}: ${req.rawHeaders[at + 1] ?? ''}`);
  const onward = connect(upstream, () => {
    onward.write(`${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.pipe(socket);
    socket.pipe(onward);
  });
  const end = (): void => {
    socket.destroy();
    onward.destroy();
  };
  for (const side of [socket, onward]) side.once('error', end);
  return onward;
}
