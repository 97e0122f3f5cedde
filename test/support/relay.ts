/** A line to a real server that a test can cut or freeze, so that the server is away for one product alone. */
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Relay {
  /** 127.0.0.1:port */
  readonly address: string;
  readonly port: number;
  /** Nobody listens any more, and what was open is gone. */
  cut(): Promise<void>;
  /** Connections are taken, and nothing goes through. */
  freeze(): void;
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function openRelay(target: { readonly host: string; readonly port: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((inside) => {
    const outside = connect(target);
    for (const [from, to] of [[inside, outside], [outside, inside]] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (chunk) => to.write(chunk));
      if (frozen) from.pause();
    }
  });
  const listen = (port: number): Promise<void> => new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = new Promise<void>((done) => (server.listening ? server.close(() => done()) : done()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    address: `127.0.0.1:${String(port)}`,
    cut,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    async restore() {
      frozen = false;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen(port);
    },
    close: cut,
  };
}
