/**
 * Keeps the cards in the chats like the requests are. Nothing here is a queue of messages: what happened marks a card, and one
 * loop brings marked cards up to date, so outages, restarts and floods end in the same place as a quiet day.
 *
 * Telegram has no way to send a message only once. The intent is written before the sending; after a crash exactly between
 * the two it is sent again and says so, since a card that nobody saw is worse than one that is seen twice.
 */
import { createHash } from 'node:crypto';
import type { Logger } from '../../platform/log';
import type { WingmanClient } from '../sdk/client';
import { WingmanApiError } from '../sdk/errors';
import type { RequestShape } from '../sdk/shapes';
import { linkedChats, type CardState, type ChatCard, type MessageAt, type StateFile } from './bot-state';
import type { Keyboards } from './keyboards';
import { cardParts, ON_CARD, plainer } from './card-text';
import { pause } from './pause';
import { TelegramProblem, type Outgoing, type TelegramCalls } from './telegram-calls';

export interface CardParts {
  readonly file: StateFile;
  readonly api: WingmanClient;
  readonly calls: TelegramCalls;
  readonly keyboards: Keyboards;
  readonly log: Logger;
  readonly stop: AbortSignal;
}
export interface Cards {
  /** Looks for marked cards. */
  readonly wake: () => void;
  /** Another message that has this request's buttons: they go when it is decided. */
  readonly addCopy: (approval: string, message: MessageAt) => Promise<void>;
  /** Runs until the signal fires. */
  readonly done: Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const MOST_COPIES = 20;
const AGAIN = '(Sent again after an interruption; an earlier copy may stand above.)';

export function startCards(parts: CardParts): Cards {
  const { file, api, log, stop } = parts;
  const notBefore = new Map<number, number>();
  let wakeUp: () => void = () => undefined;
  let woken = true;

  /** True: every chat shows it. */
  const bringUpToDate = async (id: string, card: CardState): Promise<boolean> => {
    const request = await api.get(id).catch((error: unknown) => {
      if (error instanceof WingmanApiError && error.status === 404) return null;
      throw error;
    });
    if (request === null) {
      delete file.state.cards[id];
      return true;
    }
    card.closed_at = request.decided_at === null ? null : Date.parse(request.decided_at);
    const chats = new Set(Object.keys(card.chats).map(Number));
    if (request.status === 'PENDING') for (const chat of linkedChats(file.state)) chats.add(chat);
    let complete = true;
    for (const chat of chats) {
      if (stop.aborted) return false;
      if ((notBefore.get(chat) ?? 0) > Date.now()) complete = false;
      else if (!(await show(parts, request, card, chat, notBefore))) complete = false;
    }
    if (request.status !== 'PENDING') complete = (await endCopies(parts, request, card)) && complete;
    return complete;
  };

  const loop = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stop.aborted) {
      woken = false;
      let complete = true;
      for (const [id, card] of Object.entries(file.state.cards)) {
        if (card.marks === 0 || stop.aborted) continue;
        const { marks } = card;
        const shown = await bringUpToDate(id, card).catch((err: unknown) => {
          log.warn({ err, approval_id: id }, 'a card could not be brought up to date; it is tried again');
          return false;
        });
        // Until the very end it stays marked on disk; what happened meanwhile marked it once more.
        if (shown && card.marks === marks) card.marks = 0;
        complete &&= shown;
        await file.save().catch((err: unknown) => {
          log.error({ event: 'state_not_saved', err }, 'the state file could not be written');
          complete = false;
        });
      }
      if (complete) pauseMs = FIRST_PAUSE_MS;
      else await pause(FIRST_PAUSE_MS, stop);
      if (woken) continue;
      const nap = new AbortController();
      wakeUp = () => nap.abort();
      await pause(complete ? LONGEST_PAUSE_MS : Math.min(pauseMs, untilAllowed(notBefore)), AbortSignal.any([stop, nap.signal]));
      // What was cut short by something new says nothing of how long the trouble lasts.
      if (!complete && !nap.signal.aborted) pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  };

