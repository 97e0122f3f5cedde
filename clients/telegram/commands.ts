/** What people may type. There is no command that runs anything: execution follows an approval, never a chat. */
import { refusal } from '../../domain/errors';
import { showOnOneLine } from '../../domain/hidden-text';
import { WingmanApiError } from '../sdk/errors';
import type { CommandName } from './admit';
import { cardParts, IN_FULL, shortId } from './card-text';
import type { Cards } from './cards';
import type { Conversation } from './conversation';
import type { Decisions } from './decisions';
import type { Keyboards } from './keyboards';

export const HELP = [
  'Wingman asks people before agents touch infrastructure.',
  '',
  '/pending: requests that wait',
  '/show ID: one request in full',
  '/approve ID [note], /reject ID [reason]',
  '/status: is everything up, is anything locked',
  '/stats, /verify, /incidents: numbers, the ledger, open incidents',
  '/release AGENT [reason]: let a quarantined agent work again',
  '/link CODE: makes this chat yours; an operator gets the code with `wingman reviewers link NAME`',
  '',
  'ID: whole, or its first 6 characters or more. All of this works only for linked reviewers, in the chat where they linked.',
].join('\n');

const MOST_LISTED = 20;

export interface CommandParts {
  readonly cards: Pick<Cards, 'addCopy'>;
  readonly decisions: Decisions;
  readonly keyboards: Keyboards;
}
type Handler = (talk: Conversation, args: string, parts: CommandParts) => Promise<void>;

/** All but /help and /link, which need no linked reviewer. */
export const HANDLERS: Readonly<Record<Exclude<CommandName, 'help' | 'link'>, Handler>> = {
  async pending(talk) {
    const { pending, count } = await talk.api.pending(MOST_LISTED);
    const lines = pending.map(({ request_id, card }) => `${shortId(request_id)}  ${card.title} (${card.worker_id})`);
    await talk.say({ text: count === 0 ? 'Nothing is waiting.' : clip([...lines, '', 'The first of them in full: /show ID'].join('\n')), literal: true });
  },
  async show(talk, args, parts) {
    await showRequest(talk, await resolveId(talk, args), parts);
  },
  async approve(talk, args, { decisions }) {
    const [id, note] = split(args);
    await decisions.approve(talk, await resolveId(talk, id), note === '' ? undefined : note);
  },
  async reject(talk, args, { decisions }) {
    const [id, reason] = split(args);
    await decisions.reject(talk, await resolveId(talk, id), reason);
  },
  async status(talk) {
    const [health, gateway, { count }, { locks }] = await Promise.all([talk.api.health(), talk.api.gatewayHealth(), talk.api.pending(500), talk.api.locks()]);
    const lines = [
      `Wingman: ${String(health['status'])}, database ${String(health['database'])}`,
      ...gateway.environments.map((it) => `Engine of ${String(it['environment'])}: ${String(it['engine'])}`),
      `Waiting: ${String(count)}`,
      ...(locks.length === 0 ? ['Locks: none'] : locks.map((lock) => `Locked: ${String(lock['environment'])}, ${String(lock['reason'])}`)),
    ];
    await talk.say({ text: clip(lines.map(showOnOneLine).join('\n')), literal: true });
  },
  stats: (talk) => showPart(talk, '/stats', 'statistics'),
  verify: (talk) => showPart(talk, '/ledger/health', 'verification of the ledger'),
  incidents: (talk) => showPart(talk, '/incidents', 'incidents'),
  async release(talk, args) {
    const [agent, reason] = split(args);
    if (agent === '') throw refusal('MISSING_FIELD', 'say which agent: /release AGENT [reason]', { field: 'worker_id' });
    await talk.api.release(agent, reason === '' ? 'released in Telegram' : reason.slice(0, 500));
    await talk.tell(`${showOnOneLine(agent)} is released.`);
  },
};

export async function showRequest(talk: Conversation, id: string, { cards, keyboards }: Omit<CommandParts, 'decisions'>): Promise<void> {
  const request = await talk.api.get(id);
  const texts = cardParts(request, IN_FULL);
  const buttons = request.status === 'PENDING' ? keyboards.card(id) : [];
  for (const [at, text] of texts.entries()) {
    const isLast = at === texts.length - 1;
    const message = await talk.say({ text, literal: true, buttons: isLast ? buttons : [] });
    if (isLast && buttons.length > 0) await cards.addCopy(id, { chat: talk.chat, id: message });
  }
}

/** A whole id, or a beginning that fits exactly one waiting request. @throws WingmanError MISSING_FIELD, INVALID_FIELD, NOT_FOUND */
export async function resolveId(talk: Conversation, text: string): Promise<string> {
  if (text === '') throw refusal('MISSING_FIELD', 'say which request: its id, or at least the first 6 characters of it', { field: 'id' });
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  if (!/^[0-9a-f-]{6,36}$/.test(text)) throw refusal('INVALID_FIELD', 'this is no request id: give it whole, or at least its first 6 characters', { field: 'id' });
  const { pending } = await talk.api.pending(500);
  const fitting = pending.filter(({ request_id }) => request_id.startsWith(text));
  const [only] = fitting;
  if (only === undefined) throw refusal('NOT_FOUND', `no waiting request begins with ${text}; see /pending`);
  if (fitting.length > 1) throw refusal('INVALID_FIELD', `${String(fitting.length)} waiting requests begin with ${text}; give more of the id`, { field: 'id' });
  return only.request_id;
}

async function showPart(talk: Conversation, path: string, what: string): Promise<void> {
  try {
    const lines = Object.entries(await talk.api.getAny(path)).map(([name, value]) => showOnOneLine(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`));
    await talk.say({ text: clip(lines.join('\n')), literal: true });
  } catch (error) {
    if (!(error instanceof WingmanApiError) || (error.status !== 404 && error.status !== 405)) throw error;
    await talk.tell(`This installation has no ${what} yet.`);
  }
}

/** The first word, and the rest. */
function split(args: string): readonly [string, string] {
  const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(args) ?? [];
  return [first, rest.trim()];
}

const clip = (text: string): string => (text.length <= 4000 ? text : `${text.slice(0, 4000)}…`);
