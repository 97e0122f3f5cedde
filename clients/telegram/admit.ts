/**
 * What an update says and who says it, or why nobody is listened to. Anybody on Telegram can write any of it, so all that is not
 * plainly a person's own message or tap in a chat is refused here, before a single word of it is read.
 */
import type { ErrorCode } from '../../domain/errors';
import { foldLookalikes } from '../../domain/text/hidden-text';

export interface Who {
  readonly user: number;
  readonly chat: number;
}
export type Heard =
  | ({ readonly kind: 'command'; readonly name: string; readonly args: string } & Who)
  | ({ readonly kind: 'press'; readonly id: string; readonly data: unknown; readonly message: number | null } & Who)
  | ({ readonly kind: 'text'; readonly text: string; readonly replyTo: number | null } & Who)
  | { readonly kind: 'refused'; readonly user: number | null; readonly chat: number | null; readonly code: ErrorCode; readonly what: string; readonly press: string | null };

type Data = Readonly<Record<string, unknown>>;

export const COMMANDS = ['help', 'link', 'pending', 'show', 'approve', 'reject', 'status', 'stats', 'verify', 'incidents', 'release'] as const;
export type CommandName = (typeof COMMANDS)[number];
/** Names that are refused aloud, wherever they stand: ours, and one that people might expect. */
const NAMES = new Set<string>([...COMMANDS, 'exec', 'run', 'execute', 'start']);
/** A tap on these in another bot's name is somebody's mistake worth a row. */
const COMMAND = /^\/([a-z_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?(?:[ \n]([\s\S]*))?$/;
const FORWARDED = ['forward_origin', 'forward_from', 'forward_from_chat', 'forward_date', 'forward_sender_name', 'is_automatic_forward'];

/** Null: nothing that concerns the bot. */
export function admit(update: unknown, username: string): Heard | null {
  const body = toData(update);
  if (body === null) return null;
  if ('callback_query' in body) return admitPress(toData(body['callback_query']));
  for (const [kind, value] of Object.entries(body)) {
    const message = toData(value);
    if (message !== null && typeof message['text'] === 'string') return admitMessage(kind, message, message['text'], username);
  }
  return null;
}

function admitPress(press: Data | null): Heard | null {
  if (press === null) return null;
  const message = toData(press['message']);
  const id = typeof press['id'] === 'string' ? press['id'] : null;
  const who = whoOf(press, message);
  const refused = (code: ErrorCode, what: string): Heard => ({ kind: 'refused', ...who, code, what, press: id });
  if (message === null) return refused('REVIEWER_NOT_ALLOWED', 'a button outside of any chat');
  const person = personProblem(press['from']);
  if (person !== null) return refused('REVIEWER_NOT_ALLOWED', `a button: ${person}`);
  if (who.user === null || who.chat === null || id === null) return refused('REVIEWER_NOT_ALLOWED', 'a button: ids that are no whole numbers');
  return { kind: 'press', id, data: press['data'], user: who.user, chat: who.chat, message: toId(message['message_id']) };
}

function admitMessage(kind: string, message: Data, text: string, username: string): Heard | null {
  const who = whoOf(message, message);
  const said = commandIn(text);
  const refused = (code: ErrorCode, what: string): Heard | null => (said === null ? null : { kind: 'refused', ...who, code, what: `/${said}: ${what}`, press: null });
  if (kind !== 'message') return refused('REVIEWER_NOT_ALLOWED', `not a new message but ${kind.slice(0, 40)}`);
  const odd = personProblem(message['from']) ?? originProblem(message);
  if (odd !== null) return refused('REVIEWER_NOT_ALLOWED', odd);
  if (who.user === null || who.chat === null) return refused('REVIEWER_NOT_ALLOWED', 'ids that are no whole numbers');
  const { user, chat } = { user: who.user, chat: who.chat };
  const [, name, bot, args = ''] = COMMAND.exec(text) ?? [];
  if (name === undefined) {
    if (said !== null) return refused('INVALID_FIELD', 'not written as a command: hidden characters, capitals, or text before it');
    return { kind: 'text', user, chat, text, replyTo: toId(toData(message['reply_to_message'])?.['message_id']) };
  }
  if (bot !== undefined && bot.toLowerCase() !== username.toLowerCase()) return refused('INVALID_FIELD', 'meant for another bot');
  return { kind: 'command', name, args: args.trim(), user, chat };
}

/** The command that a reader would see at the head of the text, however it is spelt. */
function commandIn(text: string): string | null {
  const name = /^[\s\p{P}\p{S}]*[/\u2044\u2215\u29f8]\s*([a-z]+)/u.exec(foldLookalikes(text.slice(0, 200)).toLowerCase())?.[1];
  return name !== undefined && NAMES.has(name) ? name : null;
}

function personProblem(from: unknown): string | null {
  const person = toData(from);
  if (person === null) return 'nobody’s message';
  if (person['is_bot'] !== undefined && person['is_bot'] !== false) return 'a bot’s or an anonymous administrator’s';
  return toUserId(person['id']) === null ? 'a user id that is no positive whole number' : null;
}

function originProblem(message: Data): string | null {
  if (message['sender_chat'] !== undefined) return 'sent in the name of a chat';
  if (message['via_bot'] !== undefined || message['sender_business_bot'] !== undefined) return 'sent through a bot';
  if (FORWARDED.some((name) => message[name] !== undefined)) return 'forwarded';
  return message['edit_date'] === undefined ? null : 'edited';
}

function whoOf(from: Data, message: Data | null): { readonly user: number | null; readonly chat: number | null } {
  return { user: toUserId(toData(from['from'])?.['id']), chat: toId(toData(message?.['chat'])?.['id']) };
}

const toData = (value: unknown): Data | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : null);
const toId = (value: unknown): number | null => (typeof value === 'number' && Number.isSafeInteger(value) && value !== 0 ? value : null);
const toUserId = (value: unknown): number | null => {
  const id = toId(value);
  return id !== null && id > 0 ? id : null;
};
