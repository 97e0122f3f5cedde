/** Judges `http` entries: the bytes that the entry says, to the real API; afterwards nothing may have changed. */
import type { AttackEntry } from './attack-file';
import { watchTraces, wasStopped } from './ledger-watch';
import { expandMacros } from './macros';
import { canBeHeader, httpText, sendRaw, type RawAnswer } from './send-raw';
import type { AttackWorld } from './world';
import { changePolicy } from '../support/change-policy';

interface HttpInput {
  readonly method: string;
  readonly path: string;
  readonly auth: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bodyRaw?: string;
  readonly raw?: string;
  readonly repeat?: number;
  readonly expectSameId?: boolean;
  readonly assert?: string;
}

const KNOWN = ['method', 'path', 'auth', 'headers', 'body', 'bodyRaw', 'raw', 'repeat', 'expectSameId', 'assert'];
const SECTIONS = ['DELIVERABLES', 'SUCCESS_CRITERIA', 'BOUNDARIES', 'DEPENDENCIES', 'MITIGATION', 'TEST_PROCESS', 'TEST_RESULTS_FORMAT', 'RESOURCE_REQUIREMENTS', 'RISK_ASSESSMENT', 'QUALITY_METRICS'];
const GOOD_DOC = [...SECTIONS.map((name) => `${name}:\nWhat ${name.toLowerCase().replaceAll('_', ' ')} means for this restart of the web server, said once.\n`), 'COMMANDS:\ndocker stop web\n'].join('\n');
/** Calls at once in a flood. */
const ABREAST = 25;
/** Of a flood: well below what it sends, well above what all other entries together ask for in a minute. */
const FLOOD_LIMIT = 300;

/** Null when the entry came out as expected; else what happened. */
export async function runHttpEntry(entry: AttackEntry, world: AttackWorld): Promise<string | null> {
  const unknown = Object.keys(entry.input).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) return `the runner does not know ${unknown.join(', ')}`;
  for (const name of Object.keys(world.fixture.approvals)) await world.refreshApproval(name);
  const ids = Object.fromEntries([...world.approvals].map(([name, id]) => [`{${name}}`, id]));
  const input = expandMacros(entry.input, { now: Math.floor(Date.now() / 1000), whole: { '@good-doc': () => GOOD_DOC }, inside: ids }) as HttpInput;
  const repeat = input.repeat ?? 1;
  const before = await statesOf(world);
  const tell = await watchTraces(world);
  const limits = repeat > ABREAST ? await limitRequests(world, FLOOD_LIMIT) : null;
  try {
    const answers: RawAnswer[] = [];
    while (answers.length < repeat) answers.push(...(await Promise.all(Array.from({ length: repeat > ABREAST ? Math.min(ABREAST, repeat - answers.length) : 1 }, () => send(world, input)))));
    const traces = await tell();
    if (repeat > ABREAST) return floodTold(answers) ?? (await neighbourTold(world, input));
    const told = answers.map(({ status, body }) => `${String(status)} ${String(body['code'] ?? '')}`.trim()).join(', ');
    if (entry.expect !== 'allow') {
      // A connection that is closed without an answer is a refusal of Node's parser, like its 400.
      const stopped = wasStopped(answers.map(({ status, body }) => ({ status: status === 0 ? 400 : status, code: body['code'] as string | undefined })), traces);
      if (stopped !== null) return stopped;
      if ((await statesOf(world)) !== before) return `CHANGED STATE (${told})`;
      return answers.some(({ text }) => (text.match(/^HTTP\/1\.1 2/gm) ?? []).length > 0) ? `a second call was smuggled in (${told})` : null;
    }
    if (answers.some(({ status }) => status !== 200)) return told;
    if (input.expectSameId === true && new Set(answers.map(({ body }) => String(body['request']?.request_id))).size !== 1) return 'not the same request';
    return assertionTold(world, input.assert, answers[0]);
  } finally {
    await limits?.();
  }
}

/** All that a person could have decided: an attack changes none of it. */
async function statesOf({ stack, approvals }: AttackWorld): Promise<string> {
  const rows = await stack.sql(
    'select request_id, status, decided_by, decided_at, revoked_at, execution_status from wingman.approvals where request_id = any($1::uuid[]) order by request_id',
    [[...approvals.values()]],
  );
  return JSON.stringify(rows);
}

async function send(world: AttackWorld, input: HttpInput): Promise<RawAnswer> {
  const { stack } = world;
  if (input.raw?.startsWith('slowloris') === true) return sendRaw(stack.url, `${input.method} ${input.path} HTTP/1.1\r\nHost: x\r\nX-A: `);
  if (input.raw !== undefined) return sendRaw(stack.url, input.raw);
  const body = input.bodyRaw ?? (input.body === undefined ? null : JSON.stringify(input.body));
  const sent = body ?? (input.method === 'POST' ? '' : null);
  const credentials = await credentialsOf(world, input);
  const headers = { ...credentials.headers, ...input.headers };
  const text = httpText(input.method, input.path + credentials.query, headers, sent);
  if (Object.values(headers).some((value) => !canBeHeader(value)) && /[\r\n]/.test(Object.values(headers).join(''))) throw new Error('a header that breaks the line belongs into `raw`');
  return sendRaw(stack.url, credentials.twice === undefined ? text : text.replace('\r\n', `\r\nx-capability-token: ${credentials.twice}\r\n`));
}

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
  /** A header that comes a second time. */
  readonly twice?: string;
}

