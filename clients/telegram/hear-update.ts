/** One update, from its bytes to its end: admitted or refused, done, answered. */
import { refusal } from '../../domain/errors';
import { showOnOneLine } from '../../domain/text/hidden-text';
import type { Logger } from '../../platform/log';
import { decodeCallback, type Callback } from '../../security/tokens/callback-data';
import type { WingmanClient } from '../sdk/client';
import { admit, COMMANDS, type CommandName, type Heard, type Who } from './admit';
import { isLinked, type StateFile } from './bot-state';
import type { Cards } from './cards';
import { HANDLERS, HELP, showRequest } from './commands';
import type { Conversation } from './conversation';
import type { Decisions } from './decisions';
import type { Keyboards } from './keyboards';
import { toRefused, type Refusals } from './refusals';
import type { TelegramCalls } from './telegram-calls';

export interface HearParts {
  readonly file: StateFile;
  readonly api: WingmanClient;
  readonly calls: TelegramCalls;
  readonly keyboards: Keyboards;
  readonly cards: Pick<Cards, 'addCopy'>;
  readonly decisions: Decisions;
  readonly refusals: Refusals;
  readonly callbackKey: Buffer;
  readonly converse: (who: Who, press: string | null) => Conversation;
  readonly log: Logger;
}

const LINKS_PER_MINUTE = 5;
const ON_CARDS: ReadonlySet<string> = new Set(['approve', 'reject', 'show']);

export function createHearUpdate(parts: HearParts): (update: unknown, username: string) => Promise<void> {
  const { file, calls, decisions, refusals, log } = parts;
  const tries = new Map<number, number[]>();

  /** What is typed and tapped by people who are not linked here goes no further, and gets no word. */
  const requireReviewer = async (talk: Conversation): Promise<void> => {
    // The feed may be behind; the API is not. A stranger gets its refusal.
    if (!isLinked(file.state, talk.user, talk.chat)) await talk.api.pending(1);
  };

  const act = async (heard: Exclude<Heard, { kind: 'refused' }>, talk: Conversation): Promise<void> => {
    if (heard.kind === 'press') {
      await requireReviewer(talk);
      const callback = decodeCallback(heard.data, parts.callbackKey);
      // A card that this bot does not know of stands there: a copy from before a crash.
      if (heard.message !== null && ON_CARDS.has(callback.verb)) await parts.cards.addCopy(callback.approvalId, { chat: talk.chat, id: heard.message });
      return press(parts, talk, callback);
    }
    if (heard.kind === 'text') {
      await decisions.hear(talk, heard.text, heard.replyTo);
      return;
    }
    if (heard.name === 'help' || heard.name === 'start') return void (await talk.say({ text: HELP }));
    if (heard.name === 'link') return link(parts, talk, heard.args, tries);
    await requireReviewer(talk);
    const name = COMMANDS.find((one) => one === heard.name) as Exclude<CommandName, 'help' | 'link'> | undefined;
    if (name === undefined) throw refusal('NOT_FOUND', `there is no /${heard.name}; see /help`);
    await HANDLERS[name](talk, heard.args, parts);
  };

  return async (update, username) => {
    const heard = admit(update, username);
    if (heard === null) return;
    if (heard.kind === 'refused') {
      await refusals.record(heard, heard.what, heard.code);
      if (heard.press !== null) await calls.answer(heard.press);
      return;
    }
    const press = heard.kind === 'press' ? heard.id : null;
    const talk = parts.converse(heard, press);
    const what = heard.kind === 'command' ? `/${heard.name.slice(0, 32)}` : heard.kind === 'press' ? 'a button' : 'a reply';
    try {
      await act(heard, talk);
    } catch (error) {
      const refused = toRefused(error);
      if (refused === null) {
        log.warn({ event: 'update_failed', err: error, what }, 'an update could not be handled');
        if (press !== null) await calls.answer(press, 'That did not work; please try again.');
        return;
      }
      await refusals.record(heard, what, refused.code);
      if (isLinked(file.state, heard.user, heard.chat) || (heard.kind === 'command' && heard.name === 'link')) {
        await talk.tell(showOnOneLine(refused.message)).catch((err: unknown) => log.warn({ err }, 'a refusal could not be told'));
      } else if (press !== null) await calls.answer(press);
    }
  };
}

async function press(parts: HearParts, talk: Conversation, { verb, approvalId: id }: Callback): Promise<void> {
  const { decisions } = parts;
  switch (verb) {
    case 'approve':
      return decisions.approve(talk, id);
    case 'confirm':
      return decisions.confirm(talk, id);
    case 'reject':
      return decisions.askReason(talk, id);
    case 'skip':
      return decisions.skipReason(talk, id);
    case 'back':
      return decisions.back(talk, id);
    case 'show':
      await showRequest(talk, id, parts);
      return talk.hint('Shown below');
  }
}

/** Anybody may try a code, a few times a minute: 50 random bits, dead after ten minutes. */
async function link({ api }: HearParts, talk: Conversation, code: string, tries: Map<number, number[]>): Promise<void> {
  const now = Date.now();
  const recent = (tries.get(talk.user) ?? []).filter((at) => now - at < 60_000);
  if (recent.length >= LINKS_PER_MINUTE) throw refusal('RATE_LIMITED', 'too many codes; wait a minute');
  if (tries.size > 10_000) tries.clear();
  tries.set(talk.user, [...recent, now]);
  if (code === '' || code.length > 64) throw refusal('LINK_CODE_INVALID', 'send /link CODE; an operator gets a code with `wingman reviewers link NAME`');
  const { reviewer } = await api.linkTelegram({ code, telegram_user: talk.user, telegram_chat: talk.chat });
  const { count } = await talk.api.pending(500);
  await talk.tell(`You are ${showOnOneLine(reviewer)}. Cards come to this chat from now on. ${count === 0 ? 'Nothing is waiting.' : `${String(count)} waiting: /pending`}`);
}
