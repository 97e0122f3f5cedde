/**
 * Telegram's Bot API, as far as the bot uses it, over real HTTP: long polling that waits, offsets that confirm, 409 for a second
 * poller, 401 for another token, failures on demand, and the links that Telegram's servers find in plain text by themselves.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeMessage {
  readonly message_id: number;
  readonly chat: number;
  text: string;
  buttons: readonly { readonly text: string; readonly callback_data: string }[];
  readonly payload: Record<string, any>;
  edits: number;
  /** What Telegram would make of the text: links, mentions, commands. */
  links: readonly string[];
}
interface Failure {
  readonly method: string;
  readonly code: number;
  readonly description?: string;
  readonly retryAfter?: number;
  /** Does what was asked and answers with the failure all the same: the answer was lost. */
  readonly after?: boolean;
  times: number;
  /** Only for this chat. */
  readonly chat?: number;
}

export class FakeTelegramApi {
  readonly messages: FakeMessage[] = [];
  readonly answers: Record<string, any>[] = [];
  readonly calls: { readonly method: string; readonly payload: Record<string, any>; readonly at: number }[] = [];
  url = '';
  /** While true no call is answered; the connection is cut. */
  down = false;
  private server: Server | null = null;
  private port = 0;
  private updates: Record<string, any>[] = [];
  private injected: Record<string, any>[] = [];
  private nextUpdate = 1000;
  private nextMessage = 1;
  private polling = 0;
  private waiters: (() => void)[] = [];
  private failures: Failure[] = [];

  constructor(readonly token: string) {}

