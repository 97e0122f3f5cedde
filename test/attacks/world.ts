/**
 * The world that a fixture describes, on real parts: tenants, agents and people with keys of their own, approvals in their
 * states, containers by their names, and a gateway that reaches the engine through a witness.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { stringify } from 'yaml';
import { parsePolicyFile } from '../../contracts/policy-file';
import { startGateway } from '../../gateway/start-gateway';
import type { Running } from '../../platform/running';
import type { SigningKey } from '../../security/keys/signing-key';
import { loadApiKeys, loadWorkerKeys } from '../../security/keys/load';
import { rotateKey } from '../../security/keys/rotate';
import { bootstrapTenant, type Credentials } from '../../stores/bootstrap';
import { startDockerWitness, type DockerWitness } from '../support/docker-witness';
import { sharedServers } from '../support/shared-servers';
import { DOCKER_SOCKET, startStack, type Answer, type Stack } from '../support/stack';
import { until } from '../support/until';
import { openAttackContainers, type AttackContainers } from './attack-containers';
import type { AttackEntry, AttackFixture } from './attack-file';
import { fixtureRegistry } from './fixture-registry';

export interface AttackWorld {
  readonly stack: Stack;
  readonly fixture: AttackFixture;
  readonly witness: DockerWitness;
  readonly containers: AttackContainers;
  /** The fixture's names of signing keys. */
  readonly signers: Readonly<Record<string, SigningKey>>;
  /** Ids of the fixture's approvals, as they are now. */
  readonly approvals: Map<string, string>;
  /** Ours, for `agent:a1@acme` and `alice@acme`. @throws Error for somebody whom the fixture does not know */
  keyOf(who: string): string;
  operatorOf(tenant: string): string;
  newGateway(): Promise<Running>;
  /** What a gateway in a process of its own is started with. */
  gatewayEnvironment(): Readonly<Record<string, string>>;
  stopGateways(): Promise<void>;
  /** Puts the containers right and waits until the gateway has seen it. */
  settle(): Promise<void>;
  /** A new request of the fixture's kind, brought into the status that it should have. */
  makeApproval(plan: ApprovalPlan): Promise<MadeApproval>;
  /** Makes the fixture's approval anew where it is missing or no longer in its state. */
  refreshApproval(name: string): Promise<string>;
  close(): Promise<void>;
}

export interface ApprovalPlan {
  readonly tenant: string;
  readonly agent: string;
  readonly environment: string;
  readonly commands?: readonly string[];
  readonly instruction?: string;
  readonly ordered?: boolean;
  readonly status: string;
}

export interface MadeApproval {
  readonly asked: Answer;
  /** Null when no request came to be. */
  readonly id: string | null;
  readonly status: string | null;
}

const log = pino({ level: process.env['WINGMAN_TEST_LOG'] ?? 'silent' });
const COMPOSE_FILE = "version: '2.4'\nservices:\n  web: &service\n    image: busybox:1.36\n    command: [sleep, '100000']\n    init: true\n    stop_grace_period: 1s\n  db: *service\n  cache: *service\n";
const COMPOSE_OVERLAY = "version: '2.4'\nservices:\n  web:\n    environment:\n      STAGE: prd\n";
const MANY = 100_000;
/** The tenant of the entries. In others nothing is automatic: the fixture has them wait for people with commands that only read. */
const HOME = 'acme';

