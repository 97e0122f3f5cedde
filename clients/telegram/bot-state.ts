/**
 * What the bot must remember over a restart: how far it read, who is linked where, which card stands in which message. One
 * JSON file, replaced as a whole. Lost, it is built again from the ledger's feed; cards that wait are then sent once more.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../platform/log';

export interface SentPart {
  readonly id: number;
  /** Of text and buttons, so that an edit that changes nothing is not made. */
  readonly digest: string;
}
export interface ChatCard {
  parts: SentPart[];
  /** Set before a part is sent and cleared with its id: set at a start, that part may or may not stand in the chat. */
  sending: boolean;
  /** Telegram refuses this chat: the bot was thrown out, say. */
  refused?: true;
}
export interface CardState {
  /** Things that happened and that the messages may not show yet; 0 when they do. */
  marks: number;
  /** Milliseconds since 1970 UTC; null: still waiting for people. */
  closed_at: number | null;
  /** Of the plan that the people were shown; goes with their approval. */
  plan_hash: string | null;
  readonly executions: string[];
  readonly chats: Record<string, ChatCard>;
  /** Other messages with buttons of this request: what /show sent, or a copy from before a crash. */
  copies?: MessageAt[];
}
export interface MessageAt {
  readonly chat: number;
  readonly id: number;
}
export interface LinkedPerson {
  readonly user: number;
  readonly chat: number;
  readonly disabled: boolean;
}
/** Somebody tapped Reject and has not said why. */
export interface OpenReason {
  readonly approval: string;
  readonly user: number;
  readonly chat: number;
  readonly message: number;
  readonly until: number;
}
/** An incident that not every chat was told of yet. */
export interface AlertState {
  readonly incident: string;
  /** Chats that know. */
  readonly told: number[];
}
export interface BotState {
  readonly version: 1;
  last_event: number;
  last_update: { readonly id: number; readonly at: number } | null;
  readonly people: Record<string, LinkedPerson>;
  readonly cards: Record<string, CardState>;
  reasons: OpenReason[];
  /** By `opened:ID` or `digest:ID`; absent in files of an older release. */
  alerts?: Record<string, AlertState>;
}

export interface StateFile {
  readonly state: BotState;
  /** Resolves when everything that is in `state` now is on disk. */
  save(): Promise<void>;
}

const KEEP_CLOSED_MS = 7 * 24 * 3600 * 1000;

export async function openStateFile(dir: string, log: Logger): Promise<StateFile> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'state.json');
  const state = await readState(file, log);
  let last: Promise<void> = Promise.resolve();
  /** A write that has not begun: all who ask until then share it. */
  let next: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    forgetOld(state, Date.now());
    const partial = `${file}.partial`;
    const handle = await open(partial, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(state));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  };

  return {
    state,
    save() {
      if (next !== null) return next;
      // One at a time, each from the moment when it begins; a write that failed is its askers' affair.
      next = last = last
        .catch(() => undefined)
        .then(() => {
          next = null;
          return write();
        });
      return next;
    },
  };
}

async function readState(file: string, log: Logger): Promise<BotState> {
  const fresh: BotState = { version: 1, last_event: 0, last_update: null, people: {}, cards: {}, reasons: [] };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return fresh;
    throw error;
  }
  try {
    const known = JSON.parse(text) as BotState;
    if (known.version === 1 && Number.isSafeInteger(known.last_event) && typeof known.cards === 'object') return known;
  } catch {
    // Said below: the file is kept for whoever wants to look.
  }
  log.warn({ event: 'state_damaged', file }, 'the state file cannot be read; it is kept as state.json.damaged, and cards that wait are sent again');
  await rename(file, `${file}.damaged`);
  return fresh;
}

function forgetOld(state: BotState, now: number): void {
  for (const [id, card] of Object.entries(state.cards)) {
    if (card.marks === 0 && card.closed_at !== null && now - card.closed_at > KEEP_CLOSED_MS) delete state.cards[id];
  }
}

/** The chats that get cards: those of linked people who are not disabled. */
export function linkedChats({ people }: BotState): readonly number[] {
  return [...new Set(Object.values(people).filter(({ disabled }) => !disabled).map(({ chat }) => chat))];
}

export function isLinked({ people }: BotState, user: number, chat: number): boolean {
  return Object.values(people).some((person) => person.user === user && person.chat === chat && !person.disabled);
}
