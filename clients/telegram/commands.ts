/** What people may type. There is no command that runs anything: execution follows an approval, never a chat. */
import { refusal } from '../../domain/errors';
import { showOnOneLine } from '../../domain/text/hidden-text';
import { isUuid } from '../../domain/ids';
import type { StatsShape } from '../sdk/truth-shapes';
import type { CommandName } from './admit';
import { alertText } from './alerts';
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
  '/verify CLAIM: is it so? Probes look, and say what they saw',
  '/stats: verdicts and agents in numbers; /incidents: what is open',
  '/release AGENT REASON: let a quarantined agent work again',
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
  async stats(talk) {
    const [day, month, { agents }] = await Promise.all([talk.api.stats('24h'), talk.api.stats('30d'), talk.api.agents()]);
    const line = (range: string, { total_verifications, verdicts }: StatsShape): string =>
      `${range}: ${String(total_verifications)} verified, ${String(verdicts.TRUE)} true, ${String(verdicts.FALSE)} false, ${String(verdicts.UNVERIFIABLE)} unverifiable`;
    const lines = agents.slice(0, MOST_LISTED).map((it) => `${it.worker_id}: ${String(it.requests)} asked, ${String(it.executions)} run, ${String(it.claims)} claimed (${String(it.verdicts.TRUE)} true, ${String(it.verdicts.FALSE)} false)${it.quarantined ? ', quarantined' : ''}`);
    await talk.say({ text: clip([line('24 h', day), line('30 days', month), '', ...lines].map(showOnOneLine).join('\n')), literal: true });
  },
  async verify(talk, args) {
    if (args === '') throw refusal('MISSING_FIELD', 'say what is claimed: /verify the container web is running', { field: 'claim' });
    const verdict = await talk.api.verify({ claim: args });
    const parts = verdict.parts.map(({ verdict: word, rule, reason }) => `${word} ${rule}: ${reason}`);
    const looks = verdict.probes.map(({ probe, host, at, blind }) => `${String(probe['kind'])} on ${host} at ${at}${blind === undefined ? '' : `: ${blind.message}`}`);
    await talk.say({ text: clip([`${verdict.verdict}: ${verdict.details}`, ...parts, ...looks, `Claim: ${verdict.claim_id}`].map(showOnOneLine).join('\n')), literal: true });
  },
  async incidents(talk) {
    const { alerts, count } = await talk.api.incidents({ limit: MOST_LISTED });
    await talk.say({ text: count === 0 ? 'No incident is open.' : clip(alerts.map((one) => alertText(one)).join('\n\n')), literal: true });
  },
  async release(talk, args) {
    const [agent, reason] = split(args);
    if (agent === '' || reason === '') throw refusal('MISSING_FIELD', 'say which agent, and why: /release AGENT REASON', { field: agent === '' ? 'worker_id' : 'reason' });
    await talk.api.release(agent, reason.slice(0, 500));
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
  if (isUuid(text)) return text;
  if (!/^[0-9a-f-]{6,36}$/.test(text)) throw refusal('INVALID_FIELD', 'this is no request id: give it whole, or at least its first 6 characters', { field: 'id' });
  const { pending } = await talk.api.pending(500);
  const fitting = pending.filter(({ request_id }) => request_id.startsWith(text));
  const [only] = fitting;
  if (only === undefined) throw refusal('NOT_FOUND', `no waiting request begins with ${text}; see /pending`);
  if (fitting.length > 1) throw refusal('INVALID_FIELD', `${String(fitting.length)} waiting requests begin with ${text}; give more of the id`, { field: 'id' });
  return only.request_id;
}

/** The first word, and the rest. */
function split(args: string): readonly [string, string] {
  const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(args) ?? [];
  return [first, rest.trim()];
}

const clip = (text: string): string => (text.length <= 4000 ? text : `${text.slice(0, 4000)}…`);
