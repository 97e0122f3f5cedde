/** A model on a server that speaks Ollama's protocol. What it answers is a stranger's text. */
import { Ollama } from 'ollama';

export interface ModelConfig {
  /** Such as `http://127.0.0.1:11434`. */
  readonly host: string;
  readonly model: string;
  /** For a verification; a vote has the policy's time. */
  readonly timeoutMs?: number;
}

export interface LocalModel {
  readonly ollama: Ollama;
  /** Aborted once the time is over: why a call has failed. */
  readonly signal: AbortSignal;
  /** The weights behind the name; null where the server has none of that name. @throws when it cannot be asked */
  readonly digest: () => Promise<string | null>;
}

export function openModel({ host, model }: ModelConfig, timeoutMs: number): LocalModel {
  // `.abort()` of the client does nothing on a call that does not stream, so the signal is put into its fetch.
  const signal = AbortSignal.timeout(timeoutMs);
  const ollama = new Ollama({ host, fetch: (url, init) => fetch(url, { ...init, signal }) });
  return {
    ollama,
    signal,
    async digest() {
      const { models } = await ollama.list();
      return models.find(({ name }) => name === model || name === `${model}:latest`)?.digest ?? null;
    },
  };
}

/** Whether the configured model is there to be asked, for `GET /health`. */
export async function modelIsThere(config: ModelConfig): Promise<boolean> {
  // Away, or no Ollama: either way it cannot be asked.
  return (await openModel(config, 2_000).digest().catch(() => null)) !== null;
}
