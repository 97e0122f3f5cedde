/** Is the key an agent's? Asked once with an answer; while nobody answers, every call asks again and none goes through. */
import type { WingmanClient } from '../sdk/client';
import { requireAgentKey } from './require-agent-key';

export function createAdmission(client: Pick<WingmanClient, 'executions'>): () => Promise<void> {
  let known: Promise<void> | null = null;
  return () => {
    known ??= requireAgentKey(client).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}