  async listen(): Promise<this> {
    this.server = createServer((req, res) => void this.handle(req, res));
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${String(this.port)}`;
    return this;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server === null ? resolve() : this.server.close(() => resolve())));
    this.server = null;
  }

  /** A new update; its id is the next one. */
  push(update: Readonly<Record<string, unknown>>): number {
    const update_id = this.nextUpdate++;
    this.updates.push({ ...update, update_id });
    this.wake();
    return update_id;
  }

  /** An update as it stands, whatever its id: what Telegram never does and a replay would. */
  inject(update: Readonly<Record<string, unknown>>): void {
    this.injected.push({ ...update });
    this.wake();
  }

  say(text: string, { user, chat, ...more }: { readonly user: number; readonly chat: number } & Readonly<Record<string, unknown>>): number {
    return this.push({ message: { message_id: this.nextMessage++, date: 0, from: { id: user, is_bot: false, first_name: `U${String(user)}` }, chat: { id: chat, type: chat < 0 ? 'group' : 'private' }, text, ...more } });
  }

  press(message: FakeMessage, label: string, user: number): number {
    const data = message.buttons.find(({ text }) => text.startsWith(label))?.callback_data;
    if (data === undefined) throw new Error(`no button ${label} under: ${message.text}`);
    return this.pressData(data, { user, chat: message.chat, message_id: message.message_id });
  }

  pressData(data: string, { user, chat, message_id = 7 }: { readonly user: number; readonly chat: number; readonly message_id?: number }): number {
    return this.push({ callback_query: { id: `cb${String(this.nextUpdate)}`, from: { id: user, is_bot: false, first_name: `U${String(user)}` }, chat_instance: 'x', data, message: { message_id, date: 0, chat: { id: chat, type: 'group' } } } });
  }

  failNext(method: string, code: number, more: Partial<Omit<Failure, 'method' | 'code'>> = {}): void {
    this.failures.push({ method, code, times: 1, ...more });
  }

  /** Every pushed update was fetched and confirmed, and the bot asks for more. */
  get isIdle(): boolean {
    return this.updates.length === 0 && this.injected.length === 0 && this.polling > 0;
  }

  /** For the words of a failure: which calls were about this text, and when the last of all came. */
  said(text: string): string {
    const about = this.calls.filter(({ payload }) => String(payload['text']).includes(text)).map(({ method, payload, at }) => `${method} to ${String(payload['chat_id'])} at ${String(at % 1_000_000)}`);
    return `calls about it: ${about.join(', ') || 'none'}; the last of all: ${this.calls.at(-1)?.method ?? 'none'} at ${String((this.calls.at(-1)?.at ?? 0) % 1_000_000)}, now ${String(Date.now() % 1_000_000)}`;
  }

  inChat(chat: number): readonly FakeMessage[] {
    return this.messages.filter((message) => message.chat === chat);
  }

  private wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }

  private async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    if (this.down) return void req.socket.destroy();
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(req.url ?? '') ?? [];
    const payload = (text === '' ? {} : JSON.parse(text)) as Record<string, any>;
    if (token !== this.token) return answer(res, 401, 'Unauthorized');
    this.calls.push({ method, payload, at: Date.now() });
    const failure = this.failures.find((one) => one.method === method && one.times > 0 && (one.chat === undefined || one.chat === payload['chat_id']));
    if (failure !== undefined) {
      failure.times -= 1;
      if (failure.after === true) this.act(method, payload);
      return answer(res, failure.code, failure.description ?? 'failed on demand', failure.retryAfter === undefined ? {} : { parameters: { retry_after: failure.retryAfter } });
    }
    if (method === 'getUpdates') return this.poll(res, payload);
    const refused = refuse(method, payload);
    if (refused !== null) return answer(res, 400, refused);
    const result = this.act(method, payload);
    return result === null ? answer(res, 404, 'Not Found: method not found') : ok(res, result);
  }

  private act(method: string, payload: Record<string, any>): unknown {
    switch (method) {
      case 'getMe':
        return { id: 1, is_bot: true, first_name: 'Wingman', username: 'wingman_bot' };
      case 'deleteWebhook':
        return true;
      case 'answerCallbackQuery':
        this.answers.push(payload);
        return true;
      case 'sendMessage': {
        const message: FakeMessage = { message_id: this.nextMessage++, chat: payload['chat_id'], text: payload['text'], buttons: buttonsOf(payload), payload, edits: 0, links: linksIn(payload) };
        this.messages.push(message);
        return { message_id: message.message_id, date: 0, chat: { id: message.chat }, text: message.text };
      }
      case 'editMessageText': {
        const message = this.messages.find(({ message_id, chat }) => message_id === payload['message_id'] && chat === payload['chat_id']);
        if (message === undefined) return null;
        message.text = payload['text'];
        message.buttons = buttonsOf(payload);
        message.links = linksIn(payload);
        message.edits += 1;
        return { message_id: message.message_id, date: 0, chat: { id: message.chat }, text: message.text };
      }
      default:
        return null;
    }
  }

  private async poll(res: ServerResponse, { offset, timeout = 0, limit = 100 }: Record<string, any>): Promise<void> {
    if (this.polling > 0) return answer(res, 409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running');
    this.polling += 1;
    if (typeof offset === 'number') this.updates = this.updates.filter(({ update_id }) => update_id >= offset);
    let gone = false;
    res.on('close', () => {
      gone = true;
      this.wake();
    });
    const until = Date.now() + timeout * 1000;
    while (this.updates.length === 0 && this.injected.length === 0 && !gone && Date.now() < until) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now());
        this.waiters.push(() => (clearTimeout(timer), resolve()));
      });
    }
    this.polling -= 1;
    if (gone) return;
    const injected = this.injected.splice(0);
    ok(res, [...injected, ...this.updates].slice(0, limit));
  }
}

function ok(res: ServerResponse, result: unknown): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ ok: true, result }));
}

function answer(res: ServerResponse, code: number, description: string, more: object = {}): void {
  res.writeHead(code, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ ok: false, error_code: code, description, ...more }));
}

function refuse(method: string, { text, reply_markup, parse_mode, entities = [] }: Record<string, any>): string | null {
  if (method !== 'sendMessage' && method !== 'editMessageText') return null;
  if (typeof text !== 'string' || text.trim() === '') return 'Bad Request: message text is empty';
  if (text.length > 4096) return 'Bad Request: message is too long';
  if (parse_mode !== undefined && /[_*`[]/.test(text)) return "Bad Request: can't parse entities";
  if (entities.some(({ offset, length }: { offset: number; length: number }) => offset + length > text.length)) return 'Bad Request: entity beyond the text';
  const datas: string[] = (reply_markup?.inline_keyboard ?? []).flat().map(({ callback_data }: { callback_data: string }) => callback_data);
  return datas.some((data) => Buffer.byteLength(data) > 64) ? 'Bad Request: BUTTON_DATA_INVALID' : null;
}

const buttonsOf = ({ reply_markup }: Record<string, any>): FakeMessage['buttons'] => (reply_markup?.inline_keyboard ?? []).flat();

/** Telegram finds these in any text that no `pre` or `code` covers. */
function linksIn({ text, entities = [] }: Record<string, any>): readonly string[] {
  const covered = (at: number): boolean => entities.some(({ type, offset, length }: { type: string; offset: number; length: number }) => (type === 'pre' || type === 'code') && at >= offset && at < offset + length);
  const found: RegExpMatchArray[] = [...String(text).matchAll(/(?:https?|tg):\/\/\S+|(?<!\w)[@/][A-Za-z]\w{2,}/g)];
  return found.filter(({ index }) => !covered(index ?? 0)).map(([link]) => link);
}
