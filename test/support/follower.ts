/** A follower of the feed as a browser is one: it keeps every id that it was told, and comes back to its place when it is cut off. */
import { request, type ClientRequest, type IncomingMessage } from 'node:http';

export interface Follower {
  /** Numbers of the events, as they came: nothing is sorted out. */
  readonly seen: readonly number[];
  readonly connections: () => number;
  readonly isOpen: () => boolean;
  /** Stops reading, and goes on: what TCP holds in between is not taken. */
  pause(): void;
  resume(): void;
  close(): void;
}

export interface FollowOptions {
  readonly url: string;
  readonly key: string;
  readonly after: number;
  readonly query?: string;
}

export function follow({ url, key, after, query = '' }: FollowOptions): Follower {
  const seen: number[] = [];
  let last = after;
  let connections = 0;
  let open = false;
  let closed = false;
  let current: ClientRequest | null = null;
  let answer: IncomingMessage | null = null;

  const again = (): void => {
    open = false;
    if (closed) return;
    current?.destroy();
    setTimeout(connect, 20 + Math.random() * 300).unref();
  };
  const connect = (): void => {
    if (closed) return;
    let rest = '';
    let done = false;
    const once = (): void => {
      if (done) return;
      done = true;
      again();
    };
    current = request(`${url}/events${query}`, { agent: false, headers: { authorization: `Bearer ${key}`, 'last-event-id': String(last) } }, (res) => {
      answer = res;
      res.once('close', once);
      res.once('error', once);
      if (res.statusCode !== 200) {
        res.resume();
        return;
      }
      connections += 1;
      res.setEncoding('utf8').on('data', (chunk: string) => {
        open = true;
        const blocks = (rest + chunk).split('\n\n');
        // Half an event is none: it comes again.
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const id = /^id: (\d+)$/m.exec(block)?.[1];
          if (id === undefined) continue;
          last = Number(id);
          if (block.includes('\ndata: ')) seen.push(last);
        }
      });
    });
    current.once('error', once);
    current.end();
  };
  connect();
  return {
    seen,
    connections: () => connections,
    isOpen: () => open,
    pause: () => void answer?.pause(),
    resume: () => void answer?.resume(),
    close() {
      closed = true;
      current?.destroy();
    },
  };
}
