import { randomBytes } from 'node:crypto';
import { createKeyFiles } from '../../security/keys/files';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePolicyFile } from '../../contracts/policy-file';
import { freePort } from '../../platform/free-port';
import { bootstrapTenant, type Credentials } from '../../stores/bootstrap';
import { Pool } from 'pg';
import { startChild, type TestChild } from '../support/child-process';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { sharedServers } from '../support/shared-servers';
import { callApi, DEFAULT_POLICY, DOCKER_SOCKET, type Answer } from '../support/stack';
import { createDatabase, type TestDatabase } from '../support/stack-database';
import { until } from '../support/until';

type Part = 'api' | 'workers' | 'gateway';

/** What each kill must lead to: how often the engine may have seen the act, and how the execution may be recorded. */
const POINTS: readonly { readonly point: string; readonly part: Part; readonly starts: readonly number[]; readonly outcomes: readonly string[] }[] = [
  { point: 'api.after_submit', part: 'api', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'api.before_decide', part: 'api', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'api.after_decide', part: 'api', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.after_request_row', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.before_decision_row', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.after_decision_row', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'worker.after_mint', part: 'workers', starts: [1], outcomes: ['SUCCEEDED'] },
  { point: 'gateway.before_open', part: 'gateway', starts: [0], outcomes: ['NOT_STARTED'] },
  { point: 'gateway.after_intent', part: 'gateway', starts: [0], outcomes: ['UNKNOWN'] },
  { point: 'gateway.after_act', part: 'gateway', starts: [1], outcomes: ['UNKNOWN'] },
  { point: 'gateway.after_outcome', part: 'gateway', starts: [1], outcomes: ['SUCCEEDED'] },
];

describe('kill -9 in the middle of one execution', () => {
  let database: TestDatabase;
  let pool: Pool;
  let world: DockerWorld;
  let credentials: Credentials;
  const children: Partial<Record<Part, TestChild>> = {};
  let environment: Record<Part, Record<string, string>>;
  let url: string;

  beforeAll(async () => {
    world = await openDockerWorld();
    database = await createDatabase();
    pool = new Pool({ connectionString: database.ownerUrl, max: 2 });
    const dataDir = mkdtempSync(join(tmpdir(), 'wingman-kill-'));
    const keysDir = join(dataDir, 'keys');
    await createKeyFiles(keysDir);
    const port = await freePort();
    url = `http://127.0.0.1:${String(port)}`;
    credentials = await bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir, policySource: DEFAULT_POLICY, policy: parsePolicyFile(DEFAULT_POLICY), url });
    const { temporalAddress, bundle } = sharedServers();
    const common = { WINGMAN_TEMPORAL_ADDRESS: temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: 'default', WINGMAN_TASK_QUEUE: `k-${randomBytes(5).toString('hex')}`, WINGMAN_LOG_LEVEL: 'info' };
    environment = {
      api: { ...common, WINGMAN_PORT: String(port), WINGMAN_DATABASE_URL: database.urlOf('wingman_api'), WINGMAN_KEYS_DIR: join(keysDir, 'api') },
      workers: { ...common, WINGMAN_DATABASE_URL: database.urlOf('wingman_worker'), WINGMAN_KEYS_DIR: join(keysDir, 'worker'), WINGMAN_WORKFLOW_BUNDLE: bundle },
      gateway: { ...common, WINGMAN_DATABASE_URL: database.urlOf('wingman_gateway'), WINGMAN_KEYS_DIR: join(keysDir, 'gateway'), WINGMAN_ENVIRONMENTS: 'dev', WINGMAN_DOCKER_SOCKET: DOCKER_SOCKET },
    };
    for (const part of ['api', 'workers', 'gateway'] as const) children[part] = await startChild(part, environment[part]);
  }, 60_000);
  afterAll(async () => {
    for (const child of Object.values(children)) await child.kill('SIGTERM');
    await pool?.end();
    await database?.drop();
    await world?.close();
  }, 60_000);

  const restartWith = async (part: Part, failpoint: string | null): Promise<void> => {
    await children[part]?.kill('SIGKILL');
    children[part] = await startChild(part, { ...environment[part], ...(failpoint === null ? {} : { WINGMAN_FAILPOINT: failpoint }) });
  };
  /** As a client would: a call that was cut off or answered 5xx is made again. */
  const insist = (method: string, path: string, key: string, body?: unknown): Promise<Answer> =>
    until(`${method} ${path} is answered`, async () => {
      try {
        const answer = await callApi(url, method, path, key, body);
        return answer.status < 500 && answer;
      } catch {
        // The API was killed under the call.
        return false;
      }
    }, 60_000);

  it.each(POINTS)('at $point: nothing starts twice, no decision is lost', async ({ point, part, starts, outcomes }) => {
    const { name, id: container } = await world.createContainer({ cmd: ['sleep', '100000'] });
    await until('the container is in the inventory', async () => (await pool.query('select 1 from wingman.inventories where inventory::text like $1', [`%${container}%`])).rowCount === 1);
    const events = await world.followEvents();
    await restartWith(part, point);
    const crash = children[part]?.ended.then(async (how) => {
      if (how === 'SIGKILL') children[part] = await startChild(part, environment[part]);
      return how;
    });

    const asked = await insist('POST', '/approvals/request', credentials.agent_key, {
      worker_id: 'agent-1', task_name: `kill ${point}`, instruction: 'Restart it.', commands: [`docker restart -t 0 ${name}`], execute: true, deployment_env: 'dev',
    });
    expect(asked.status).toBe(200);
    const id: string = asked.body['request'].request_id;
    const decided = await insist('POST', `/approvals/${id}/approve`, credentials.reviewer_key, {});
    expect([200, 409]).toContain(decided.status);
    expect(await crash).toBe('SIGKILL');

    const done = await until('the execution is settled', async () => {
      const { body } = await insist('GET', `/approvals/${id}`, credentials.agent_key);
      return body['execution_status'] !== null && body['execution_status'] !== 'RUNNING' && body;
    }, 60_000);
    expect([done['status'], done['decided_by']]).toEqual(['APPROVED', 'owner']);
    expect(outcomes).toContain(done['execution_status']);

    // What the engine itself says.
    expect(starts).toContain((await events.of(container)).filter(({ Action }) => Action === 'restart').length);
    const intents = await pool.query<{ body: string }>(`select body from wingman.ledger where kind = 'execution.intent' and body like $1`, [`%${id}%`]);
    expect(intents.rowCount).toBeLessThanOrEqual(1);
    for (const { body } of intents.rows) {
      const { execution_id } = JSON.parse(body) as { execution_id: string };
      const ends = await pool.query(`select 1 from wingman.ledger where kind = 'execution.outcome' and body like $1`, [`%${execution_id}%`]);
      expect(ends.rowCount).toBe(1);
    }
    const closed = await pool.query(`select 1 from wingman.ledger where idem = $1`, [`closed:${id}`]);
    expect(closed.rowCount).toBe(1);
  }, 120_000);
});
