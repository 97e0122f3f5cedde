/** Judges `command` entries: asked, approved by people, minted and spent over HTTP; the engine's witness says what came of it. */
import type { Answer } from '../support/stack';
import type { AttackEntry } from './attack-file';
import { watchTraces, wasStopped } from './ledger-watch';
import { expandMacros } from './macros';
import type { AttackWorld, MadeApproval } from './world';

export interface CommandInput {
  readonly command: string;
  readonly approved?: readonly string[];
  readonly instruction?: string;
  readonly environment?: string;
  readonly ordered?: boolean;
  readonly priorExecutions?: number;
  readonly approvalStatus?: string;
  /** Unix seconds. */
  readonly approvedAt?: number;
  readonly agentQuarantined?: boolean;
  readonly containerIdAtApproval?: string;
  readonly containerIdNow?: string;
}

const KNOWN = ['command', 'approved', 'instruction', 'environment', 'ordered', 'priorExecutions', 'approvalStatus', 'approvedAt', 'agentQuarantined', 'containerIdAtApproval', 'containerIdNow', 'assert'];
const TENANT = 'acme';

/** Null when the entry came out as expected; else what happened. */
export async function runCommandEntry(entry: AttackEntry, world: AttackWorld): Promise<string | null> {
  const unknown = Object.keys(entry.input).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) return `the runner does not know ${unknown.join(', ')}`;
  const input = inputOf(entry, world);
  const agent = world.fixture.tenants[TENANT]?.agents[0] ?? '';
  const tell = await watchTraces(world);
  try {
    const answers = await attempt(world, input, agent);
    const prior = input.priorExecutions ?? 0;
    const traces = await tell();
    const known = answers.map(({ status, body }) => ({ status, code: body['code'] as string | undefined }));
    if (entry.expect === 'allow') {
      const last = answers.at(-1);
      if (last?.status !== 200 || known.some(({ status }) => status >= 400)) return `refused: ${answers.map(({ status, body }) => `${String(status)} ${String(body['error'] ?? '')}`).join(', ')}`;
      if (traces.executions + traces.acts.length === 0) return 'the gateway did nothing';
      return null;
    }
    // Steps that the entry says had been done before are no part of the attack.
    return wasStopped(known, prior > 0 ? { ...traces, executions: traces.executions - prior, acts: [] } : traces);
  } finally {
    if (input.agentQuarantined === true) await world.stack.call('POST', `/watcher/release/${agent}`, world.operatorOf(TENANT), { reason: 'the attack is over' });
    if ((await tell()).acts.length > 0 || input.containerIdNow !== undefined) await world.settle();
  }
}

/** Every answer up to the first refusal after which a client could not go on. */
async function attempt(world: AttackWorld, input: CommandInput, agent: string): Promise<readonly Answer[]> {
  const { stack } = world;
  const key = world.keyOf(`${agent}@${TENANT}`);
  const call = (path: string, body: object, headers = {}): Promise<Answer> => stack.call('POST', path, key, body, headers);
  const wanted = input.approvalStatus ?? 'APPROVED';
  // What is withdrawn or lapses later was good once: its token is kept, and spent after that.
  const late = ['CANCELLED', 'EXPIRED'].includes(wanted);
  const made: MadeApproval = await world.makeApproval({
    tenant: TENANT, agent, environment: input.environment ?? 'test', status: late ? 'APPROVED' : wanted,
    ...(input.approved === undefined ? {} : { commands: input.approved }), ...(input.instruction === undefined ? {} : { instruction: input.instruction }),
    ...(input.ordered === undefined ? {} : { ordered: input.ordered }),
  });
  const answers = [made.asked];
  if (made.id === null) return answers;
  const id = made.id;
  const mint = (command: string): Promise<Answer> => call('/gateway/token', { approval_id: id, command });
  const spend = (command: string, token: unknown): Promise<Answer> => call('/gateway/execute', { approval_id: id, command }, { 'x-capability-token': String(token) });
  for (const command of (input.approved ?? []).slice(0, input.priorExecutions ?? 0)) answers.push(await spend(command, (await mint(command)).body['token']));

  const changed = late || input.approvedAt !== undefined || input.agentQuarantined === true || input.containerIdNow !== undefined;
  if (changed) {
    const early = await mint(input.command);
    answers.push(early);
    await change(world, input, id, agent);
    if (early.status === 200) answers.push(await spend(input.command, early.body['token']));
  }
  const minted = await mint(input.command);
  answers.push(minted);
  if (minted.status === 200) answers.push(await spend(input.command, minted.body['token']));
  else if (made.status === 'APPROVED' || made.status === 'AUTO_APPROVED') {
    // An attacker who has the token of what was approved spends it on what was not.
    const other = await mint((made.asked.body['request'] as { commands: readonly string[] }).commands[0] ?? '');
    if (other.status === 200) answers.push(await spend(input.command, other.body['token']));
  }
  return answers;
}

async function change(world: AttackWorld, input: CommandInput, id: string, agent: string): Promise<void> {
  const { stack } = world;
  if (input.approvalStatus === 'CANCELLED') await stack.call('POST', `/approvals/${id}/cancel`, world.keyOf(`${agent}@${TENANT}`), {});
  if (input.approvalStatus === 'EXPIRED') await stack.sql(`update wingman.approvals set status = 'EXPIRED', executable_until = now() where request_id = $1`, [id]);
  if (input.approvedAt !== undefined) {
    await stack.sql(
      `update wingman.approvals set decided_at = to_timestamp($2), executable_until = to_timestamp($2) + make_interval(mins => execution_minutes) where request_id = $1`,
      [id, input.approvedAt],
    );
  }
  if (input.agentQuarantined === true) await stack.call('POST', '/quarantine', world.operatorOf(TENANT), { worker_id: agent, reason: 'attacked' });
  if (input.containerIdNow !== undefined) await world.containers.rebind(nameOf(world, input.containerIdAtApproval), nameOf(world, input.containerIdNow));
}

function nameOf({ containers }: AttackWorld, shortId: string | undefined): string {
  for (const [name, id] of containers.ids) if (shortId !== undefined && id.startsWith(shortId)) return name;
  throw new Error(`no container has the id ${String(shortId)}`);
}

/** Ids of the fixture, whole or their beginnings, become those that the engine gave to the containers of the same names. */
function inputOf({ input }: AttackEntry, { fixture, containers }: AttackWorld): CommandInput {
  const known = Object.entries(fixture.commandPolicy.containers);
  const toReal = (word: string): string => {
    const [name] = known.find(([, id]) => id.startsWith(word)) ?? [];
    return name === undefined || Object.hasOwn(fixture.commandPolicy.containers, word) ? word : (containers.ids.get(name)?.slice(0, word.length) ?? word);
  };
  const inWords = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/(?<![\w.:/@-])[0-9a-f]{4,12}(?![\w.:/@-])/g, toReal);
    return Array.isArray(value) ? value.map(inWords) : value;
  };
  const expanded = expandMacros(input, { now: Math.floor(Date.now() / 1000) }) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(expanded).map(([name, value]) => [name, inWords(value)])) as unknown as CommandInput;
}
