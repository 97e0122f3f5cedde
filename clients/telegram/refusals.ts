/** Whatever the bot refuses becomes a row of the ledger. Strangers can cause any number of them, so a flood is only counted. */
import { isWingmanError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { WingmanClient } from '../sdk/client';
import { WingmanApiError, WingmanUnreachable } from '../sdk/errors';

export interface Refusals {
  record(who: { readonly user: number | null; readonly chat: number | null }, what: string, code: string): Promise<void>;
}

const WINDOW_MS = 60_000;
const PER_PERSON = 120;
const IN_ALL = 600;

export function createRefusals({ api, log }: { readonly api: WingmanClient; readonly log: Logger }): Refusals {
  let started = 0;
  let all = 0;
  let dropped = 0;
  const counts = new Map<number | null, number>();
  return {
    async record({ user, chat }, what, code) {
      if (Date.now() - started > WINDOW_MS) {
        started = Date.now();
        all = 0;
        counts.clear();
      }
      all += 1;
      const count = (counts.get(user) ?? 0) + 1;
      counts.set(user, count);
      if (count > PER_PERSON || all > IN_ALL) {
        dropped += 1;
        return;
      }
      const more = dropped === 0 ? '' : ` (and ${String(dropped)} more before)`;
      dropped = 0;
      try {
        await api.recordTelegramRefusal({ ...(user === null ? {} : { telegram_user: user }), ...(chat === null ? {} : { telegram_chat: chat }), what: what.slice(0, 160) + more, code });
      } catch (err) {
        // The refusal itself stands; while Wingman is away no decision can be taken either.
        log.warn({ event: 'refusal_not_recorded', err, code, user }, 'a refusal could not be recorded');
      }
    },
  };
}

/** Code and words of whatever stopped an action, for the person and for the ledger; null: not a refusal but a fault of ours. */
export function toRefused(error: unknown): { readonly code: string; readonly message: string } | null {
  if (error instanceof WingmanApiError || isWingmanError(error)) return { code: error.code, message: error.message };
  if (error instanceof WingmanUnreachable) return { code: 'UNREACHABLE', message: 'Wingman does not answer now. Nothing was done; try again in a moment.' };
  return null;
}
