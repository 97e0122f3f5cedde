/**
 * Approving and rejecting. The API decides whether a person may; here is what a chat needs on top of it: a second tap for HIGH,
 * since a hand slips and a phone lies around, and the question why for a rejection.
 */
import { refusal } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { RequestShape } from '../sdk/shapes';
import type { Who } from './admit';
import type { OpenReason, StateFile } from './bot-state';
import { questionParts, shortId } from './card-text';
import type { Conversation } from './conversation';
import type { Keyboards } from './keyboards';
import type { Refusals } from './refusals';

export interface DecisionParts {
  readonly file: StateFile;
  readonly keyboards: Keyboards;
  readonly refusals: Refusals;
  readonly log: Logger;
  /** How long the second tap is waited for. */
  readonly stepUpMs: number;
  /** How long a reason is waited for. */
  readonly reasonMs: number;
  readonly converse: (who: Who) => Conversation;
}
interface OpenSure extends Who {
  readonly approval: string;
  readonly note: string | undefined;
  readonly message: number;
}

export type Decisions = ReturnType<typeof createDecisions>;

export function createDecisions(parts: DecisionParts) {
  const { file, keyboards, refusals, log, stepUpMs, reasonMs, converse } = parts;
  const sure = new Map<string, OpenSure>();
  const timers = new Map<string, NodeJS.Timeout>();
  const keyOf = ({ user, chat }: Who, approval: string): string => `${String(user)}:${String(chat)}:${approval}`;
  const reasonOf = (who: Who, approval: string): OpenReason | undefined => file.state.reasons.find((one) => keyOf(one, one.approval) === keyOf(who, approval));

  async function approve(talk: Conversation, request: RequestShape, note: string | undefined): Promise<string> {
    const plan_hash = file.state.cards[request.request_id]?.plan_hash ?? request.plan_hash;
    const after = await talk.api.approve(request.request_id, { ...(note === undefined ? {} : { note }), ...(plan_hash === null ? {} : { plan_hash }) });
    return after.status === 'PENDING' ? `Your approval of ${shortId(request.request_id)} counts; ${String(after.quorum)} different people are needed.` : `${shortId(request.request_id)} is ${after.status}.`;
  }

  const endTimer = (key: string): void => {
    clearTimeout(timers.get(key));
    timers.delete(key);
  };
  const startTimer = (key: string, ms: number, act: () => Promise<void>): void => {
    endTimer(key);
    timers.set(key, setTimeout(() => void act().catch((err: unknown) => log.warn({ err }, 'a question could not be closed')), Math.max(0, ms)));
  };

  async function endSure(talk: Conversation, question: OpenSure, text: string): Promise<void> {
    endTimer(`sure:${keyOf(question, question.approval)}`);
    sure.delete(keyOf(question, question.approval));
    await talk.change(question.message, { text, literal: true });
  }

  async function endReason(question: OpenReason): Promise<void> {
    endTimer(`reason:${keyOf(question, question.approval)}`);
    file.state.reasons = file.state.reasons.filter((one) => one !== question);
    await file.save();
  }

  async function rejectFor(talk: Conversation, question: OpenReason, reason: string | undefined): Promise<void> {
    await endReason(question);
    try {
      const after = await talk.api.reject(question.approval, reason === undefined ? {} : { note: reason.slice(0, 2000) });
      await talk.change(question.message, { text: `${shortId(question.approval)} is ${after.status}.` });
    } catch (error) {
      await talk.change(question.message, { text: `${shortId(question.approval)} was not rejected by you.` });
      throw error;
    }
  }

  const expireReasonLater = (question: OpenReason): void => {
    const key = `reason:${keyOf(question, question.approval)}`;
    startTimer(key, question.until - Date.now(), async () => {
      if (!file.state.reasons.includes(question)) return;
      const talk = converse(question);
      await rejectFor(talk, question, undefined).catch((err: unknown) => log.warn({ err, approval_id: question.approval }, 'a rejection without a reason did not go through'));
    });
  };

  return {
    /** From a button or a command. HIGH asks once more, and nothing is decided yet. */
    async approve(talk: Conversation, id: string, note?: string): Promise<void> {
      const request = await talk.api.get(id);
      if (request.status !== 'PENDING' || request.risk_level !== 'HIGH') {
        // Also what is decided already: the API refuses, says who decided, and keeps a row of it.
        const done = await approve(talk, request, note);
        await talk.tell(done);
        return;
      }
      await talk.hint('HIGH: a second tap is needed, below');
      const key = keyOf(talk, id);
      if (sure.has(key)) return;
      const parts = questionParts(request, Math.ceil(stepUpMs / 1000));
      for (const text of parts.slice(0, -1)) await talk.say({ text, literal: true });
      const message = await talk.say({ text: parts.at(-1) ?? '', literal: true, buttons: keyboards.sure(id) });
      sure.set(key, { user: talk.user, chat: talk.chat, approval: id, note, message });
      startTimer(`sure:${key}`, stepUpMs, async () => {
        const open = sure.get(key);
        if (open === undefined) return;
        await endSure(talk, open, `${shortId(id)}: no second tap came in time; nothing was decided.`);
        await refusals.record(talk, 'approve: no second tap', 'STEP_UP_REQUIRED');
      });
    },
    async confirm(talk: Conversation, id: string): Promise<void> {
      const question = sure.get(keyOf(talk, id));
      if (question === undefined) throw refusal('STEP_UP_REQUIRED', 'this question is not yours, or its time is over: tap Approve on the card first');
      const request = await talk.api.get(id);
      try {
        const done = await approve(talk, request, question.note);
        await talk.hint(done);
        await endSure(talk, question, done);
      } catch (error) {
        await endSure(talk, question, `${shortId(id)} was not approved by you.`);
        throw error;
      }
    },
    /** A tap on Reject: asks why. Without an answer it is rejected all the same, without a reason: that was the tap. */
    async askReason(talk: Conversation, id: string): Promise<void> {
      const request = await talk.api.get(id);
      if (request.status !== 'PENDING') return void (await this.reject(talk, id, undefined));
      await talk.hint('Why? See below');
      if (reasonOf(talk, id) !== undefined) return;
      const minutes = Math.max(1, Math.round(reasonMs / 60_000));
      const text = `Rejecting ${request.card.title}\nRequest: ${id}\nReply to this message with the reason, or tap Skip. Without an answer it is rejected in ${String(minutes)} minute${minutes === 1 ? '' : 's'}.`;
      const message = await talk.say({ text, literal: true, buttons: keyboards.reason(id) });
      const question = { approval: id, user: talk.user, chat: talk.chat, message, until: Date.now() + reasonMs };
      file.state.reasons.push(question);
      await file.save();
      expireReasonLater(question);
    },
    async skipReason(talk: Conversation, id: string): Promise<void> {
      const question = reasonOf(talk, id);
      if (question === undefined) throw refusal('NOT_PENDING', 'this question is not yours, or it was answered: tap Reject on the card first');
      await rejectFor(talk, question, undefined);
      await talk.hint(`${shortId(id)} is rejected`);
    },
    async reject(talk: Conversation, id: string, reason: string | undefined): Promise<void> {
      const after = await talk.api.reject(id, reason === undefined || reason === '' ? {} : { note: reason.slice(0, 2000) });
      await talk.tell(`${shortId(id)} is ${after.status}.`);
    },
    async back(talk: Conversation, id: string): Promise<void> {
      const open = sure.get(keyOf(talk, id));
      const reason = reasonOf(talk, id);
      if (open === undefined && reason === undefined) throw refusal('NOT_PENDING', 'this question is not yours, or it was answered');
      if (open !== undefined) await endSure(talk, open, `${shortId(id)}: nothing was decided.`);
      if (reason !== undefined) {
        await endReason(reason);
        await talk.change(reason.message, { text: `${shortId(id)}: nothing was decided.` });
      }
      await talk.hint('Nothing was decided');
    },
    /** True: the text was the reason of a rejection. In a group it must be a reply to the question. */
    async hear(talk: Conversation, text: string, replyTo: number | null): Promise<boolean> {
      const question = file.state.reasons.find((one) => one.user === talk.user && one.chat === talk.chat && (replyTo === null ? talk.chat > 0 : one.message === replyTo));
      if (question === undefined) return false;
      await rejectFor(talk, question, text);
      return true;
    },
    /** Questions that were open when the bot stopped. */
    resume: (): void => file.state.reasons.forEach(expireReasonLater),
    close(): void {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
