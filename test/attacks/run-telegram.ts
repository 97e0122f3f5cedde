/** Judges `telegram` entries end to end: a real API, the real bot, and a Bot API that delivers whatever an entry says. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { startTelegramBot } from '../../clients/telegram/start-telegram-bot';
import { parsePolicyFile } from '../../contracts/policy-file';
import { hasHidden, showOnOneLine } from '../../domain/text/hidden-text';
import { toApprovalId } from '../../domain/ids';
import { deriveCallbackKey, encodeCallback, type CallbackVerb } from '../../security/tokens/callback-data';
import { bootstrapTenant, type Credentials } from '../../stores/bootstrap';
import { applyPolicy } from '../support/change-policy';
import { FakeTelegramApi, type FakeMessage } from '../support/fake-telegram-api';
import { DEFAULT_POLICY, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { expandMacros } from './macros';

export interface TelegramEntry {
  readonly id: string;
  readonly kind: string;
  readonly expect: string;
  readonly input: Input;
}
interface Input {
  readonly update?: Readonly<Record<string, any>>;
  readonly deliver?: number;
  readonly decisions?: number;
  readonly webhook?: unknown;
  readonly notify?: { readonly task_name?: string; readonly instruction?: string; readonly worker_id?: string; readonly risk?: string; readonly commands?: readonly string[] };
  readonly assert?: string;
  readonly user?: number;
  readonly approve?: string;
  readonly risk?: string;
  readonly secondApprover?: number | null;
  readonly stepUp?: unknown;
  readonly rate?: string;
}

export interface TelegramWorld {
  readonly stack: Stack;
  readonly acme: Credentials;
  readonly telegram: FakeTelegramApi;
  readonly agents: Readonly<Record<'agent:a1' | 'agent:a2' | 'agent:b1', string>>;
  /** By the fixture's names; A1 and A4 are made anew for each entry. */
  readonly ids: Record<string, string>;
  readonly policy: string;
  close(): Promise<void>;
}

const TOKEN = `${'2'.repeat(9)}:${'w'.repeat(35)}`;
const KEY = deriveCallbackKey(TOKEN);
const CHAT = -5001;
const STEP_UP_MS = 1_500;
const PEOPLE = [['alice', 1001, true], ['bob', 1006, true], ['rita', 1003, false], ['req', 1004, true], ['dan', 1005, true]] as const;

export async function openTelegramWorld(): Promise<TelegramWorld> {
  const policy = DEFAULT_POLICY.replace('owner_may_decide: true', 'owner_may_decide: false')
    .replace(/(decisions_per_minute_per_reviewer): \d+/, '$1: 1000').replace(/(requests_per_minute_per_agent): \d+/, '$1: 1000').replace(/(pending_per_agent): \d+/, '$1: 1000');
  const stack = await startStack();
  const tenant = (name: string): Promise<Credentials> =>
    bootstrapTenant({ ownerUrl: stack.database.ownerUrl, dataDir: mkdtempSync(join(tmpdir(), `wingman-${name}-`)), keysDir: stack.keysDir, tenant: name, policySource: policy, policy: parsePolicyFile(policy), url: stack.url });
  const acme = await tenant('acme');
  const globex = await tenant('globex');
  const agent = async (of: Credentials, worker: string, owner: string | null): Promise<string> => {
    const { body } = await stack.call('POST', '/keys', of.operator_key, { kind: 'agent', worker_ids: [worker], environments: ['test', 'prd'], ...(owner === null ? {} : { owner }) });
    return String(body['key']);
  };
  const telegram = await new FakeTelegramApi(TOKEN).listen();
  const bot = await startTelegramBot({
    url: stack.url, key: acme.telegram_key, token: TOKEN, apiRoot: telegram.url, stateDir: mkdtempSync(join(tmpdir(), 'wingman-telegram-')), stepUpMs: STEP_UP_MS,
    log: pino({ level: process.env['WINGMAN_TEST_LOG'] ?? 'silent' }),
  });
  const code = async (of: Credentials, reviewer: string, may_decide: boolean): Promise<string> => {
    await stack.call('POST', '/reviewers', of.operator_key, { reviewer, may_decide });
    return String((await stack.call('POST', `/reviewers/${reviewer}/link-code`, of.operator_key, {})).body['code']);
  };
  for (const [name, user, mayDecide] of PEOPLE) {
    telegram.say(`/link ${await code(acme, name, mayDecide)}`, { user, chat: CHAT });
    await until(`${name} is linked`, () => telegram.inChat(CHAT).some(({ text }) => text.startsWith(`You are ${name}.`)));
  }
  await stack.call('POST', '/reviewers/dan/disable', acme.operator_key, {});
  await stack.call('POST', '/telegram/link', globex.telegram_key, { code: await code(globex, 'zoe', true), telegram_user: 1002, telegram_chat: -5002 });
  const world: TelegramWorld = {
    stack, acme, telegram, policy,
    ids: {},
    agents: { 'agent:a1': await agent(acme, 'agent:a1', 'req'), 'agent:a2': await agent(acme, 'agent:a2', null), 'agent:b1': await agent(globex, 'agent:b1', null) },
    async close() {
      await bot.close();
      await telegram.close();
      await stack.close();
    },
  };
  for (const name of ['A2', 'A3', 'A-rejected', 'A-expired']) world.ids[name] = await ask(world, 'agent:a1', { task_name: name });
  world.ids['G1'] = await ask(world, 'agent:b1', { task_name: 'G1' });
  for (const name of ['A2', 'A3', 'A-rejected']) await stack.call('POST', `/approvals/${idOf(world, name)}/${name === 'A-rejected' ? 'reject' : 'approve'}`, acme.reviewer_key, {});
  await stack.sql(`update wingman.approvals set status = 'EXPIRED', decided_at = now() where request_id = $1`, [idOf(world, 'A-expired')]);
  return world;
}

