/** Wakes whoever waits for the ledger to grow: one LISTEN connection for the process, and a slow look in case a notice is lost. */
import { Client } from 'pg';
import type { Logger } from '../platform/log';
import type { Running } from '../platform/running';

export interface Feed extends Running {
  /** Resolves when the ledger may have grown, after `ms` at the latest, or when the signal fires. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** How often it may have grown so far: what was read since then has seen that. */
  growth(): number;
}

const CHANNEL = 'wingman_ledger';
const RECONNECT_MS = 1_000;

export function createFeed(databaseUrl: string, log: Logger): Feed {
  const waiters = new Set<() => void>();
  let closed = false;
  let client: Client | null = null;
  let growth = 0;
  const wake = (): void => {
    growth += 1;
    for (const waiter of [...waiters]) waiter();
  };
  const listen = async (): Promise<void> => {
    if (closed) return;
    const next = new Client({ connectionString: databaseUrl, keepAlive: true });
    next.on('notification', wake);
    const again = (error?: unknown): void => {
      if (client !== next && error === undefined) return;
      client = null;
      next.removeAllListeners('end');
      if (closed) return;
      log.debug({ err: error }, 'the feed lost its connection');
      setTimeout(() => void listen(), RECONNECT_MS).unref();
    };
    next.on('error', again);
    next.on('end', () => again('ended'));
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      client = next;
      wake();
    } catch (error) {
      again(error);
    }
  };
  void listen();
  return {
    growth: () => growth,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          waiters.delete(done);
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal?.addEventListener('abort', done, { once: true });
        waiters.add(done);
      }),
    async close() {
      closed = true;
      wake();
      await client?.end();
    },
  };
}
