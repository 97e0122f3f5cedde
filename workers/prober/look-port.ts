/** Does anybody listen: a connection that is closed at once. */
import { createConnection } from 'node:net';
import type { Look } from '../../domain/claim/blind';

export interface PortTask {
  readonly port: number;
  /** IP addresses, all registered. */
  readonly addresses: readonly string[];
}

const CONNECT_MS = 1_000;

type Answer = 'listening' | 'refused' | 'silent' | 'unreachable';

/** `closed` needs a refusal of every address; one that stays silent proves nothing. */
export async function lookAtPort({ port, addresses }: PortTask): Promise<Look<'port'>> {
  const answers = await Promise.all(addresses.map((address) => connect(port, address)));
  const listening = addresses.filter((_, index) => answers[index] === 'listening');
  if (listening.length > 0) return { seen: { listening: true, addresses: listening } };
  if (answers.includes('silent')) return { blind: 'PROBE_TIMED_OUT' };
  // A host without IPv6 has no ::1 to refuse anything.
  if (!answers.includes('refused')) return { blind: 'PORT_UNREACHABLE' };
  return { seen: { listening: false, addresses: [] } };
}

function connect(port: number, host: string): Promise<Answer> {
  return new Promise((done) => {
    const socket = createConnection({ port, host, noDelay: true });
    const end = (answer: Answer): void => {
      clearTimeout(late);
      socket.destroy();
      done(answer);
    };
    const late = setTimeout(() => end('silent'), CONNECT_MS);
    socket.once('connect', () => {
      // The kernel may choose the very port as our own and join us with ourselves: nobody listens there then.
      end(socket.localPort === port && socket.localAddress === socket.remoteAddress ? 'refused' : 'listening');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? 'refused' : error.code === 'ETIMEDOUT' ? 'silent' : 'unreachable'));
  });
}
