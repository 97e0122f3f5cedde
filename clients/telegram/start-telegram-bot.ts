/** The bot as an object that starts and closes. It holds a bot token and a delegate key, and speaks HTTP only. */
import { WingmanError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { Running } from '../../platform/running';
import { deriveCallbackKey } from '../../security/tokens/callback-data';
import { createWingmanClient } from '../sdk/client';
import type { Who } from './admit';
import { startAlerts } from './alerts';
import { openStateFile } from './bot-state';
import { startCards } from './cards';
import { createConversation } from './conversation';
import { createDecisions } from './decisions';
import { followFeed } from './follow-feed';
import { createHearUpdate } from './hear-update';
import { createKeyboards } from './keyboards';
import { pause } from './pause';
import { pollUpdates } from './poll-updates';
import { createRefusals } from './refusals';
import { createTelegramCalls, TelegramProblem } from './telegram-calls';
import { timedFetch, watchedFetch } from './timed-fetch';

export interface TelegramBotConfig {
  /** Wingman's API. */
  readonly url: string;
  /** A delegate key: it vouches for whom it identified, and decides nothing by itself. */
  readonly key: string;
  /** The bot's, from @BotFather. */
  readonly token: string;
  /** Another Bot API server than Telegram's own. */
  readonly apiRoot?: string | null;
  readonly stateDir: string;
  readonly log: Logger;
  /** How long a HIGH approval waits for its second tap. */
  readonly stepUpMs?: number;
  /** How long a rejection waits for its reason. */
  readonly reasonMs?: number;
  /** The token was revoked while the bot ran, or its state cannot be kept: it hears nobody any more. */
  readonly onEnded?: () => void;
}

const STEP_UP_MS = 60_000;
const REASON_MS = 5 * 60_000;
const CALL_MS = 20_000;
const SILENCE_MS = 45_000;
const STOP_MS = 5_000;

/** @throws WingmanError CONFIG_INVALID: Telegram does not know this token. That Telegram is away is no reason not to start. */
export async function startTelegramBot(config: TelegramBotConfig): Promise<Running> {
  const { log, token } = config;
  if (!/^\d+:[A-Za-z0-9_-]{16,}$/.test(token)) throw unknownToken();
  const calls = createTelegramCalls({ token, ...(config.apiRoot === undefined ? {} : { apiRoot: config.apiRoot }) });
  const username = await calls.identify().catch((error: unknown) => {
    if (error instanceof TelegramProblem && error.kind === 'unauthorized') throw unknownToken();
    log.warn({ event: 'telegram_away', problem: error instanceof Error ? error.message : String(error) }, 'Telegram cannot be reached yet; it is tried again');
    return null;
  });
  const file = await openStateFile(config.stateDir, log);
  const stopping = new AbortController();
  const stop = stopping.signal;
  const api = createWingmanClient({ url: config.url, key: config.key, fetch: timedFetch(CALL_MS) });
  const feedApi = createWingmanClient({ url: config.url, key: config.key, fetch: watchedFetch(SILENCE_MS) });
  const callbackKey = deriveCallbackKey(token);
  const keyboards = createKeyboards(callbackKey);
  const refusals = createRefusals({ api, log });
  const converse = (who: Who, press: string | null = null) => createConversation({ api, calls, stop }, who, press);
  const decisions = createDecisions({ file, keyboards, refusals, log, converse, stepUpMs: config.stepUpMs ?? STEP_UP_MS, reasonMs: config.reasonMs ?? REASON_MS });
  const cards = startCards({ file, api, calls, keyboards, log, stop });
  const alerts = startAlerts({ file, api, calls, log, stop });
  const wake = (): void => {
    cards.wake();
    alerts.wake();
  };
  const feed = followFeed({ api: feedApi, file, wake, log, stop });
  const hear = createHearUpdate({ file, api, calls, keyboards, cards, decisions, refusals, callbackKey, converse, log });
  const polling = pollUpdates({ calls, file, refusals, hear, log, stop }, username).catch((err: unknown) => {
    const why = err instanceof TelegramProblem ? 'Telegram does not take this bot’s token any more; get one from @BotFather' : 'what was heard cannot be kept';
    log.error({ event: 'telegram_ended', err }, `the bot can no longer hear people: ${why}`);
    config.onEnded?.();
  });
  decisions.resume();
  if (username !== null) log.info({ event: 'telegram_connected', username }, `listening as @${username}`);

  /** A part that does not end is left behind: whatever it holds on to, it may not hold up the stop of the process. */
  const ended = async (part: string, running: Promise<unknown>): Promise<void> => {
    const late = new AbortController();
    const all = running.then(() => true, () => true);
    const isOver = await Promise.race([all, pause(STOP_MS, late.signal).then(() => false)]);
    late.abort();
    if (!isOver) log.warn({ event: 'stop_late', part }, `the part ${part} of the bot did not end within ${String(STOP_MS / 1_000)} s and is left behind`);
  };
  let closed: Promise<void> | null = null;
  return {
    close: () =>
      (closed ??= (async () => {
        stopping.abort();
        decisions.close();
        await Promise.all([ended('feed', feed), ended('polling', polling), ended('cards', cards.done), ended('alerts', alerts.done)]);
        await file.save();
      })()),
  };
}

function unknownToken(): WingmanError {
  return new WingmanError('CONFIG_INVALID', 'Telegram does not know the bot of WINGMAN_TELEGRAM_TOKEN; copy the token again from @BotFather', { name: 'WINGMAN_TELEGRAM_TOKEN' });
}