/** True if the entry ended as it expects. */
export async function runTelegramEntry(entry: TelegramEntry, world: TelegramWorld): Promise<boolean> {
  const fresh = { task_name: `A1 for ${entry.id}`, ...orderFor(entry.input) };
  world.ids['A1'] = await ask(world, 'agent:a1', fresh);
  world.ids['A4'] = await ask(world, 'agent:a2', { task_name: `A4 for ${entry.id}`, commands: ['docker restart web'] });
  const input = expand(entry.input, world);
  const before = await snapshot(world);
  const passed = await act(entry, input, world);
  if (entry.expect === 'allow') return passed;
  const after = await snapshot(world);
  const untouched = input.rate !== undefined || input.secondApprover !== undefined || before.decisions === after.decisions;
  return passed && untouched && (input.rate !== undefined || before.statuses === after.statuses) && after.refusals > before.refusals;
}

function act(entry: TelegramEntry, input: Input, world: TelegramWorld): Promise<boolean> {
  if (input.notify !== undefined) return judgeNotice(input.notify, entry, world);
  if (input.rate !== undefined) return judgeRate(input, world);
  if (input.update === undefined) return judgeTaps(entry, input, world);
  return judgeUpdate(entry, input, world);
}

async function judgeUpdate(entry: TelegramEntry, input: Input, world: TelegramWorld): Promise<boolean> {
  const { telegram } = world;
  const update = input.update ?? {};
  const chat: unknown = update['callback_query']?.message?.chat?.id ?? update['message']?.chat?.id;
  const shown = telegram.messages.length + telegram.answers.length;
  const isOld = typeof update['update_id'] === 'number' && update['update_id'] < 100;
  for (let n = 0; n < (input.deliver ?? 1); n += 1) {
    if (isOld) telegram.inject(update);
    else telegram.push(update);
    await until('the bot has heard it', () => telegram.isIdle);
  }
  const from = update['callback_query']?.from;
  const isReject = String(entry.input.update?.['callback_query']?.data ?? '').startsWith('@reject:');
  // A rejection by button asks for a reason; whoever pressed leaves it out.
  if (isReject) await deliver(world, { callback_query: { id: 'skip', from, data: data('skip', idOf(world, 'A1')), message: { message_id: 8, chat: { id: chat } } } });
  const noWebhook = !telegram.calls.some(({ method }) => method === 'setWebhook');
  if (entry.expect !== 'allow') return noWebhook;
  const spoke = telegram.messages.length + telegram.answers.length > shown;
  const text = JSON.stringify(entry.input.update);
  const wanted = /[@/]approve\W/.test(text) ? 'APPROVED' : /[@/]reject\W/.test(text) ? 'REJECTED' : 'PENDING';
  const { rows, status } = await decisionsOf(world, idOf(world, 'A1'));
  return spoke && status === wanted && (input.decisions === undefined || rows === input.decisions);
}

