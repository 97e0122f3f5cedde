import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { stringify } from 'yaml';
import { parsePolicyFile } from '../../contracts/policy-file';
import { freePort } from '../../platform/free-port';
import { createKeyFiles } from '../../security/keys/files';
import { bootstrapTenant, type Credentials } from '../../stores/bootstrap';
import { startChild, type TestChild } from '../support/child-process';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { sharedServers } from '../support/shared-servers';
import { callApi, DOCKER_SOCKET, type Answer } from '../support/stack';
import { createDatabase, type TestDatabase } from '../support/stack-database';
import { until } from '../support/until';

type Part = 'api' | 'workers' | 'gateway';

/** Each boundary of a stage, and the process that dies there. `gateway.after_act`: what was done is not known, so the run must not go on. */
const POINTS: readonly { readonly point: string; readonly part: Part; readonly status: string }[] = [
  { point: 'api.after_dr_started', part: 'api', status: 'COMPLETED' },
  { point: 'api.after_decide', part: 'api', status: 'COMPLETED' },
  { point: 'worker.after_stage_opened', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_request_row', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_decision_row', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_stage_settled', part: 'workers', status: 'COMPLETED' },
  { point: 'worker.after_dr_closed', part: 'workers', status: 'COMPLETED' },
  { point: 'gateway.after_outcome', part: 'gateway', status: 'COMPLETED' },
  { point: 'gateway.after_act', part: 'gateway', status: 'STOPPED' },
];

describe('kill -9 at the boundaries of a recovery run', () => {
  let database: TestDatabase;
  let pool: Pool;
  let world: DockerWorld;
  let credentials: Credentials;
  let environment: Record<Part, Record<string, string>>;
  let url: string;
  const children: Partial<Record<Part, TestChild>> = {};

  beforeAll(async () => {
    world = await openDockerWorld();
    database = await createDatabase();
    pool = new Pool({ connectionString: database.ownerUrl, max: 2 });
    const dataDir = mkdtempSync(join(tmpdir(), 'wingman-dr-kill-'));
    const keysDir = join(dataDir, 'keys');
    await createKeyFiles(keysDir);
    const port = await freePort();
    url = `http://127.0.0.1:${String(port)}`;
    const policySource = governedPolicy({ containers: [`wm-${world.run}-*`] }, { registry: { images: [world.image] } });
    credentials = await bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir, policySource, policy: parsePolicyFile(policySource), url });
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

  /** As a client would: a call that was cut off or answered 5xx is made again. */
  const insist = (method: string, path: string, key: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    until(`${method} ${path} is answered`, async () => {
      try {
        const answer = await callApi(url, method, path, key, body, headers);
        return answer.status < 500 && !(answer.status === 409 && answer.body['code'] === 'IDEMPOTENCY_IN_PROGRESS') && answer;
      } catch {
        // The API was killed under the call.
        return false;
      }
    }, 60_000);

  it.each(POINTS)('at $point: no stage runs twice, none is skipped', async ({ point, part, status }) => {
    const { name } = await world.createContainer({ name: world.name(point.replace('.', '-')), cmd: ['sleep', '100000'] });
    await until('the container is in the inventory', async () => (await pool.query('select 1 from wingman.inventories where inventory::text like $1', [`%${name}%`])).rowCount === 1);
    const events = await world.followEvents();
    await children[part]?.kill('SIGKILL');
    children[part] = await startChild(part, { ...environment[part], WINGMAN_FAILPOINT: point });
    const crash = children[part]?.ended.then(async (how) => {
      if (how === 'SIGKILL') children[part] = await startChild(part, environment[part]);
      return how;
    });
    const plan = stringify({
      version: 1, name: point.replace(/[^a-z]/g, ' '),
      stages: [
        { name: 'stop', commands: [`docker stop -t 0 ${name}`], probe: [{ container: name, is: 'stopped' }], hold_seconds: 0 },
        { name: 'remove', commands: [`docker rm ${name}`], probe: [{ container: name, is: 'absent' }], hold_seconds: 0 },
      ],
    });
    // Without the answer of a started run there is its row: the run itself is found by its name.
    await callApi(url, 'POST', '/dr/runs', credentials.agent_key, { worker_id: 'agent-1', deployment_env: 'dev', plan }).catch(() => null);
    const run = await until('the run is there', async () => {
      const { body } = await insist('GET', '/dr/runs', credentials.agent_key);
      return (body['runs'] as { run_id: string; plan_hash: string; name: string }[]).find((one) => one.name === point.replace(/[^a-z]/g, ' '))?.run_id;
    });
    const decided = new Set<string>();
    const done = await until('the run has ended', async () => {
      const { body } = await insist('GET', `/dr/runs/${run}`, credentials.reviewer_key);
      const waiting = body['waiting_for'] as string | null;
      if (waiting !== null && !decided.has(waiting)) {
        const { body: request } = await insist('GET', `/approvals/${waiting}`, credentials.reviewer_key);
        if (request['status'] === 'PENDING') {
          const answer = await insist('POST', `/approvals/${waiting}/approve`, credentials.reviewer_key, {});
          if (answer.status === 200 || answer.body['code'] === 'ALREADY_DECIDED') decided.add(waiting);
        }
      }
      return body['ended_at'] !== null && body;
    }, 90_000);
    expect(await crash).toBe('SIGKILL');
    expect(done['status']).toBe(status);
    const { body: report } = await insist('GET', `/dr/runs/${run}/report`, credentials.reviewer_key);
    expect([report['status'], report['state']]).toEqual([done['status'], done['state']]);

    const expected = status === 'COMPLETED' ? [[1, 'DONE'], [2, 'DONE']] : [[1, 'FAILED']];
    expect(done['stages'].filter(({ end }: { end: string }) => end !== 'WORLD_CHANGED').map(({ stage, end }: Record<string, unknown>) => [stage, end])).toEqual(expected);
    if (status !== 'COMPLETED') expect(String(done['reason'])).toContain('UNKNOWN');
    const kinds = await pool.query<{ kind: string; n: string }>(`select kind, count(*) as n from wingman.ledger where body::jsonb ->> 'run_id' = $1 and kind in ('dr.started', 'dr.closed') group by kind`, [run]);
    expect(kinds.rows.map(({ n }) => Number(n))).toEqual([1, 1]);
    const actions = (await events.of(name)).map(({ Action }) => Action).filter((action) => action === 'stop' || action === 'destroy').sort();
    expect(actions).toEqual(status === 'COMPLETED' ? ['destroy', 'stop'] : ['stop']);
  }, 150_000);
});
