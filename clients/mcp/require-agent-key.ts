/** An agent's face takes an agent's key: with any other, whoever talks a model into something would talk to a reviewer. */
import type { WingmanClient } from '../sdk/client';
import { WingmanApiError } from '../sdk/errors';

export class NotAnAgentKey extends Error {
  constructor(why: string) {
    super(`${why}: give a key of kind agent (an operator makes one with \`wingman keys issue agent\`)`);
    this.name = 'NotAnAgentKey';
  }
}

/**
 * Asks the server, because a prefix proves nothing: the list of executions is open to every kind but agents.
 *
 * @throws NotAnAgentKey; WingmanApiError when the key is not known; WingmanUnreachable
 */
export async function requireAgentKey(client: Pick<WingmanClient, 'executions'>): Promise<void> {
  try {
    await client.executions({ limit: 1 });
  } catch (error) {
    if (error instanceof WingmanApiError && error.code === 'FORBIDDEN') return;
    throw error;
  }
  throw new NotAnAgentKey('this key belongs to a reviewer, an operator or a bot, and an agent must never hold one');
}
