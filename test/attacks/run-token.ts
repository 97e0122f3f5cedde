/** Judges `token` entries: forged with the real mint key of this installation, presented to the real gateway over HTTP. */
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { createExecutions } from '../../api/calls/executions';
import { statusOf } from '../../api/http/problem-status';
import { isWingmanError } from '../../domain/errors';
import { toApprovalId, toEnvironment, toTenantId, toWorkerId, type Sha256Hex } from '../../domain/ids';
import { parseAction } from '../../domain/command/parse-action';
import { capabilityClaims } from '../../security/tokens/capability-token';
import { activeKey } from '../../security/keys/keyset';
import { loadApiKeys } from '../../security/keys/load';
import { createDataConverter } from '../../temporal/data-converter';
import type { AttackEntry } from './attack-file';
import { fixtureRegistry } from './fixture-registry';
import { forgeProof } from './forge-proof';
import { attacker, forgeToken, renamed, thumbprintOf, type ForgeWorld } from './forge-token';
import { watchTraces, wasStopped } from './ledger-watch';
import { canBeHeader, httpText, sendRaw } from './send-raw';
import { runSequence } from './run-sequence';
import type { Presented, Seen, TokenEntryInput } from './token-entry';
import type { AttackWorld } from './world';

const KNOWN = ['header', 'claims', 'key', 'mutate', 'approved', 'request', 'sequence', 'parallel', 'gateways', 'accepted'];
const holder = generateKeyPairSync('ed25519');

export async function runTokenEntry(entry: AttackEntry, world: AttackWorld): Promise<string | null> {
  const unknown = Object.keys(entry.input).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) return `the runner does not know ${unknown.join(', ')}`;
  const input = entry.input as TokenEntryInput;
  for (const name of world.approvals.keys()) await world.refreshApproval(name);
  // Entries in which something happens get an approval of their own, so that none can ruin another's.
  const isolated = input.sequence !== undefined || input.parallel !== undefined || input.approved !== undefined || entry.expect === 'allow';
  const tell = await watchTraces(world);
  try {
    const presented = await present(world, input, isolated);
    const answers = await runSequence(world, input, presented);
    const traces = await tell();
    const told = answers.map(({ status, code }) => `${String(status)} ${code ?? ''}`.trim());
    if (input.accepted !== undefined) {
      if (traces.acts.length !== input.accepted || traces.executions !== input.accepted) return `${String(traces.acts.length)} starts instead of ${String(input.accepted)}: ${[...new Set(told)].join(', ')}`;
      // A kill is seen by the client that waited as a fault; what nobody broke must not look like one.
      const broken = input.sequence?.some((step) => /^kill9|^restart/.test(step)) === true;
      if (!broken && answers.some(({ status }) => status >= 500)) return `a fault: ${told.join(', ')}`;
      return answers.length > input.accepted && traces.refusals === 0 ? 'no row of the refusal' : null;
    }
    if (entry.expect !== 'allow') {
      // That would say nothing about the token.
      if (answers.some(({ code }) => code?.startsWith('TARGET_') === true)) return `stopped by chance: ${told.join(', ')}`;
      return wasStopped(answers, traces);
    }
    return answers.every(({ status }) => status === 200) && traces.acts.length === 1 ? null : `${told.join(', ')}; ${String(traces.acts.length)} starts`;
  } finally {
    if ((await tell()).acts.length > 0) await world.settle();
  }
}

