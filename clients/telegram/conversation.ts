/** One person in one chat: what they may be told, and with whose rights the bot asks for them. */
import type { WingmanClient } from '../sdk/client';
import type { Who } from './admit';
import { pause } from './pause';
import { TelegramProblem, type Outgoing, type TelegramCalls } from './telegram-calls';

export interface Conversation extends Who {
  /** Speaks to the API for this person. Who they are and what they may is decided there, each time anew. */
  readonly api: WingmanClient;
  /** The id of the message. */
  say(message: Outgoing): Promise<number>;
  /** Changes a message of ours; one that is gone stays gone. */
  change(message: number, to: Outgoing): Promise<void>;
  /** What came of it: over the button that was tapped, or as a message where none was. */
  tell(text: string): Promise<void>;
  /** Over the button that was tapped; nothing where none was. */
  hint(text: string): Promise<void>;
}

/** Longer than that and the person has asked again. */
const MOST_PATIENCE_MS = 30_000;

export function createConversation(
  { api, calls, stop }: { readonly api: WingmanClient; readonly calls: TelegramCalls; readonly stop: AbortSignal },
  { user, chat }: Who,
  press: string | null,
): Conversation {
  const patiently = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      const wait = error instanceof TelegramProblem && error.certain && error.kind !== 'refused' ? (error.retryAfterMs ?? 1_000) : Infinity;
      if (wait > MOST_PATIENCE_MS) throw error;
      await pause(wait, stop);
      return act();
    }
  };
  return {
    user,
    chat,
    api: api.for(user, chat),
    say: (message) => patiently(() => calls.send(chat, message)),
    async change(message, to) {
      try {
        await patiently(() => calls.edit(chat, message, to));
      } catch (error) {
        if (!(error instanceof TelegramProblem)) throw error;
      }
    },
    async tell(text) {
      if (press !== null) await calls.answer(press, text);
      else await patiently(() => calls.send(chat, { text, literal: true }));
    },
    async hint(text) {
      if (press !== null) await calls.answer(press, text);
    },
  };
}