/** `approve` by taps on HIGH: with or without the second tap, by one person or two. */
async function judgeTaps(entry: TelegramEntry, input: Input, world: TelegramWorld): Promise<boolean> {
  const id = idOf(world, input.approve ?? 'A1');
  const { refusals } = await snapshot(world);
  const people = [input.user ?? 1001, ...(typeof input.secondApprover === 'number' ? [input.secondApprover] : input.secondApprover === null ? [input.user ?? 1001] : [])];
  for (const user of people) {
    await tap(world, user, 'approve', id);
    if (input.stepUp !== null) await tap(world, user, 'confirm', id);
  }
  if (input.stepUp === null) await until('the question ends', () => world.telegram.messages.some(({ text }) => text.startsWith(id.slice(0, 8)) && text.includes('no second tap')));
  await until('a row', async () => entry.expect === 'allow' || (await snapshot(world)).refusals > refusals);
  return (await decisionsOf(world, id)).status === (entry.expect === 'allow' ? 'APPROVED' : 'PENDING');
}

async function judgeRate(input: Input, world: TelegramWorld): Promise<boolean> {
  const { stack, acme } = world;
  const times = Number(/\d+/.exec(input.rate ?? '')?.[0]);
  await applyPolicy(stack, acme.operator_key, world.policy.replace(/(decisions_per_minute_per_reviewer): \d+/, '$1: 20'));
  const ids: string[] = [];
  for (let n = 0; n < times; n += 1) ids.push(await ask(world, 'agent:a1', { task_name: `bulk ${String(n)}` }));
  for (const id of ids) await tap(world, input.user ?? 1001, 'approve', id);
  const rows = await stack.sql<{ count: string }>(`select count(*) from wingman.approvals where status = 'APPROVED' and request_id = any($1)`, [ids]);
  const limited = await stack.sql<{ count: string }>(`select count(*) from wingman.ledger where tenant = 'acme' and kind = 'refusal' and (body::jsonb) ->> 'code' = 'RATE_LIMITED'`);
  await applyPolicy(stack, acme.operator_key, world.policy);
  return Number(rows[0]?.count) <= 20 && Number(limited[0]?.count) > 0;
}

async function judgeNotice(notice: NonNullable<Input['notify']>, entry: TelegramEntry, world: TelegramWorld): Promise<boolean> {
  const { telegram } = world;
  const refusedOnce = entry.input.assert?.includes('400') === true;
  const ready = await until('A4 is shown', () => cardOf(telegram, idOf(world, 'A4'))[0]);
  if (refusedOnce) telegram.failNext('sendMessage', 400, { description: "Bad Request: can't parse entities" });
  const body = { ...orderFor({ ...(notice.risk === undefined ? {} : { risk: notice.risk }) }), ...Object.fromEntries(Object.entries(notice).filter(([name]) => name !== 'risk')) };
  const answer = await submit(world, 'agent:a1', body);
  // An id that could break the card's lines is refused at the door: there is no card to break.
  if (answer.status >= 400) return answer.status < 500 && notice.worker_id !== undefined && ready.chat === CHAT;
  const request = answer.body['request'];
  const id: string = request.request_id;
  const last = await until('the card is delivered', () => cardOf(telegram, id).find(({ buttons }) => buttons.length > 0));
  const parts = cardOf(telegram, id);
  const text = parts.map((part) => part.text).join('\n');
  const lines = new Set(text.split('\n'));
  const framed = (notice.instruction ?? '').split('\n').every((line) => line === '' || !lines.has(line));
  const named = notice.task_name === undefined || refusedOnce || text.includes(showOnOneLine(notice.task_name));
  const whole = request.card.steps.every(({ command }: { command: string }) => text.includes(command)) && text.includes(request.plan_hash);
  const asked = notice.commands === undefined || request.card.steps.length === notice.commands.length;
  const literal = parts.every((part) => part.links.length === 0 && part.payload['parse_mode'] === undefined && !hasHidden(part.text));
  const once = parts.filter(({ buttons }) => buttons.length > 0).length === 1 && parts.filter((part) => part.text.startsWith('PENDING') || part.text.includes('\nPENDING')).length === 1;
  return last.chat === CHAT && framed && named && whole && asked && literal && once;
}

