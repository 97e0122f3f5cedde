/** Reads the ledger's feed and marks what it is about. Every step may be taken twice: nothing is sent from here. */
import type { Logger } from '../../platform/log';
import type { WingmanClient } from '../sdk/client';
import type { EventShape } from '../sdk/shapes';
import type { BotState, StateFile } from './bot-state';
import { pause } from './pause';

export interface FeedParts {
  /** Of a client whose calls have no time limit but notice a silent connection. */
  readonly api: WingmanClient;
  readonly file: StateFile;
  readonly wake: () => void;
  readonly log: Logger;
  readonly stop: AbortSignal;
}

const AFTER_REFUSAL_MS = 10_000;
/** Rows that mean nothing to the bot are not worth a write each; reading them again does no harm. */
const SAVE_EVERY_MS = 2_000;

export async function followFeed({ api, file, wake, log, stop }: FeedParts): Promise<void> {
  let saved = 0;
  while (!stop.aborted) {
    try {
      for await (const event of api.events(file.state.last_event, stop)) {
        const matters = applyEvent(file.state, event);
        file.state.last_event = event.seq;
        if (!matters && Date.now() - saved < SAVE_EVERY_MS) continue;
        saved = Date.now();
        // Before it is on disk: should that fail, what is marked is shown all the same.
        if (matters) wake();
        await file.save();
      }
    } catch (err) {
      // A refusal (the key was revoked, say): nothing to be had until somebody mends it, and then without a restart.
      log.error({ event: 'feed_refused', err }, 'the feed was refused or could not be kept; it is tried again');
    }
    await pause(AFTER_REFUSAL_MS, stop);
  }
}

/** True if something changed that has to be kept. */
export function applyEvent(state: BotState, event: EventShape): boolean {
  const text = (name: string): string => (typeof event[name] === 'string' ? event[name] : '');
  const number = (name: string): number => (typeof event[name] === 'number' ? event[name] : 0);
  const mark = (id: string): boolean => {
    const card = state.cards[id];
    if (card === undefined) return false;
    card.marks += 1;
    return true;
  };
  const person = state.people[text('reviewer')];
  switch (event.kind) {
    case 'approval.requested':
      if (event['status'] !== 'PENDING' || state.cards[text('approval_id')] !== undefined) return mark(text('approval_id'));
      state.cards[text('approval_id')] = { marks: 1, closed_at: null, plan_hash: null, executions: [], chats: {} };
      return true;
    case 'approval.assessed':
    case 'approval.decision':
    case 'approval.closed':
    case 'approval.revoked':
    case 'execution.not_started':
      return mark(text('approval_id'));
    case 'execution.intent': {
      const card = state.cards[text('approval_id')];
      if (card === undefined || card.executions.includes(text('execution_id'))) return false;
      card.executions.push(text('execution_id'));
      return true;
    }
    case 'execution.outcome':
    case 'execution.resolved':
      return Object.entries(state.cards).filter(([id, card]) => card.executions.includes(text('execution_id')) && mark(id)).length > 0;
    case 'incident.opened':
    case 'incident.digest':
      (state.alerts ??= {})[`${event.kind.slice('incident.'.length)}:${text('incident_id')}`] ??= { incident: text('incident_id'), told: [] };
      return true;
    case 'reviewer.linked':
      // A Telegram account is one person: whoever had it before has it no more.
      for (const [name, { user }] of Object.entries(state.people)) if (user === number('telegram_user')) delete state.people[name];
      state.people[text('reviewer')] = { user: number('telegram_user'), chat: number('telegram_chat'), disabled: false };
      for (const card of Object.values(state.cards)) delete card.chats[String(number('telegram_chat'))]?.refused;
      return true;
    case 'reviewer.disabled':
    case 'reviewer.added':
      if (person === undefined) return false;
      state.people[text('reviewer')] = { ...person, disabled: event.kind === 'reviewer.disabled' };
      return true;
    default:
      return false;
  }
}