  const wake = (): void => {
    woken = true;
    wakeUp();
  };
  return {
    wake,
    async addCopy(approval, { chat, id }) {
      const card = file.state.cards[approval];
      if (card === undefined || Object.entries(card.chats).some(([at, { parts: sent }]) => Number(at) === chat && sent.some((part) => part.id === id))) return;
      const others = (card.copies ?? []).filter((copy) => copy.chat !== chat || copy.id !== id);
      card.copies = [...others, { chat, id }].slice(-MOST_COPIES);
      if (card.closed_at !== null) card.marks += 1;
      await file.save();
      if (card.closed_at !== null) wake();
    },
    done: loop(),
  };
}

/** Milliseconds until the first chat that Telegram told to wait may be tried again; Infinity: none waits. */
function untilAllowed(notBefore: ReadonlyMap<number, number>): number {
  const now = Date.now();
  return Math.min(...[...notBefore.values()].filter((at) => at > now).map((at) => at - now));
}

async function endCopies({ calls }: CardParts, request: RequestShape, card: CardState): Promise<boolean> {
  const message: Outgoing = { text: cardParts(request, ON_CARD).at(-1) ?? request.status, literal: true };
  const left: MessageAt[] = [];
  for (const copy of card.copies ?? []) {
    await calls.edit(copy.chat, copy.id, message).catch((error: unknown) => {
      if (!(error instanceof TelegramProblem)) throw error;
      if (error.kind !== 'refused') left.push(copy);
    });
  }
  card.copies = left;
  return left.length === 0;
}

/** True: this chat shows the request as it is, or cannot be shown anything any more. */
async function show(parts: CardParts, request: RequestShape, card: CardState, chat: number, notBefore: Map<number, number>): Promise<boolean> {
  const { calls, file, keyboards, log } = parts;
  const at = (card.chats[String(chat)] ??= { parts: [], sending: false });
  if (at.refused === true) return true;
  const texts = cardParts(request, ON_CARD);
  const buttons = request.status === 'PENDING' ? keyboards.card(request.request_id) : [];
  try {
    for (let n = 0; n < Math.max(texts.length, at.parts.length); n += 1) {
      // A card that became shorter keeps its messages: no tap may find another text than the one above it.
      const message: Outgoing = { text: texts[n] ?? '(shown above)', literal: true, buttons: n === texts.length - 1 ? buttons : [] };
      const digest = createHash('sha256').update(JSON.stringify(message)).digest('base64url').slice(0, 22);
      const known = at.parts[n];
      if (known?.digest === digest) continue;
      if (known !== undefined) {
        await withPlainer(message, (it) => calls.edit(chat, known.id, it));
        at.parts[n] = { id: known.id, digest };
      } else {
        await sendPart(parts, request, card, at, chat, message, digest);
      }
    }
    return true;
  } catch (error) {
    if (!(error instanceof TelegramProblem)) throw error;
    if (error.kind === 'throttled') notBefore.set(chat, Date.now() + (error.retryAfterMs ?? FIRST_PAUSE_MS));
    else log.warn({ event: 'card_not_shown', approval_id: request.request_id, chat, problem: error.message }, 'Telegram did not take a card');
    if (error.kind !== 'refused') return false;
    at.refused = true;
    await file.save();
    return true;
  }
}

async function sendPart({ calls, file }: CardParts, request: RequestShape, card: CardState, at: ChatCard, chat: number, message: Outgoing, digest: string): Promise<void> {
  const again = at.sending;
  at.sending = true;
  card.plan_hash = request.plan_hash;
  await file.save();
  try {
    const text = again ? `${message.text}\n${AGAIN}` : message.text;
    at.parts.push({ id: await withPlainer({ ...message, text }, (it) => calls.send(chat, it)), digest: again ? '' : digest });
    at.sending = false;
  } catch (error) {
    if (error instanceof TelegramProblem && error.certain) at.sending = false;
    throw error;
  } finally {
    await file.save();
  }
}

/** What Telegram refuses as it is, it may take in simpler words; once, and nothing was delivered before. */
async function withPlainer<T>(message: Outgoing, act: (message: Outgoing) => Promise<T>): Promise<T> {
  try {
    return await act(message);
  } catch (error) {
    if (!(error instanceof TelegramProblem) || error.kind !== 'refused' || !error.message.includes(': 400')) throw error;
    return act({ text: plainer(message.text), buttons: message.buttons ?? [] });
  }
}
