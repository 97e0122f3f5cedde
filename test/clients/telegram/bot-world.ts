/** The bot on a real stack and a Bot API of our own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { startTelegramBot, type TelegramBotConfig } from '../../../clients/telegram/start-telegram-bot';
import type { Running } from '../../../platform/running';
import { FakeTelegramApi, type FakeMessage } from '../../support/fake-telegram-api';
import { startStack, type Stack, type StackOptions } from '../../support/stack';
import { until } from '../../support/until';

export const TOKEN = `${'1'.repeat(9)}:${'t'.repeat(35)}`;

export interface BotWorld {
  readonly stack: Stack;
  readonly telegram: FakeTelegramApi;
  startBot(more?: Partial<TelegramBotConfig>): Promise<void>;
  stopBot(): Promise<void>;
  /** A reviewer who is linked in this chat, or anew. */
  link(reviewer: string, user: number, chat: number, mayDecide?: boolean): Promise<void>;
  ask(commands: readonly string[], more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The one message with buttons about this request in this chat. */
  card(id: string, chat: number): Promise<FakeMessage>;
  cards(id: string, chat: number): readonly FakeMessage[];
  statusOf(id: string): Promise<string>;
  message(chat: number, pattern: RegExp): Promise<FakeMessage>;
  refusals(code?: string): Promise<number>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function openBotWorld(options: StackOptions = {}): Promise<BotWorld> {
  const stack = await startStack(options);
  const telegram = await new FakeTelegramApi(TOKEN).listen();
  const stateDir = mkdtempSync(join(tmpdir(), 'wingman-telegram-'));
  let bot: Running | null = null;
  let asked = 0;
  const world: BotWorld = {
    stack,
    telegram,
    async startBot(more = {}) {
      bot ??= await startTelegramBot({ url: stack.url, key: stack.telegram_key, token: TOKEN, apiRoot: telegram.url, stateDir, log: pino({ level: process.env['WINGMAN_TEST_LOG'] ?? 'silent' }), ...more });
    },
    async stopBot() {
      await bot?.close();
      bot = null;
    },
    async link(reviewer, user, chat, mayDecide = true) {
      await stack.call('POST', '/reviewers', stack.operator_key, { reviewer, may_decide: mayDecide });
      const { body } = await stack.call('POST', `/reviewers/${reviewer}/link-code`, stack.operator_key, {});
      telegram.say(`/link ${String(body['code'])}`, { user, chat });
      await world.message(chat, new RegExp(`You are ${reviewer}\\.`));
    },
    async ask(commands, more = {}) {
      asked += 1;
      const { status, body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
        worker_id: 'agent-1', task_name: `Task ${String(asked)}`, instruction: 'Do it.', deployment_env: 'dev', commands, ...more,
      });
      if (body['request'] === undefined) throw new Error(`not asked: ${String(status)} ${JSON.stringify(body)}`);
      return String(body['request'].request_id);
    },
    cards: (id, chat) => telegram.inChat(chat).filter(({ text }) => text.includes(id) && /^(?:PENDING|APPROVED|REJECTED|EXPIRED|CANCELLED) /.test(text)),
    card: (id, chat) => until(() => `a card of ${id} in ${String(chat)}; ${telegram.said(id)}`, () => world.cards(id, chat)[0]),
    async statusOf(id) {
      const { body } = await stack.call('GET', `/approvals/${id}`, stack.operator_key);
      return String(body['status']);
    },
    message: (chat, pattern) => until(`a message like ${String(pattern)}`, () => telegram.inChat(chat).findLast(({ text }) => pattern.test(text))),
    async refusals(code) {
      const rows = await stack.sql<{ count: string }>(`select count(*) from wingman.ledger where kind = 'refusal' and ($1::text is null or (body::jsonb) ->> 'code' = $1)`, [code ?? null]);
      return Number(rows[0]?.count);
    },
    idle: async () => void (await until('the bot has heard everything', () => telegram.isIdle)),
    async close() {
      await world.stopBot();
      await telegram.close();
      await stack.close();
    },
  };
  return world;
}
