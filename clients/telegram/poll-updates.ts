/**
 * Asks Telegram for updates, one after another, and survives what happens to that. telegraf's own `launch()` is not used: it
 * ends on 409 and on any answer that it does not expect, handles a whole batch at once, and forgets where it was.
 */
import type { Logger } from '../../platform/log';
import type { StateFile } from './bot-state';
import { pause } from './pause';
import type { Refusals } from './refusals';
import { TelegramProblem, type TelegramCalls } from './telegram-calls';

export interface PollParts {
  readonly calls: TelegramCalls;
  readonly file: StateFile;
  readonly refusals: Refusals;
  readonly hear: (update: unknown, username: string) => Promise<void>;
  readonly log: Logger;
  readonly stop: AbortSignal;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After a week without updates Telegram starts again at any number: an old id means nothing then. */
const IDS_HOLD_MS = 6 * 24 * 3600 * 1000;

/** Ends when the signal fires. @throws TelegramProblem `unauthorized`: this token is no bot's any more, and waiting helps nothing. */
export async function pollUpdates(parts: PollParts, known: string | null): Promise<void> {
  const { calls, file, log, stop } = parts;
  let username = known;
  let pauseMs = FIRST_PAUSE_MS;
  while (!stop.aborted) {
    try {
      username ??= await calls.identify();
      const last = lastUpdate(file);
      const updates = await calls.updates(last === null ? null : last + 1, stop);
      for (const update of updates) await handle(parts, update, username);
      pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof TelegramProblem)) throw error;
      if (error.kind === 'unauthorized') throw error;
      const said = error.kind === 'conflict' ? 'another program asks for this bot’s updates; only one may' : 'Telegram cannot be reached';
      log.warn({ event: 'telegram_away', kind: error.kind, problem: error.message }, `${said}; it is tried again`);
      await pause(error.retryAfterMs ?? pauseMs, stop);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }
}

function lastUpdate({ state }: StateFile): number | null {
  return state.last_update === null || Date.now() - state.last_update.at > IDS_HOLD_MS ? null : state.last_update.id;
}

/** Confirmed only after it was handled: a crash in between makes it come again, and a decision taken twice is one. */
async function handle({ file, hear, refusals, log }: PollParts, update: unknown, username: string): Promise<void> {
  const id = typeof update === 'object' && update !== null && 'update_id' in update ? update.update_id : null;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return;
  const last = lastUpdate(file);
  if (last !== null && id <= last) {
    await refusals.record({ user: null, chat: null }, `update ${String(id)} was handled before`, 'ALREADY_DECIDED');
    return;
  }
  try {
    await hear(update, username);
  } catch (err) {
    // One update that cannot be handled must not hold up all that come after it.
    log.error({ event: 'update_failed', err, update: id }, 'an update could not be handled');
  }
  file.state.last_update = { id, at: Date.now() };
  await file.save();
}