export async function openAttackWorld(fixture: AttackFixture, entries: readonly AttackEntry[]): Promise<AttackWorld> {
  const containers = await openAttackContainers(fixture, entries.flatMap(({ kind, input }) => (kind === 'command' ? [String(input['command'])] : [])));
  const dir = mkdtempSync('/tmp/wm-attacks-');
  const witness = await startDockerWitness(DOCKER_SOCKET, join(dir, 'docker.sock'), join(dir, 'acts.log'));
  const policySource = policyOf(fixture, dir, true);
  const stack = await startStack({ policySource });
  // The fixture's `k0`: the key before the current one, still believed. What signs and what judges are started after it.
  const { mint: k0 } = await loadWorkerKeys(join(stack.keysDir, 'worker'));
  await stack.stopWorker();
  await rotateKey(stack.keysDir, 'mint', { revokeOld: false });
  await stack.startWorker();
  const { mint: k1 } = await loadWorkerKeys(join(stack.keysDir, 'worker'));
  const { attestation } = await loadApiKeys(join(stack.keysDir, 'api'));

  const gateways = new Set<Running>();
  const newGateway = async (): Promise<Running> => {
    const running = await startGateway({
      temporalAddress: sharedServers().temporalAddress, temporalNamespace: 'default', taskQueue: stack.taskQueue, log,
      databaseUrl: stack.database.urlOf('wingman_gateway'), keysDir: join(stack.keysDir, 'gateway'), environments: fixture.environments,
      dockerSocket: witness.socketPath, stateDir: join(stack.dataDir, 'gateway'), compose: [composeProgram()], failpoint: null, stepTimeoutMs: 10_000,
    });
    gateways.add(running);
    return running;
  };
  const gatewayEnvironment = (): Readonly<Record<string, string>> => ({
    WINGMAN_TEMPORAL_ADDRESS: sharedServers().temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: 'default', WINGMAN_TASK_QUEUE: stack.taskQueue, WINGMAN_LOG_LEVEL: 'info',
    WINGMAN_DATABASE_URL: stack.database.urlOf('wingman_gateway'), WINGMAN_KEYS_DIR: join(stack.keysDir, 'gateway'),
    WINGMAN_ENVIRONMENTS: fixture.environments.join(','), WINGMAN_DOCKER_SOCKET: witness.socketPath, WINGMAN_STATE_DIR: join(stack.dataDir, 'gateway'),
  });
  await newGateway();
  const people = await introduce(stack, fixture, (tenant) => (tenant === HOME ? policySource : policyOf(fixture, dir, false)));
  const approvals = new Map<string, string>();

  const keyOf = (who: string): string => {
    const key = people.keys.get(who);
    if (key === undefined) throw new Error(`the fixture has nobody who is ${who}`);
    return key;
  };
  const approversOf = (tenant: string): readonly string[] => Object.keys(fixture.tenants[tenant]?.approvers ?? {});

  const makeApproval = async (plan: ApprovalPlan): Promise<MadeApproval> => {
    const body = {
      worker_id: plan.agent, task_name: `Work ${String((serial += 1))}`, instruction: plan.instruction ?? 'Do it.', deployment_env: plan.environment,
      ...(plan.commands === undefined ? {} : { commands: plan.commands }), ...(plan.ordered === undefined ? {} : { ordered: plan.ordered }),
    };
    // A busy machine may answer 503 with Retry-After, and a client then asks again: the same request is the same one.
    const asked = await until('the request is answered', async () => {
      const answer = await stack.call('POST', '/approvals/request', keyOf(`${plan.agent}@${plan.tenant}`), body);
      return answer.status !== 503 && answer;
    }, 60_000);
    const id = (asked.body['request'] as { request_id?: string } | undefined)?.request_id ?? null;
    if (id === null || asked.body['status'] !== 'PENDING') return { asked, id, status: id === null ? null : String(asked.body['status']) };
    await bringTo(plan, id);
    const [row] = await stack.sql<{ status: string }>('select status from wingman.approvals where request_id = $1', [id]);
    return { asked, id, status: row?.status ?? null };
  };
  let serial = 0;

  const bringTo = async ({ status, tenant, agent }: ApprovalPlan, id: string): Promise<void> => {
    const deciders = approversOf(tenant).map((person) => keyOf(`${person}@${tenant}`));
    const decide = (word: string, key: string): Promise<Answer> => stack.call('POST', `/approvals/${id}/${word}`, key, {});
    switch (status) {
      case 'PENDING':
        return;
      case 'REJECTED':
        await decide('reject', deciders[0] ?? '');
        return;
      case 'CANCELLED':
        await decide('cancel', keyOf(`${agent}@${tenant}`));
        return;
      case 'EXPIRED':
        await stack.sql(`update wingman.approvals set status = 'EXPIRED', decided_at = now(), expires_at = now() where request_id = $1`, [id]);
        return;
      case 'APPROVED':
        for (const key of deciders) if ((await decide('approve', key)).body['status'] === 'APPROVED') return;
        throw new Error(`${id} has not enough approvers in the fixture`);
      default:
        throw new Error(`no approval is brought into the status ${status}`);
    }
  };

  const settle = async (): Promise<void> => {
    await containers.restore();
    const ids = [...containers.ids.values()];
    await until('the gateway has seen the containers', async () => {
      const rows = await stack.sql<{ ids: string }>('select inventory::text as ids from wingman.inventories');
      return rows.length >= fixture.environments.length && rows.every((row) => ids.every((id) => row.ids.includes(id)));
    });
  };

  const refreshApproval = async (name: string): Promise<string> => {
    const wanted = fixture.approvals[name];
    if (wanted === undefined) throw new Error(`the fixture has no approval ${name}`);
    const known = approvals.get(name);
    if (known !== undefined) {
      const [row] = await stack.sql<{ ok: boolean; targets: readonly { kind: string; name: string; id: string }[] }>(
        'select status = $2 and revoked_at is null and not exists (select from wingman.executions e where e.request_id = a.request_id) as ok, targets from wingman.approvals a where request_id = $1',
        [known, wanted.status],
      );
      // One that is bound to a container that is gone would stop a forged token for the wrong reason.
      const bound = row?.targets.every(({ kind, name: target, id }) => kind !== 'container' || containers.ids.get(target) === id) === true;
      if (row?.ok === true && bound) return known;
    }
    // What the rules pass by themselves waits for nobody: then the approval is as far as it gets.
    const made = await makeApproval({ tenant: wanted.tenant, agent: wanted.agent, environment: wanted.env, commands: wanted.commands, status: wanted.status });
    if (made.id === null) throw new Error(`approval ${name} could not be made: ${JSON.stringify(made.asked.body).slice(0, 200)}`);
    approvals.set(name, made.id);
    return made.id;
  };

  const world: AttackWorld = {
    stack, fixture, witness, containers, approvals, keyOf, newGateway, gatewayEnvironment, settle, makeApproval, refreshApproval,
    signers: { k1, k0, attestation },
    operatorOf: (tenant) => people.operators.get(tenant) ?? '',
    async stopGateways() {
      await Promise.all([...gateways].map((gateway) => gateway.close()));
      gateways.clear();
    },
    async close() {
      await world.stopGateways();
      await stack.close();
      await witness.close();
      await containers.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await settle();
  for (const name of Object.keys(fixture.approvals)) await refreshApproval(name);
  return world;
}

/** @throws Error without one: entries that Compose must run would fail for another reason than their own */
function composeProgram(): string {
  const found = (process.env['PATH'] ?? '').split(':').map((directory) => join(directory, 'docker-compose')).find((path) => path.startsWith('/') && existsSync(path));
  if (found === undefined) throw new Error('the attacks need docker-compose on the PATH; install it (`apt-get install docker-compose`)');
  return found;
}

interface People {
  readonly keys: ReadonlyMap<string, string>;
  readonly operators: ReadonlyMap<string, string>;
}

/** Through the API, as an operator would: nobody has more than they were given. */
async function introduce(stack: Stack, fixture: AttackFixture, policyFor: (tenant: string) => string): Promise<People> {
  const keys = new Map<string, string>();
  const operators = new Map<string, string>();
  for (const [tenant, { agents, approvers = {}, readers = {}, requesterHuman = {}, disabled = {} }] of Object.entries(fixture.tenants)) {
    const policySource = policyFor(tenant);
    const credentials: Credentials = await bootstrapTenant({ ownerUrl: stack.database.ownerUrl, dataDir: stack.dataDir, tenant, policySource, policy: parsePolicyFile(policySource), url: stack.url });
    const operator = credentials.operator_key;
    operators.set(tenant, operator);
    const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
      const answer = await stack.call('POST', path, operator, body);
      if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const owner = Object.keys(requesterHuman)[0];
    for (const agent of agents) {
      const { key } = await post('/keys', { kind: 'agent', worker_ids: [agent], environments: fixture.environments, ...(owner === undefined ? {} : { owner }) });
      keys.set(`${agent}@${tenant}`, String(key));
    }
    const people = [...Object.keys(approvers), ...Object.keys(readers), ...Object.keys(requesterHuman), ...Object.keys(disabled)];
    for (const person of people) {
      await post('/reviewers', { reviewer: person, may_decide: !Object.hasOwn(readers, person) });
      keys.set(`${person}@${tenant}`, String((await post('/keys', { kind: 'reviewer', subject: person }))['key']));
    }
    for (const person of Object.keys(disabled)) await post(`/reviewers/${person}/disable`, {});
  }
  return { keys, operators };
}

/** Rate limits are out of the way, but for the flood, which brings its own. */
function policyOf(fixture: AttackFixture, dir: string, auto: boolean): string {
  const project = join(dir, 'shop');
  mkdirSync(project, { recursive: true });
  const files = [...new Set(Object.values(fixture.commandPolicy.compose).flatMap((registered) => registered.files))];
  const contents = new Map(files.map((file, at) => [file, at === 0 ? COMPOSE_FILE : COMPOSE_OVERLAY]));
  for (const [file, content] of contents) writeFileSync(join(project, file), content);
  const sha256 = (file: string): string => createHash('sha256').update(contents.get(file) ?? '').digest('hex');
  return stringify({
    version: 1,
    name: 'attacked',
    environments: Object.fromEntries(fixture.environments.map((name) => [name, { auto_approve: auto, unregistered: 'refuse' }])),
    reviewers: { may_decide: [{ everyone: true, environments: ['*'], risk_up_to: 'HIGH' }] },
    registry: fixtureRegistry(fixture, { dir: project, sha256 }),
    limits: {
      requests_per_minute_per_agent: MANY, pending_per_agent: MANY, executions_per_minute_per_agent: MANY, decisions_per_minute_per_reviewer: MANY,
      checks_per_minute_per_address: MANY,
    },
  });
}
