/** The connection of a client to Temporal, and an end of it that breaks nothing. */
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

export interface ClientConnection {
  readonly connection: Connection;
  close(): Promise<void>;
}

/**
 * Lazy: nothing is connected before the first call.
 *
 * A call that fails is tried again by a timer of the client, and a timer that finds the channel closed throws where nobody can catch it
 * (grpc-retry.js of @temporalio/client 1.24.0): the process ends in the middle of its orderly stop. So no retry is begun once `close` was
 * called, and those that are due, 6 seconds away at most, are waited for.
 */
export function openClientConnection(address: string): ClientConnection {
  const defaults = defaultGrpcRetryOptions();
  let isClosing = false;
  let lastRetryAt = 0;
  const retrying = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !isClosing && defaults.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const delay = defaults.delayFunction(attempt, status);
      lastRetryAt = Math.max(lastRetryAt, Date.now() + delay);
      return delay;
    },
  });
  const connection = Connection.lazy({ address, interceptors: [retrying] });
  return {
    connection,
    async close() {
      isClosing = true;
      const due = lastRetryAt - Date.now();
      if (due > 0) await new Promise((done) => setTimeout(done, due + 1));
      await connection.close();
    },
  };
}