/** `agent:a1@acme`, `approver:alice@acme` (or any other role), `cookie:alice@acme`, `none`, `token-in-query`, `token-twice`. */
async function credentialsOf(world: AttackWorld, { auth, body }: HttpInput): Promise<Sent> {
  if (auth === 'none') return { headers: {}, query: '' };
  if (auth === 'token-in-query' || auth === 'token-twice') {
    const { stack, fixture } = world;
    const valid = fixture.token.validRequest;
    const key = world.keyOf(`${String(valid['agent'])}@${String(valid['tenant'])}`);
    const approval_id = await world.refreshApproval(/^\{(.+)\}$/.exec(String(valid['approvalId']))?.[1] ?? 'A2');
    const command = (body as { readonly command?: unknown } | undefined)?.command ?? valid['command'];
    const minted = await stack.call('POST', '/gateway/token', key, { approval_id, command });
    const token = String(minted.body['token']);
    if (auth === 'token-in-query') return { headers: { authorization: `Bearer ${key}` }, query: `?token=${token}` };
    return { headers: { authorization: `Bearer ${key}`, 'x-capability-token': token }, query: '', twice: token };
  }
  const cookie = /^cookie:(.+)$/.exec(auth)?.[1];
  if (cookie !== undefined) return { headers: { cookie: `session=${world.keyOf(cookie)}; wingman=${world.keyOf(cookie)}` }, query: '' };
  const person = /^(?:approver|reviewer|reader|requester|requesterHuman|human|disabled|person):(.+)$/.exec(auth)?.[1];
  return { headers: { authorization: `Bearer ${world.keyOf(person ?? auth)}` }, query: '' };
}

function floodTold(answers: readonly RawAnswer[]): string | null {
  const statuses = new Set(answers.map(({ status }) => status));
  if ([...statuses].some((status) => status >= 500)) return `a fault: ${[...statuses].join(', ')}`;
  if (!statuses.has(429)) return `never 429: ${[...statuses].join(', ')}`;
  return answers.every(({ status, text }) => status !== 429 || /^retry-after: [1-9]/im.test(text)) ? null : 'a 429 without Retry-After';
}

/** Another agent of the same tenant has a budget of its own. */
async function neighbourTold(world: AttackWorld, { auth }: HttpInput): Promise<string | null> {
  const { stack, fixture } = world;
  const [agent, tenant = ''] = auth.split('@');
  const other = fixture.tenants[tenant]?.agents.find((name) => name !== agent);
  if (other === undefined) return null;
  const { status } = await stack.call('POST', '/approvals/request', world.keyOf(`${other}@${tenant}`), { worker_id: other, task_name: 'Look', instruction: 'Look.', deployment_env: fixture.environments[0] });
  return status === 200 ? null : `the flood of ${String(agent)} cost ${other} its answer: ${String(status)}`;
}

/** @returns what gives the limit free again */
async function limitRequests({ stack }: AttackWorld, perMinute: number): Promise<() => Promise<void>> {
  const set = async (value: number): Promise<void> => {
    await changePolicy(stack, { 'limits.requests_per_minute_per_agent': value });
  };
  await set(perMinute);
  return () => set(100_000);
}

/** `a=b, c=d`: of the answer, or of the request's row. Others are about the socket's peer: checked on the refusals' rows. */
async function assertionTold({ stack }: AttackWorld, assertion: string | undefined, answer: RawAnswer | undefined): Promise<string | null> {
  if (assertion === undefined) return null;
  if (!/^\w+=[^,]+(?:, \w+=[^,]+)*$/.test(assertion)) {
    const rows = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'refusal' and body like '%"address"%' order by seq desc limit 50`);
    const peers = new Set(rows.map(({ body }) => String((JSON.parse(body) as { address: unknown }).address)));
    return [...peers].every((peer) => /^(?:::ffff:)?127\.0\.0\.1$|^::1$/.test(peer)) ? null : `addresses from headers: ${[...peers].join(', ')}`;
  }
  const body = answer?.body ?? {};
  const [row] = await stack.sql<Record<string, unknown>>('select * from wingman.approvals where request_id = $1', [body['request_id']]);
  for (const [name = '', wanted] of assertion.split(', ').map((pair) => pair.split('='))) {
    const is = body[name] ?? row?.[name];
    if (is !== wanted) return `${name} is ${String(is)}, not ${String(wanted)}`;
  }
  return null;
}
