/**
 * The Bot API calls that the bot makes, through telegraf's client. That client waits up to 500 s, says a token in some of its
 * errors and throws six kinds of them: here every call has its own timer, and what went wrong is one class with what a caller
 * needs to know: may it be tried again, when, and can Telegram have done it all the same.
 */
import { Telegram, TelegramError } from 'telegraf';

export interface Button {
  readonly text: string;
  readonly data: string;
}
export interface Outgoing {
  readonly text: string;
  readonly buttons?: readonly (readonly Button[])[];
  /** The text holds what agents wrote: shown as it is, so that nothing in it becomes a link, a mention or a command to tap. */
  readonly literal?: boolean;
}
export type ProblemKind = 'away' | 'throttled' | 'unauthorized' | 'conflict' | 'refused';

/** Telegram did not do what was asked, or nobody knows whether it did. */
export class TelegramProblem extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
    /** The answer says that nothing was done; false: it may have been. */
    readonly certain: boolean,
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = 'TelegramProblem';
  }
}

const CALL_MS = 20_000;
const POLL_SECONDS = 50;

export type TelegramCalls = ReturnType<typeof createTelegramCalls>;

export function createTelegramCalls({ token, apiRoot, callMs = CALL_MS }: { readonly token: string; readonly apiRoot?: string | null; readonly callMs?: number }) {
  const telegram = new Telegram(token, { webhookReply: false, ...(apiRoot === undefined || apiRoot === null ? {} : { apiRoot }) });

  async function call<M extends keyof Methods>(method: M, payload: Parameters<Methods[M]>[0], limitMs = callMs, stop?: AbortSignal): Promise<ReturnType<Methods[M]>> {
    const timer = AbortSignal.timeout(limitMs);
    const signal = stop === undefined ? timer : AbortSignal.any([timer, stop]);
    const gone = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('no answer in time', 'TimeoutError')), { once: true }));
    gone.catch(() => undefined);
    try {
      // The race as well: telegraf listens to the signal while it connects and reads, not while it waits for anything else.
      return await Promise.race([telegram.callApi(method as never, payload as never, { signal: signal as never }) as Promise<ReturnType<Methods[M]>>, gone]);
    } catch (error) {
      throw toProblem(error, method, token);
    }
  }

  return {
    /** Who the bot is; also turns off a webhook that somebody set, since long polling gets nothing beside one. */
    async identify(): Promise<string> {
      const { username } = await call('getMe', {});
      await call('deleteWebhook', {});
      return username;
    },
    /** Waits up to 50 s for updates from `offset` on (null: whatever is unconfirmed). What is in them is anybody's. */
    updates: (offset: number | null, stop: AbortSignal): Promise<readonly unknown[]> =>
      call('getUpdates', { timeout: POLL_SECONDS, ...(offset === null ? {} : { offset }), allowed_updates: [] }, POLL_SECONDS * 1000 + callMs, stop),
    async send(chat: number, message: Outgoing): Promise<number> {
      const { message_id } = await call('sendMessage', { chat_id: chat, ...form(message) });
      return message_id;
    },
    async edit(chat: number, message_id: number, message: Outgoing): Promise<void> {
      try {
        await call('editMessageText', { chat_id: chat, message_id, ...form(message) });
      } catch (error) {
        // The same edit came through before, and its answer was lost.
        if (!(error instanceof TelegramProblem) || !error.message.includes('message is not modified')) throw error;
      }
    },
    /** Ends the waiting sign on a button. It is about looks only: an error is left out. */
    answer: (id: string, text?: string): Promise<void> =>
      call('answerCallbackQuery', { callback_query_id: id, ...(text === undefined ? {} : { text: text.slice(0, 190) }) }).then(
        () => undefined,
        () => undefined,
      ),
  };
}

interface Methods {
  getMe(payload: object): { readonly username: string };
  deleteWebhook(payload: object): true;
  getUpdates(payload: { readonly timeout: number; readonly offset?: number; readonly allowed_updates: readonly string[] }): readonly unknown[];
  sendMessage(payload: { readonly chat_id: number } & ReturnType<typeof form>): { readonly message_id: number };
  editMessageText(payload: { readonly chat_id: number; readonly message_id: number } & ReturnType<typeof form>): unknown;
  answerCallbackQuery(payload: { readonly callback_query_id: string; readonly text?: string }): true;
}

/** Never a `parse_mode`: a text in one is at the mercy of what an agent wrote. An entity over the whole text needs no parsing. */
function form({ text, buttons = [], literal = false }: Outgoing) {
  return {
    text,
    link_preview_options: { is_disabled: true },
    ...(literal ? { entities: [{ type: 'pre', offset: 0, length: text.length }] } : {}),
    reply_markup: { inline_keyboard: buttons.map((row) => row.map(({ text: label, data }) => ({ text: label, callback_data: data }))) },
  };
}

function toProblem(error: unknown, method: string, token: string): TelegramProblem {
  const { message: words, code } = (typeof error === 'object' && error !== null ? error : {}) as { readonly message?: unknown; readonly code?: unknown };
  const said = typeof words === 'string' ? words : String(error);
  const message = `${method}: ${said.replaceAll(token, '[REDACTED]').replace(/bot\d+:[^/\s]+/g, 'bot[REDACTED]')}`;
  if (!(error instanceof TelegramError)) return new TelegramProblem('away', message, code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN');
  if (error.code === 401 || (error.code === 404 && method === 'getMe')) return new TelegramProblem('unauthorized', message, true);
  if (error.code === 409) return new TelegramProblem('conflict', message, true);
  if (error.code === 429) return new TelegramProblem('throttled', message, true, (error.parameters?.retry_after ?? 5) * 1000);
  if (error.code >= 500) return new TelegramProblem('away', message, false);
  return new TelegramProblem('refused', message, true);
}