/** The token that the entry describes, for an approval that is really there. */
async function present(world: AttackWorld, input: TokenEntryInput, isolated: boolean): Promise<Presented> {
  const { fixture, stack } = world;
  const valid = fixture.token.validRequest;
  const tenant = String(valid['tenant']);
  const agent = String(valid['agent']);
  const environment = String(valid['environment']);
  const approved = input.approved ?? [String(valid['command'])];
  const name = /^\{(.+)\}$/.exec(String(valid['approvalId']))?.[1] ?? 'A2';
  let approval = await world.refreshApproval(name);
  if (isolated) {
    const made = await world.makeApproval({ tenant, agent, environment, commands: approved, status: 'APPROVED' });
    if (made.id === null || made.status !== 'APPROVED') throw new Error(`the plan of the entry is not approved: ${JSON.stringify(made.asked.body).slice(0, 200)}`);
    approval = made.id;
  }
  const [row] = await stack.sql<{ plan_hash: Sha256Hex }>('select plan_hash from wingman.approvals where request_id = $1', [approval]);
  const now = Math.floor(Date.now() / 1000);
  const proof = input.request?.['proof'];
  const forge: ForgeWorld = {
    now,
    base: capabilityClaims({
      workerId: toWorkerId(agent), tenant: toTenantId(tenant), environment: toEnvironment(environment), approvalId: toApprovalId(approval),
      planHash: row?.plan_hash as Sha256Hex, argv: parseAction(approved[0] ?? '', fixtureRegistry(fixture)).argv, cmdIndex: 0, use: 0, now, lifeSeconds: 60,
      ...(proof === undefined ? {} : { jkt: thumbprintOf(holder.publicKey) }),
    }),
    approvals: { ...Object.fromEntries(world.approvals), [name]: approval },
    keys: world.signers,
  };
  const token = await forgeToken(input, forge);
  const request = { command: valid['command'], approvalId: approval, environment, tenant, agent, ...renamed(input.request ?? {}, forge) } as Request;
  return { approval, token, use: await userOf(world, token, request, now) };
}

/** Text, all of it, but for members that hostile requests add. */
interface Request extends Readonly<Record<string, unknown>> {
  readonly proof?: string;
  readonly contentType?: string;
}

async function userOf(world: AttackWorld, token: string, request: Request, now: number): Promise<Presented['use']> {
  const { stack } = world;
  const { command, approvalId, environment, tenant, agent: asked, proof, contentType, gateway: _gateway, ...others } = request;
  // Another tenant has no agent of that name; its caller comes with a key of its own.
  const agents = world.fixture.tenants[String(tenant)]?.agents ?? [];
  const key = world.keyOf(`${agents.includes(String(asked)) ? String(asked) : (agents[0] ?? '')}@${String(tenant)}`);
  const htu = `${stack.url}/gateway/execute`;
  const proofText = proof === undefined ? undefined : forgeProof(proof, { now, token, holder: holder.privateKey, htm: 'POST', htu }, attacker.privateKey);
  const body = JSON.stringify({ command, approval_id: approvalId, environment, ...others });
  const headers = { authorization: `Bearer ${key}`, 'content-type': contentType ?? 'application/json', 'x-capability-token': token, ...(proofText === undefined ? {} : { dpop: proofText }) };
  const use = async (otherBody = body): Promise<Seen> => {
    if (!canBeHeader(token)) return past(world, token, request);
    const answer = await sendRaw(stack.url, httpText('POST', '/gateway/execute', headers, otherBody));
    return { status: answer.status, code: answer.body['code'] as string | undefined };
  };
  if (proof !== 'replayed') return use;
  // Seen once by the gateway, in a call that a lock then stops: so the proof is spent, and the token is not.
  const operator = world.operatorOf(String(tenant));
  return async () => {
    await stack.call('POST', '/locks', operator, { environment, reason: 'the first use of the proof' });
    const first = await use();
    await stack.call('POST', '/locks/release', operator, { environment });
    if (first.code !== 'LOCKED') throw new Error(`the proof's first use was to be stopped by the lock, and was ${first.code ?? first.status}`);
    return use();
  };
}

/**
 * HTTP takes blanks off the ends of a header, and a line break would end it: over the wire such a text is another token, or
 * no call at all. So it is handed to the gateway on the way behind the API, as somebody in Temporal could.
 */
async function past({ stack }: AttackWorld, token: string, { command, approvalId, environment, tenant, agent }: Request): Promise<Seen> {
  const { codec, keyset } = await loadApiKeys(join(stack.keysDir, 'api'));
  const client = new Client({ connection: stack.temporal.connection, namespace: 'default', dataConverter: createDataConverter(codec, 'refuse') });
  const executions = createExecutions({ client, taskQueue: stack.taskQueue, gatewaySeal: activeKey(keyset, 'seal', stack.keysDir).jwk });
  try {
    const outcome = await executions.useToken({
      token, approval_id: String(approvalId), command: String(command), environment: String(environment), proof: null,
      presenter: { tenant: String(tenant), worker_id: String(agent), environment: null },
    });
    return outcome.execution_id === null ? { status: 403, code: outcome.code ?? undefined } : { status: 200, code: undefined };
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return { status: statusOf(error.code), code: error.code };
  }
}