/** Parts of a card name the request, whole or by its first eight characters. */
const cardOf = (telegram: FakeTelegramApi, id: string): readonly FakeMessage[] =>
  telegram.inChat(CHAT).filter(({ text }) => (text.startsWith('PENDING') && text.includes(id)) || text.startsWith(`Request ${id.slice(0, 8)}, part `));

async function tap(world: TelegramWorld, user: number, verb: CallbackVerb, id: string): Promise<void> {
  await deliver(world, { callback_query: { id: `${verb}-${id}`, from: { id: user, is_bot: false }, data: data(verb, id), message: { message_id: 9, chat: { id: CHAT } } } });
}

async function deliver({ telegram }: TelegramWorld, update: Readonly<Record<string, unknown>>): Promise<void> {
  telegram.push(update);
  await until('the bot has heard it', () => telegram.isIdle);
}

async function snapshot({ stack }: TelegramWorld): Promise<{ readonly statuses: string; readonly decisions: number; readonly refusals: number }> {
  const [row] = await stack.sql<{ statuses: string; decisions: string; refusals: string }>(
    `select (select string_agg(request_id || status, ',' order by request_id) from wingman.approvals) as statuses,
      (select count(*) from wingman.decisions) as decisions, (select count(*) from wingman.ledger where kind = 'refusal') as refusals`,
  );
  return { statuses: row?.statuses ?? '', decisions: Number(row?.decisions), refusals: Number(row?.refusals) };
}

async function decisionsOf({ stack }: TelegramWorld, id: string): Promise<{ readonly status: string; readonly rows: number }> {
  const [row] = await stack.sql<{ status: string; rows: string }>('select status, (select count(*) from wingman.decisions d where d.request_id = a.request_id) as rows from wingman.approvals a where request_id = $1', [id]);
  return { status: row?.status ?? 'NONE', rows: Number(row?.rows) };
}

function orderFor({ risk, secondApprover }: Input): Readonly<Record<string, unknown>> {
  return { commands: risk === 'HIGH' ? ['docker rm web'] : ['docker stop web'], deployment_env: secondApprover === undefined ? 'test' : 'prd' };
}

type Agent = keyof TelegramWorld['agents'];
const submit = ({ stack, agents }: TelegramWorld, agent: Agent, body: Readonly<Record<string, unknown>>) =>
  stack.call('POST', '/approvals/request', agents[agent], { worker_id: agent, task_name: 'Work', instruction: 'Do it.', deployment_env: 'test', commands: ['docker stop web'], ...body });

async function ask(world: TelegramWorld, agent: Agent, body: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await submit(world, agent, body);
  if (answer.body['status'] !== 'PENDING') throw new Error(`the fixture's request is not pending: ${JSON.stringify(answer.body).slice(0, 300)}`);
  return String(answer.body['request'].request_id);
}

function idOf({ ids }: TelegramWorld, name: string): string {
  const id = ids[name];
  if (id === undefined) throw new Error(`the fixture has no request ${name}`);
  return id;
}

const data = (verb: CallbackVerb, id: string): string => encodeCallback({ verb, approvalId: toApprovalId(id) }, KEY);

/** The fixture's macros, `@verb:NAME:mac` (any other last word: a MAC that is not ours), and its made-up beginnings of ids. */
function expand(input: Input, world: TelegramWorld): Input {
  const inside = Object.fromEntries(Object.entries(world.ids).map(([name, id]) => [`{${name}}`, id]));
  inside['7f3a0001'] = idOf(world, 'A1').slice(0, 8);
  inside['7f3a0002'] = idOf(world, 'A4').slice(0, 8);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const [, verb, name = '', how] = /^@(approve|reject|confirm|skip|back|show):([\w-]+):(\w+)$/.exec(value) ?? [];
      if (verb === undefined) return value;
      const real = data(verb as CallbackVerb, idOf(world, name));
      return how === 'mac' ? real : `${real.slice(0, -1)}${real.endsWith('A') ? 'Q' : 'A'}`;
    }
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return walk(expandMacros(input, { inside, now: Math.floor(Date.now() / 1000) })) as Input;
}
