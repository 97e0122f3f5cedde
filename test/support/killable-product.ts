/** API, worker and gateway as processes of their own on one database and one engine, so that each of them can be killed anywhere. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { parsePolicyFile } from '../../contracts/policy-file';
import { freePort } from '../../platform/free-port';
import { createKeyFiles } from '../../security/keys/files';
import { bootstrapTenant, type Credentials } from '../../stores/bootstrap';
import { startChild, type TestChild } from './child-process';
import { openDockerWorld, type DockerWorld } from './docker-world';
import { sharedServers } from './shared-servers';
import { callApi, DOCKER_SOCKET, type Answer } from './stack';
import { createDatabase } from './stack-database';
import { until } from './until';

export type Part = 'api' | 'workers' | 'gateway';
const PARTS: readonly Part[] = ['api', 'workers', 'gateway'];

export interface KillableProduct {
  /** Of the database's owner. */
  readonly pool: Pool;
  readonly credentials: Credentials;
  /** One call, which may be cut off. */
  readonly call: (method: string, path: string, key: string, body?: unknown) => Promise<Answer>;
  /** As a client would: a call that was cut off or answered 5xx is made again. */
  readonly insist: (method: string, path: string, key: string, body?: unknown) => Promise<Answer>;
  /** Starts the part anew so that it dies at the failpoint, and once more when it has. @returns how it ended */
  killAt(part: Part, failpoint: string): Promise<{ readonly crash: Promise<string> }>;
  /** Waits until the gateway has told of a thing with this name or id. */
  isInInventory(nameOrId: string): Promise<void>;
  close(): Promise<void>;
}

/** A product and what its commands act on. */
export interface KillablePlace {
  readonly world: DockerWorld;
  readonly product: KillableProduct;
  close(): Promise<void>;
}

/** @param policyOf the policy, which may name what is in the world */
export async function openKillablePlace(policyOf: (world: DockerWorld) => string): Promise<KillablePlace> {
  const world = await openDockerWorld();
  const product = await startKillableProduct(policyOf(world));
  return {
    world,
    product,
    async close() {
      await product.close();
      await world.close();
    },
  };
}

async function startKillableProduct(policySource: string): Promise<KillableProduct> {
  const database = await createDatabase();
  const pool = new Pool({ connectionString: database.ownerUrl, max: 2 });
  const dataDir = mkdtempSync(join(tmpdir(), 'wingman-kill-'));
  const keysDir = join(dataDir, 'keys');
  await createKeyFiles(keysDir);
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const credentials = await bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir, policySource, policy: parsePolicyFile(policySource), url });
  const { temporalAddress, bundle } = sharedServers();
  const common = { WINGMAN_TEMPORAL_ADDRESS: temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: 'default', WINGMAN_TASK_QUEUE: `k-${randomBytes(5).toString('hex')}`, WINGMAN_LOG_LEVEL: 'info' };
  const environment: Record<Part, Record<string, string>> = {
    api: { ...common, WINGMAN_PORT: String(port), WINGMAN_DATABASE_URL: database.urlOf('wingman_api'), WINGMAN_KEYS_DIR: join(keysDir, 'api') },
    workers: { ...common, WINGMAN_DATABASE_URL: database.urlOf('wingman_worker'), WINGMAN_KEYS_DIR: join(keysDir, 'worker'), WINGMAN_WORKFLOW_BUNDLE: bundle },
    gateway: { ...common, WINGMAN_DATABASE_URL: database.urlOf('wingman_gateway'), WINGMAN_KEYS_DIR: join(keysDir, 'gateway'), WINGMAN_ENVIRONMENTS: 'dev', WINGMAN_DOCKER_SOCKET: DOCKER_SOCKET, WINGMAN_STATE_DIR: join(dataDir, 'gateway') },
  };
  const children = new Map<Part, TestChild>(await Promise.all(PARTS.map(async (part) => [part, await startChild(part, environment[part])] as const)));
  const call = (method: string, path: string, key: string, body?: unknown): Promise<Answer> => callApi(url, method, path, key, body);

  return {
    pool,
    credentials,
    call,
    insist: (method, path, key, body) =>
      until(`${method} ${path} is answered`, async () => {
        try {
          const answer = await call(method, path, key, body);
          return answer.status < 500 && !(answer.status === 409 && answer.body['code'] === 'IDEMPOTENCY_IN_PROGRESS') && answer;
        } catch {
          // The API was killed under the call.
          return false;
        }
      }, 60_000),
    async killAt(part, failpoint) {
      await children.get(part)?.kill('SIGKILL');
      const child = await startChild(part, { ...environment[part], WINGMAN_FAILPOINT: failpoint });
      children.set(part, child);
      const crash = child.ended.then(async (how) => {
        if (how === 'SIGKILL') children.set(part, await startChild(part, environment[part]));
        return how;
      });
      return { crash };
    },
    async isInInventory(nameOrId) {
      await until('it is in the inventory', async () => (await pool.query('select 1 from wingman.inventories where inventory::text like $1', [`%${nameOrId}%`])).rowCount === 1);
    },
    async close() {
      await Promise.all([...children.values()].map((child) => child.kill('SIGTERM')));
      await pool.end();
      await database.drop();
    },
  };
}
